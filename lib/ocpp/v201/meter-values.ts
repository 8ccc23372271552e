// Messages of OCPP 2.0.1 block J, Meter Values: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { integer } from '../fields';
import { object } from './datatypes/custom-data';
import { meterValue } from './datatypes/meter-value';

export const meterValues = {
  MeterValues: {
    from: 'charger',
    block: 'J',
    request: object({
      evseId: integer,
      meterValue: z.array(meterValue).min(1),
    }),
    response: object({}),
  },
} as const;
