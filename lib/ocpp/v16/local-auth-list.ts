// Messages of OCPP 1.6 Local Auth List Management: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { integer, text } from '../fields';
import { idTagInfo } from './data-types';

export const localAuthList = {
  GetLocalListVersion: {
    from: 'csms',
    profile: 'LocalAuthListManagement',
    request: z.strictObject({}),
    response: z.strictObject({ listVersion: integer }),
  },
  SendLocalList: {
    from: 'csms',
    profile: 'LocalAuthListManagement',
    request: z.strictObject({
      listVersion: integer,
      localAuthorizationList: z.array(z.strictObject({ idTag: text(20), idTagInfo: idTagInfo.optional() })).optional(),
      updateType: z.enum(['Differential', 'Full']),
    }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Failed', 'NotSupported', 'VersionMismatch']) }),
  },
} as const;
