// Charging profiles and what they are made of (OCPP 2.0.1 part 2, block K). What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../../fields';
import { object } from './custom-data';
import { salesTariff } from './sales-tariff';

export const chargingRateUnitEnum = z.enum(['W', 'A']);

export const chargingProfilePurposeEnum = z.enum([
  'ChargingStationExternalConstraints',
  'ChargingStationMaxProfile',
  'TxDefaultProfile',
  'TxProfile',
]);

export const chargingLimitSourceEnum = z.enum(['EMS', 'Other', 'SO', 'CSO']);

export const chargingSchedulePeriod = object({
  startPeriod: integer,
  limit: z.number(),
  numberPhases: integer.optional(),
  phaseToUse: integer.optional(),
});

export const chargingSchedule = object({
  id: integer,
  startSchedule: dateTime.optional(),
  duration: integer.optional(),
  chargingRateUnit: chargingRateUnitEnum,
  chargingSchedulePeriod: z.array(chargingSchedulePeriod).min(1).max(1024),
  minChargingRate: z.number().optional(),
  salesTariff: salesTariff.optional(),
});

export const chargingProfile = object({
  id: integer,
  stackLevel: integer,
  chargingProfilePurpose: chargingProfilePurposeEnum,
  chargingProfileKind: z.enum(['Absolute', 'Recurring', 'Relative']),
  recurrencyKind: z.enum(['Daily', 'Weekly']).optional(),
  validFrom: dateTime.optional(),
  validTo: dateTime.optional(),
  chargingSchedule: z.array(chargingSchedule).min(1).max(3),
  transactionId: text(36).optional(),
});
