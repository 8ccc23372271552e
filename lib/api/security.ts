// Operations on a charger's security: what happens to it that only its own sensors would notice.
import { z } from 'zod';
import { securityEventNames } from '../charger/security-events';
import { chargerId, given } from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';

const subject = 'Security';

export const raiseSecurityEvent = defineOperation({
  name: 'raiseSecurityEvent',
  method: 'POST',
  route: 'chargers/{chargerId}/security-events',
  subject,
  summary: 'Makes a security event happen',
  description:
    'It goes into the security log and to the CSMS as a SecurityEventNotification; a charger that is offline tells it, in order, ' +
    'when it is online again. The configuration key x-SecurityEvents says which events are told.',
  waits: true,
  input: {
    chargerId,
    type: z.enum(securityEventNames).describe('By its name in the security whitepaper for OCPP 1.6.'),
    techInfo: z.string().max(255).optional(),
  },
  output: waited(),
  problems: commandProblems,
  example: {
    input: { chargerId: 'CP-1', type: 'TamperDetectionActivated', techInfo: 'door open' },
    output: { exchange: [] },
  },
  async run({ chargerId: id, type: event, techInfo }, call) {
    return answered(await call.submit(id, { kind: 'raiseSecurityEvent', event, ...given({ techInfo }) }));
  },
});

export const securityOperations = [raiseSecurityEvent];
