// Messages of OCPP 2.0.1 block A, Security: schema of each request and response. What they mean is the charger's matter.
import { dateTime, text } from '../fields';
import { certificateSigningUseEnum } from './datatypes/certificate';
import { object } from './datatypes/custom-data';
import { genericStatus, statusResponse } from './datatypes/status-info';

export const security = {
  CertificateSigned: {
    from: 'csms',
    block: 'A',
    request: object({
      certificateChain: text(10000),
      certificateType: certificateSigningUseEnum.optional(),
    }),
    response: statusResponse(['Accepted', 'Rejected']),
  },
  SecurityEventNotification: {
    from: 'charger',
    block: 'A',
    request: object({
      type: text(50),
      timestamp: dateTime,
      techInfo: text(255).optional(),
    }),
    response: object({}),
  },
  SignCertificate: {
    from: 'charger',
    block: 'A',
    request: object({
      csr: text(5500),
      certificateType: certificateSigningUseEnum.optional(),
    }),
    response: statusResponse(genericStatus),
  },
} as const;
