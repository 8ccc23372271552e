// Certificates over OCPP 1.6 (security whitepaper A02, A03, M03 to M05): the messages, and the configuration that they follow. What they lead to is
// in ../own-certificate.ts and ../root-certificates.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import { type CertificateUse, hashDataOf } from '../certificates';
import type { Context } from '../context';
import type { AnswerLater } from '../owed-answers';
import { type CertificateRules, takeSigned } from '../own-certificate';
import { deleteRoot, installCertificate as install, type RootRules } from '../root-certificates';
import { setting, settingIsTrue, settingNumber } from './configuration';

const uses: Record<RequestV16<'InstallCertificate'>['certificateType'], CertificateUse> = {
  CentralSystemRootCertificate: 'csms',
  ManufacturerRootCertificate: 'manufacturer',
};

export const certificateRules: CertificateRules = {
  organization: (charger) => setting(charger, 'CpoName'),
  organizationName: 'CpoName',
  v2gName: ({ identity }) => identity,
  chainMost: (charger) => settingNumber(charger, 'CertificateSignedMaxChainSize'),
  request: () => ({}),
};

export const rootRules: RootRules = {
  names: { csms: 'CentralSystemRootCertificate', manufacturer: 'ManufacturerRootCertificate' },
  most: (charger) => settingNumber(charger, 'CertificateStoreMaxLength'),
  mostName: 'CertificateStoreMaxLength',
  replaces: (charger) => settingIsTrue(charger, 'AdditionalRootCertificateCheck'),
};

/** CertificateSigned (§5.1). */
export function certificateSigned(
  context: Context,
  { certificateChain }: RequestV16<'CertificateSigned'>,
): Record<string, unknown> | AnswerLater {
  return takeSigned(context, certificateChain);
}

/** InstallCertificate (§5.11). */
export function installCertificate(
  context: Context,
  { certificateType, certificate }: RequestV16<'InstallCertificate'>,
): Record<string, unknown> | AnswerLater {
  return install(context, uses[certificateType], certificate);
}

/** GetInstalledCertificateIds (§5.7). */
export function getInstalledCertificateIds(
  { charger }: Context,
  { certificateType }: RequestV16<'GetInstalledCertificateIds'>,
): Record<string, unknown> {
  const certificateHashData = hashDataOf(charger, uses[certificateType]);
  return certificateHashData.length > 0 ? { status: 'Accepted', certificateHashData } : { status: 'NotFound' };
}

/** DeleteCertificate (§5.3). */
export function deleteCertificate(
  context: Context,
  { certificateHashData }: RequestV16<'DeleteCertificate'>,
): Record<string, unknown> {
  return { status: deleteRoot(context, certificateHashData) };
}
