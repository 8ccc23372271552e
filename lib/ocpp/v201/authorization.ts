// Messages of OCPP 2.0.1 block C, Authorization: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { text } from '../fields';
import { ocspRequestData } from './datatypes/certificate';
import { object } from './datatypes/custom-data';
import { idToken, idTokenInfo } from './datatypes/id-token';
import { statusResponse } from './datatypes/status-info';

export const authorization = {
  Authorize: {
    from: 'charger',
    block: 'C',
    request: object({
      idToken: idToken,
      certificate: text(5500).optional(),
      iso15118CertificateHashData: z.array(ocspRequestData).min(1).max(4).optional(),
    }),
    response: object({
      idTokenInfo: idTokenInfo,
      certificateStatus: z
        .enum([
          'Accepted',
          'SignatureError',
          'CertificateExpired',
          'CertificateRevoked',
          'NoCertificateAvailable',
          'CertChainError',
          'ContractCancelled',
        ])
        .optional(),
    }),
  },
  ClearCache: {
    from: 'csms',
    block: 'C',
    request: object({}),
    response: statusResponse(['Accepted', 'Rejected']),
  },
} as const;
