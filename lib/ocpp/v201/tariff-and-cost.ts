// Messages of OCPP 2.0.1 block I, Tariff And Cost: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { text } from '../fields';
import { object } from './datatypes/custom-data';

export const tariffAndCost = {
  CostUpdated: {
    from: 'csms',
    block: 'I',
    request: object({
      totalCost: z.number(),
      transactionId: text(36),
    }),
    response: object({}),
  },
} as const;
