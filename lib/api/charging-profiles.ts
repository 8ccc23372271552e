// What the CSMS has installed for smart charging, and what it comes to now. Profiles themselves are set and cleared by the CSMS.
import { z } from 'zod';
import { listChargingProfiles as listAll, viewSchedule } from '../charger/view';
import { existing } from './chargers';
import { chargerId, given } from './fields';
import { defineOperation } from './operation';
import { ProblemError } from './problem';

export const chargingLimitSchema = z
  .looseObject({
    powerW: z.number().describe('In all.'),
    currentA: z.number().optional().describe('Per phase, on AC.'),
    numberPhases: z.number().optional(),
    chargingProfileIds: z.array(z.number()).describe('Profiles that prevail now.'),
    until: z.string().optional().describe('When another period or profile follows; absent: never.'),
  })
  .meta({ id: 'ChargingLimit', description: 'What charging profiles and hardware allow a connector now.' });

const profileSchema = z
  .looseObject({
    connectorId: z.number().optional().describe('0: the whole charger, and as a default every connector.'),
    evseId: z.number().optional().describe('OCPP 2.0.1, instead of a connector.'),
    chargingProfileId: z.number(),
    stackLevel: z.number(),
    chargingProfilePurpose: z.string(),
    chargingProfileKind: z.string(),
    chargingSchedule: z.looseObject({}),
  })
  .meta({ id: 'ChargingProfile', description: 'A charging profile, in the words of OCPP.' });

export const listChargingProfiles = defineOperation({
  name: 'listChargingProfiles',
  method: 'GET',
  route: 'chargers/{chargerId}/charging-profiles',
  subject: 'Smart charging',
  summary: 'Lists the charging profiles that the CSMS has installed, and the limit of each connector now',
  input: { chargerId },
  output: z.strictObject({
    chargingProfiles: z.array(profileSchema),
    connectors: z.array(
      z.strictObject({
        connectorId: z.number(),
        evseId: z.number().optional(),
        chargingLimit: chargingLimitSchema.optional().describe('Absent: no profile limits it.'),
      }),
    ),
  }),
  problems: ['unknown-charger'],
  example: {
    input: { chargerId: 'CP-1' },
    output: {
      chargingProfiles: [
        {
          connectorId: 0,
          chargingProfileId: 1,
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Recurring',
          recurrencyKind: 'Daily',
          chargingSchedule: {
            duration: 28_800,
            startSchedule: '2025-01-31T08:00:00.000Z',
            chargingRateUnit: 'A',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
          },
        },
      ],
      connectors: [
        {
          connectorId: 1,
          chargingLimit: {
            powerW: 11_040,
            currentA: 16,
            numberPhases: 3,
            chargingProfileIds: [1],
            until: '2025-01-31T16:00:00.000Z',
          },
        },
      ],
    },
  },
  async run(input, call) {
    const { charger, now } = await existing(call, input.chargerId);
    return { body: listAll(charger, now) };
  },
});

const weekSeconds = 604_800;

const periodSchema = z.strictObject({
  startPeriod: z.number().describe('Seconds from scheduleStart.'),
  limit: z.number(),
  numberPhases: z.number().optional(),
});

const outlineSchema = z.strictObject({
  chargingProfileId: z.number(),
  chargingProfilePurpose: z.string(),
  stackLevel: z.number(),
  periods: z
    .array(z.strictObject({ startPeriod: z.number(), limit: z.number().optional() }))
    .describe('In the unit of the schedule. Without a limit the profile says nothing until the next period.'),
});

const place = z.int().min(0).max(1000).optional();

export const getCompositeSchedule = defineOperation({
  name: 'getCompositeSchedule',
  method: 'GET',
  route: 'chargers/{chargerId}/composite-schedule',
  subject: 'Smart charging',
  summary: 'What charging profiles and hardware allow from now on, and what each profile says by itself',
  description:
    'As the charger would answer GetCompositeSchedule now, without a CSMS that asks. The schedule covers less than what was asked for where it has more ' +
    'periods than the charger reports.',
  input: {
    chargerId,
    connectorId: place.describe('Default 1. 0: the whole charger.'),
    evseId: place.describe('OCPP 2.0.1; in 1.6 the EVSE that the connector is on. 0: the whole charger.'),
    durationSeconds: z.int().min(1).max(weekSeconds).default(86_400).describe('At most a week.'),
    chargingRateUnit: z
      .enum(['A', 'W'])
      .optional()
      .describe('Default: that of the profile in force, or A on AC, W on DC.'),
  },
  output: z.strictObject({
    connectorId: z.number().optional(),
    evseId: z.number().optional(),
    scheduleStart: z.string(),
    duration: z.number().describe('Seconds that are covered.'),
    chargingRateUnit: z.enum(['A', 'W']),
    chargingSchedulePeriod: z.array(periodSchema),
    profiles: z.array(outlineSchema),
  }),
  problems: ['unknown-charger', 'not-found', 'wrong-state'],
  example: {
    input: { chargerId: 'CP-1', connectorId: 1, durationSeconds: 86_400 },
    output: {
      connectorId: 1,
      scheduleStart: '2025-01-31T12:00:00.000Z',
      duration: 86_400,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 16 },
        { startPeriod: 14_400, limit: 32 },
      ],
      profiles: [
        {
          chargingProfileId: 1,
          chargingProfilePurpose: 'TxDefaultProfile',
          stackLevel: 0,
          periods: [{ startPeriod: 0, limit: 16 }, { startPeriod: 14_400 }],
        },
      ],
    },
  },
  async run({ chargerId: id, connectorId, evseId, durationSeconds, chargingRateUnit }, call) {
    const { charger, now } = await existing(call, id);
    const wish = { seconds: durationSeconds, ...given({ connectorId, evseId, unit: chargingRateUnit }) };
    const schedule = viewSchedule(charger, wish, now);
    if (typeof schedule === 'string') throw new ProblemError('wrong-state', `no composite schedule: ${schedule}`);
    return { body: schedule };
  },
});

export const chargingProfileOperations = [listChargingProfiles, getCompositeSchedule];
