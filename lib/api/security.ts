// Operations on a charger's security: what happens to it that only its own sensors would notice, and a certificate of its own.
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

export const requestCertificate = defineOperation({
  name: 'requestCertificate',
  method: 'POST',
  route: 'chargers/{chargerId}/certificate-requests',
  subject,
  summary: 'Has a charger ask the CSMS for a certificate of its own',
  description:
    'The charger makes a key pair and sends a SignCertificate with a CSR for it, whose subject is its serial number and the configuration ' +
    'key CpoName (2.0.1: OrganizationName). `status` is what the CSMS says to that; the certificate follows in a CertificateSigned, for which `awaitMessage` ' +
    'or a charger that stays connected is needed. The private key stays with the charger, sealed with the SECRETS_KEY of the host.',
  waits: true,
  input: {
    chargerId,
    certificateType: z
      .enum(['ChargingStationCertificate', 'V2GCertificate'])
      .optional()
      .describe('OCPP 2.0.1: V2GCertificate is the one that EVs are shown. Default: the one for the CSMS.'),
  },
  output: waited({ status: z.enum(['Accepted', 'Rejected']).optional().describe('Of SignCertificate.conf.') }),
  problems: commandProblems,
  example: { input: { chargerId: 'CP-1' }, output: { status: 'Accepted', exchange: [] } },
  async run({ chargerId: id, certificateType }, call) {
    const use = certificateType === 'V2GCertificate' ? { use: 'v2g' as const } : {};
    return answered(await call.submit(id, { kind: 'requestCertificate', ...use }));
  },
});

export const securityOperations = [raiseSecurityEvent, requestCertificate];
