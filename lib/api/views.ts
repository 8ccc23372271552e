// Shapes of answers: what OpenAPI says of them. They are loose: a charger tells more than a caller must know.
import { z } from 'zod';
import { viewCharger } from '../charger/view';
import type { ChargerSnapshot } from '../simulator/service';
import { behaviourSchema } from './behaviour';
import { networkFaultsSchema } from './network-faults';

/** A connector as the views of both versions show it. */
export const connectorSchema = z.looseObject({
  connectorId: z.number(),
  evseId: z.number().optional(),
  type: z.string().optional(),
  status: z.string(),
  errorCode: z.string().optional(),
  info: z.string().optional(),
  since: z.string().optional(),
  availability: z.string().optional(),
  cable: z.string().optional(),
  locked: z.boolean().optional(),
  powerW: z.number().optional(),
  currentA: z.number().optional().describe('Of each phase that the EV uses; on DC at the output.'),
  meterWh: z.number().optional(),
  chargingLimit: z
    .looseObject({ powerW: z.number(), currentA: z.number().optional() })
    .optional()
    .describe('What limits charging now, where anything does.'),
  ev: z
    .looseObject({
      soc: z.number(),
      batteryCapacityWh: z.number(),
      maxPowerW: z.number(),
      phases: z.number().optional(),
      chargingCurve: z.array(z.tuple([z.number(), z.number()])).optional(),
      suspended: z.boolean().optional(),
      minCurrentA: z.number().optional(),
    })
    .optional(),
  authorized: z.string().optional().describe('The token that is authorized here.'),
  get transaction() {
    return transactionSchema.optional();
  },
});

/** A certificate by what it says. */
const certificateSchema = z.looseObject({
  subject: z.string(),
  serialNumber: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
});

export const chargerSchema = z
  .looseObject({
    id: z.string(),
    identity: z.string(),
    protocol: z.string(),
    csms: z.looseObject({ url: z.string() }),
    model: z.string(),
    boot: z.looseObject({ firmwareVersion: z.string().optional() }).optional().describe('What BootNotification tells.'),
    connection: z.string(),
    power: z.string(),
    network: z.string(),
    tags: z.array(z.string()),
    link: z.looseObject({ state: z.string() }),
    registration: z.looseObject({ status: z.string().optional() }),
    status: z.string().optional(),
    connectors: z.array(connectorSchema).optional(),
    localAuthorizationList: z
      .looseObject({ enabled: z.boolean(), version: z.number(), tokens: z.number() })
      .optional()
      .describe('The list the CSMS has sent: how many tokens, and a conflict with what the CSMS says otherwise.'),
    reservations: z
      .array(
        z.looseObject({
          reservationId: z.number(),
          idToken: z.string(),
          expiryDate: z.string(),
          connectorId: z.number().optional(),
          evseId: z.number().optional(),
        }),
      )
      .optional()
      .describe('Reservations that hold now; connectorId 0, or in OCPP 2.0.1 none of an EVSE, is any.'),
    displays: z
      .array(
        z.looseObject({ evseId: z.number(), state: z.string(), messages: z.array(z.looseObject({ id: z.number() })) }),
      )
      .optional()
      .describe('OCPP 2.0.1: what is on the display of each EVSE: messages of the CSMS, tariff and cost.'),
    security: z
      .looseObject({
        profile: z.number(),
        certificate: certificateSchema.optional(),
        nextCertificate: certificateSchema.optional().describe('Comes into use later.'),
        awaitsCertificate: z.literal(true).optional().describe('Asked for, not there yet.'),
        roots: z.array(certificateSchema.extend({ use: z.string(), replaced: z.literal(true).optional() })).optional(),
        log: z.array(z.looseObject({ at: z.string(), type: z.string(), techInfo: z.string().optional() })).optional(),
      })
      .describe('Profile, certificates by what they say, the roots that are trusted, the security log.'),
    faults: z.array(z.looseObject({ id: z.string(), errorCode: z.string() })),
    violationsRecorded: z.number().optional().describe('How often the CSMS broke a rule: see listViolations.'),
    firmwareUpdate: z
      .looseObject({ location: z.string(), phase: z.string(), status: z.string().optional() })
      .optional()
      .describe('A firmware update that the CSMS wants, until it has heard how that ended.'),
    logUploads: z
      .array(z.looseObject({ channel: z.string(), location: z.string(), phase: z.string(), status: z.string() }))
      .optional()
      .describe('Uploads that the CSMS wants, by GetDiagnostics (diagnostics) and GetLog (log), likewise.'),
    behaviour: behaviourSchema.optional().describe('What setBehaviour has bent.'),
    networkFaults: networkFaultsSchema.optional().describe('What setNetworkFaults has spoilt.'),
    queuedMessages: z.number().describe('OCPP messages that wait to be sent or answered.'),
  })
  .meta({ id: 'Charger', description: 'A charger as it is now. Secrets are left out.' });

export const transactionSchema = z
  .looseObject({
    id: z.string().describe('Our id.'),
    transactionId: z.union([z.number(), z.string()]).optional().describe("The CSMS's id; absent until it is known."),
    connectorId: z.number(),
    idToken: z.string(),
    state: z.string(),
    startedAt: z.string(),
    energyWh: z.number(),
    powerW: z.number(),
    soc: z.number().optional(),
    stoppedAt: z.string().optional(),
    stopReason: z.string().optional(),
  })
  .meta({ id: 'Transaction', description: 'A transaction, running or ended.' });

/** The charger as answers show it. */
export function chargerBody({ charger, now }: ChargerSnapshot): Record<string, unknown> {
  return viewCharger(charger, now);
}

/** The revision of the settings, as HTTP wants it. */
export function etagOf({ charger }: ChargerSnapshot): string {
  return `"${charger.revision}"`;
}

/** Does an If-Match header name this ETag (RFC 9110 §13.1.1)? Weak ones never match. */
export function matches(ifMatch: string, etag: string): boolean {
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(etag);
}
