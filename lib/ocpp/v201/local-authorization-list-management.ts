// Messages of OCPP 2.0.1 block D, Local Authorization List Management: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { integer } from '../fields';
import { object } from './datatypes/custom-data';
import { idToken, idTokenInfo } from './datatypes/id-token';
import { statusResponse } from './datatypes/status-info';

const authorizationData = object({
  idToken: idToken,
  idTokenInfo: idTokenInfo.optional(),
});

export const localAuthorizationListManagement = {
  GetLocalListVersion: {
    from: 'csms',
    block: 'D',
    request: object({}),
    response: object({ versionNumber: integer }),
  },
  SendLocalList: {
    from: 'csms',
    block: 'D',
    request: object({
      localAuthorizationList: z.array(authorizationData).min(1).optional(),
      versionNumber: integer,
      updateType: z.enum(['Differential', 'Full']),
    }),
    response: statusResponse(['Accepted', 'Failed', 'VersionMismatch']),
  },
} as const;
