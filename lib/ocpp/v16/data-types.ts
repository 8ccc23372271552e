// Data types that several messages of OCPP 1.6 share (§7, and the security whitepaper §6).
import { z } from 'zod';
import { dateTime, integer, tenths, text } from '../fields';

export const idTagInfo = z.strictObject({
  expiryDate: dateTime.optional(),
  parentIdTag: text(20).optional(),
  status: z.enum(['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx']),
});

export const chargingSchedulePeriod = z.strictObject({
  startPeriod: integer,
  limit: tenths,
  numberPhases: integer.optional(),
});

export const chargingSchedule = z.strictObject({
  duration: integer.optional(),
  startSchedule: dateTime.optional(),
  chargingRateUnit: z.enum(['A', 'W']),
  chargingSchedulePeriod: z.array(chargingSchedulePeriod),
  minChargingRate: tenths.optional(),
});

export const chargingProfile = z.strictObject({
  chargingProfileId: integer,
  transactionId: integer.optional(),
  stackLevel: integer,
  chargingProfilePurpose: z.enum(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']),
  chargingProfileKind: z.enum(['Absolute', 'Recurring', 'Relative']),
  recurrencyKind: z.enum(['Daily', 'Weekly']).optional(),
  validFrom: dateTime.optional(),
  validTo: dateTime.optional(),
  chargingSchedule: chargingSchedule,
});

export const sampledValue = z.strictObject({
  value: z.string(),
  context: z
    .enum([
      'Interruption.Begin',
      'Interruption.End',
      'Sample.Clock',
      'Sample.Periodic',
      'Transaction.Begin',
      'Transaction.End',
      'Trigger',
      'Other',
    ])
    .optional(),
  format: z.enum(['Raw', 'SignedData']).optional(),
  measurand: z
    .enum([
      'Energy.Active.Export.Register',
      'Energy.Active.Import.Register',
      'Energy.Reactive.Export.Register',
      'Energy.Reactive.Import.Register',
      'Energy.Active.Export.Interval',
      'Energy.Active.Import.Interval',
      'Energy.Reactive.Export.Interval',
      'Energy.Reactive.Import.Interval',
      'Power.Active.Export',
      'Power.Active.Import',
      'Power.Offered',
      'Power.Reactive.Export',
      'Power.Reactive.Import',
      'Power.Factor',
      'Current.Import',
      'Current.Export',
      'Current.Offered',
      'Voltage',
      'Frequency',
      'Temperature',
      'SoC',
      'RPM',
    ])
    .optional(),
  phase: z.enum(['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1']).optional(),
  location: z.enum(['Cable', 'EV', 'Inlet', 'Outlet', 'Body']).optional(),
  unit: z
    .enum([
      'Wh',
      'kWh',
      'varh',
      'kvarh',
      'W',
      'kW',
      'VA',
      'kVA',
      'var',
      'kvar',
      'A',
      'V',
      'K',
      'Celcius',
      'Celsius',
      'Fahrenheit',
      'Percent',
      'Hertz',
    ])
    .optional(),
});

export const meterValue = z.strictObject({ timestamp: dateTime, sampledValue: z.array(sampledValue) });

export const certificateHashData = z.strictObject({
  hashAlgorithm: z.enum(['SHA256', 'SHA384', 'SHA512']),
  issuerNameHash: text(128),
  issuerKeyHash: text(128),
  serialNumber: text(40),
});
