// Block A, Security, as a value: the station's certificates and security events. Passwords are variables, and profiles belong to network
// connection profiles: both are in block B.
import { timestamp } from '../../clock';
import type { Context } from '../../context';
import { note } from '../../context';
import {
  armRenewal,
  beginCsr,
  type CertificateRules,
  chainChecked,
  csrAnswered,
  csrCreated,
  csrFailed,
  renewalDue,
  repeatDue,
  switchCertificate,
  takeSigned,
  whyNoCsr,
} from '../../own-certificate';
import type { CertificateKind } from '../../security';
import type { Block } from '../block';
import { variable, variableNumber } from '../device-model/read';

export const certificateRules: CertificateRules = {
  organization: (charger, kind) =>
    variable(charger, kind === 'v2g' ? 'ISO15118Ctrlr' : 'SecurityCtrlr', 'OrganizationName'),
  organizationName: 'OrganizationName',
  v2gName: (charger) => variable(charger, 'ISO15118Ctrlr', 'SeccId'),
  chainMost: (charger) => variableNumber(charger, 'SecurityCtrlr', 'MaxCertificateChainSize'),
  // Without a type the certificate is for both (SignCertificateRequest).
  request: (kind) => (kind === 'combined' ? {} : { certificateType: typeOf[kind] }),
  repeats: (charger) => ({
    waitSeconds: variableNumber(charger, 'SecurityCtrlr', 'CertSigningWaitMinimum'),
    times: variableNumber(charger, 'SecurityCtrlr', 'CertSigningRepeatTimes'),
  }),
};

const typeOf = { station: 'ChargingStationCertificate', v2g: 'V2GCertificate' } as const;

/** F06: a CSR is made and sent. */
function trigger(kind: CertificateKind, combined?: true) {
  return (context: Context): 'Accepted' | 'Rejected' => {
    const why = whyNoCsr(context, kind);
    if (why === undefined) beginCsr(context, kind, combined);
    else note(context, 'warn', `SignCertificate was not triggered: ${why}`);
    return why === undefined ? 'Accepted' : 'Rejected';
  };
}

export const security: Block = {
  name: 'A Security',
  handlers: {
    CertificateSigned: (context, { certificateChain, certificateType }) =>
      takeSigned(context, certificateChain, certificateType === 'V2GCertificate' ? 'v2g' : 'station'),
  },
  answers: { SignCertificate: csrAnswered },
  failures: { SignCertificate: csrFailed },
  fill: {
    SecurityEventNotification: (context) => ({ type: 'StartupOfTheDevice', timestamp: timestamp(context) }),
    SignCertificate: () => ({ certificateType: typeOf.station }),
  },
  triggers: {
    SignChargingStationCertificate: trigger('station'),
    SignCombinedCertificate: trigger('station', true),
    SignV2GCertificate: trigger('v2g'),
  },
  timers: { certificate: switchCertificate, certificateRenewal: renewalDue, certificateRepeat: repeatDue },
  tasks: {
    createCsr: csrCreated(),
    'createCsr:v2g': csrCreated('v2g'),
    certificateSigned: chainChecked(),
    'certificateSigned:v2g': chainChecked('v2g'),
  },
  moments: {
    setUp(charger) {
      armRenewal(charger);
      return [];
    },
    credentialsChanged: ({ charger }) => armRenewal(charger),
    clockChanged(context) {
      armRenewal(context.charger);
      switchCertificate(context);
    },
  },
};
