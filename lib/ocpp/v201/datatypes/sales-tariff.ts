// The tariff of ISO 15118 that a charging schedule may carry.
import { z } from 'zod';
import { integer, text } from '../../fields';
import { object } from './custom-data';

export const relativeTimeInterval = object({
  start: integer,
  duration: integer.optional(),
});

export const cost = object({
  costKind: z.enum(['CarbonDioxideEmission', 'RelativePricePercentage', 'RenewableGenerationPercentage']),
  amount: integer,
  amountMultiplier: integer.optional(),
});

export const consumptionCost = object({
  startValue: z.number(),
  cost: z.array(cost).min(1).max(3),
});

export const salesTariffEntry = object({
  relativeTimeInterval: relativeTimeInterval,
  ePriceLevel: integer.min(0).optional(),
  consumptionCost: z.array(consumptionCost).min(1).max(3).optional(),
});

export const salesTariff = object({
  id: integer,
  salesTariffDescription: text(32).optional(),
  numEPriceLevels: integer.optional(),
  salesTariffEntry: z.array(salesTariffEntry).min(1).max(1024),
});
