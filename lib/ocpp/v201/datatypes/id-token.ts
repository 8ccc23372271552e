// Who wants to charge, and what the CSMS says of that (OCPP 2.0.1 part 2, block C).
import { z } from 'zod';
import { dateTime, integer, text } from '../../fields';
import { object } from './custom-data';
import { messageContent } from './message-content';

export const additionalInfo = object({
  additionalIdToken: text(36),
  type: text(50),
});

export const idToken = object({
  additionalInfo: z.array(additionalInfo).min(1).optional(),
  idToken: text(36),
  type: z.enum(['Central', 'eMAID', 'ISO14443', 'ISO15693', 'KeyCode', 'Local', 'MacAddress', 'NoAuthorization']),
});

export const idTokenInfo = object({
  status: z.enum([
    'Accepted',
    'Blocked',
    'ConcurrentTx',
    'Expired',
    'Invalid',
    'NoCredit',
    'NotAllowedTypeEVSE',
    'NotAtThisLocation',
    'NotAtThisTime',
    'Unknown',
  ]),
  cacheExpiryDateTime: dateTime.optional(),
  chargingPriority: integer.optional(),
  language1: text(8).optional(),
  evseId: z.array(integer).min(1).optional(),
  groupIdToken: idToken.optional(),
  language2: text(8).optional(),
  personalMessage: messageContent.optional(),
});
