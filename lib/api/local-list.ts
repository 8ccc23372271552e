// The local authorization list as the CSMS has left it in the charger. It is written by the CSMS alone.
import { z } from 'zod';
import { viewLocalList } from '../charger/view';
import { existing } from './chargers';
import { chargerId } from './fields';
import { defineOperation } from './operation';

const entrySchema = z.looseObject({
  idToken: z.string().describe('In lower case: case does not matter.'),
  type: z.string().optional().describe('OCPP 2.0.1.'),
  status: z.string(),
  expiryDate: z.string().optional(),
  groupIdToken: z.string().optional().describe('In OCPP 1.6 the parentIdTag.'),
  evseIds: z.array(z.number()).optional().describe('OCPP 2.0.1: it counts at these EVSEs only.'),
});

export const getLocalAuthorizationList = defineOperation({
  name: 'getLocalAuthorizationList',
  method: 'GET',
  route: 'chargers/{chargerId}/local-authorization-list',
  subject: 'Configuration',
  summary: 'Reads the local authorization list that the CSMS has sent, token by token',
  input: { chargerId },
  output: z.strictObject({
    enabled: z.boolean(),
    version: z.number().describe('What GetLocalListVersion answers.'),
    tokens: z.number(),
    conflict: z
      .string()
      .optional()
      .describe('OCPP 1.6: what the CSMS said of a token that the list says otherwise of.'),
    entries: z.array(entrySchema),
  }),
  problems: ['unknown-charger'],
  example: {
    input: { chargerId: 'CP-1' },
    output: {
      enabled: true,
      version: 3,
      tokens: 1,
      entries: [{ idToken: 'tag-1', status: 'Accepted', expiryDate: '2026-01-31T12:00:00.000Z' }],
    },
  },
  async run({ chargerId: id }, call) {
    const { charger } = await existing(call, id);
    return { body: viewLocalList(charger) };
  },
});

export const localListOperations = [getLocalAuthorizationList];
