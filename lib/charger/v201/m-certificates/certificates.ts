// Certificates over OCPP 2.0.1 (M03 to M06): the messages, in this version's words. What they lead to is in ../../root-certificates.ts.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import {
  type CertificateUse,
  hashData,
  hashDataOf,
  type IdentifiedDetails,
  rootDetails,
  textOfHash,
  updateSecurity,
} from '../../certificates';
import type { Charger } from '../../charger';
import { type Context, touch } from '../../context';
import type { AnswerLater } from '../../owed-answers';
import { deleteRoot, installCertificate as install, type RootRules } from '../../root-certificates';
import { raiseSecurityEvent } from '../../security-events';
import { certificatesMost } from '../device-model/communication';
import { variableIsTrue } from '../device-model/read';

const uses: Record<RequestV201<'InstallCertificate'>['certificateType'], CertificateUse> = {
  CSMSRootCertificate: 'csms',
  ManufacturerRootCertificate: 'manufacturer',
  V2GRootCertificate: 'v2g',
  MORootCertificate: 'mo',
};

type Kind = keyof typeof uses;
const kinds = Object.keys(uses) as Kind[];

export const rootRules: RootRules = {
  names: Object.fromEntries(kinds.map((kind) => [uses[kind], kind])),
  most: () => certificatesMost,
  mostName: 'SecurityCtrlr.CertificateEntries',
  replaces: (charger) => variableIsTrue(charger, 'SecurityCtrlr', 'AdditionalRootCertificateCheck'),
};

/** InstallCertificate (M05). */
export function installCertificate(
  context: Context,
  { certificateType, certificate }: RequestV201<'InstallCertificate'>,
): ResponseV201<'InstallCertificate'> | AnswerLater {
  return install(context, uses[certificateType], certificate);
}

type Ids = ResponseV201<'GetInstalledCertificateIds'>;
type Chain = NonNullable<Ids['certificateHashDataChain']>[number];

/** GetInstalledCertificateIds (M03): of the types that are asked for, else of all. */
export function getInstalledCertificateIds(
  { charger }: Context,
  { certificateType }: RequestV201<'GetInstalledCertificateIds'>,
): Ids {
  const wanted = certificateType ?? [...kinds, 'V2GCertificateChain' as const];
  const certificateHashDataChain = wanted.flatMap((type): Chain[] =>
    type === 'V2GCertificateChain'
      ? v2gChain(charger)
      : hashDataOf(charger, uses[type]).map((certificateHashData) => ({ certificateType: type, certificateHashData })),
  );
  // M03.FR.01, M03.FR.02
  return certificateHashDataChain.length > 0
    ? { status: 'Accepted', certificateHashDataChain }
    : { status: 'NotFound' };
}

/** The certificate that EVs are shown, and those above it but for the root (M03.FR.05). */
function v2gChain({ security }: Charger): Chain[] {
  const own = security?.v2g?.own;
  if (!own) return [];
  const { issuers = [] } = own;
  return [
    {
      certificateType: 'V2GCertificateChain',
      certificateHashData: hashData(own, 'SHA256'),
      ...(issuers.length > 0 ? { childCertificateHashData: issuers.slice(0, 4) } : {}),
    },
  ];
}

/** DeleteCertificate (M04): a root, or the chain towards EVs. */
export function deleteCertificate(
  context: Context,
  { certificateHashData }: RequestV201<'DeleteCertificate'>,
): ResponseV201<'DeleteCertificate'> {
  const { charger } = context;
  const chain = charger.security?.v2g?.own;
  const { hashAlgorithm } = certificateHashData;
  if (chain && textOfHash(hashData(chain, hashAlgorithm)) === textOfHash(certificateHashData)) {
    const { own: _, ...rest } = charger.security?.v2g ?? {};
    updateSecurity(charger, { v2g: Object.keys(rest).length > 0 ? rest : undefined });
    raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', 'V2GCertificateChain was deleted');
    touch(context);
    return { status: 'Accepted' };
  }
  return { status: deleteRoot(context, certificateHashData) };
}

/** GetCertificateStatusRequest (M06): of the chain towards EVs, else of the first V2G root. */
export function certificateStatusPayload(charger: Charger): Record<string, unknown> {
  const known: IdentifiedDetails | undefined = charger.security?.v2g?.own ?? rootDetails(charger, 'v2g')[0];
  if (!known) return {};
  return { ocspRequestData: { ...hashData(known, 'SHA256'), responderURL: known.responderUrl ?? '' } };
}
