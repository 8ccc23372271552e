// Sampled values of a meter, as blocks E and J carry them.
import { z } from 'zod';
import { dateTime, integer, text } from '../../fields';
import { object } from './custom-data';

export const signedMeterValue = object({
  signedMeterData: text(2500),
  signingMethod: text(50),
  encodingMethod: text(50),
  publicKey: text(2500),
});

export const unitOfMeasure = object({
  unit: text(20).optional(),
  multiplier: integer.optional(),
});

export const sampledValue = object({
  value: z.number(),
  context: z
    .enum([
      'Interruption.Begin',
      'Interruption.End',
      'Other',
      'Sample.Clock',
      'Sample.Periodic',
      'Transaction.Begin',
      'Transaction.End',
      'Trigger',
    ])
    .optional(),
  measurand: z
    .enum([
      'Current.Export',
      'Current.Import',
      'Current.Offered',
      'Energy.Active.Export.Register',
      'Energy.Active.Import.Register',
      'Energy.Reactive.Export.Register',
      'Energy.Reactive.Import.Register',
      'Energy.Active.Export.Interval',
      'Energy.Active.Import.Interval',
      'Energy.Active.Net',
      'Energy.Reactive.Export.Interval',
      'Energy.Reactive.Import.Interval',
      'Energy.Reactive.Net',
      'Energy.Apparent.Net',
      'Energy.Apparent.Import',
      'Energy.Apparent.Export',
      'Frequency',
      'Power.Active.Export',
      'Power.Active.Import',
      'Power.Factor',
      'Power.Offered',
      'Power.Reactive.Export',
      'Power.Reactive.Import',
      'SoC',
      'Voltage',
    ])
    .optional(),
  phase: z.enum(['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1']).optional(),
  location: z.enum(['Body', 'Cable', 'EV', 'Inlet', 'Outlet']).optional(),
  signedMeterValue: signedMeterValue.optional(),
  unitOfMeasure: unitOfMeasure.optional(),
});

export const meterValue = object({
  sampledValue: z.array(sampledValue).min(1),
  timestamp: dateTime,
});
