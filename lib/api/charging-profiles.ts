// What the CSMS has installed for smart charging, and what it comes to now. Profiles themselves are set and cleared by the CSMS.
import { z } from 'zod';
import { listChargingProfiles as listAll } from '../charger/view';
import { existing } from './chargers';
import { chargerId } from './fields';
import { defineOperation } from './operation';

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

export const chargingProfileOperations = [listChargingProfiles];
