// The fields of a fleet run as callers write them: its chargers and its phases.
import { z } from 'zod';
import type { Phase } from '../fleet/spec';
import { identity, newChargerFields } from './charger-input';
import { evSchema, tag } from './fields';

/** Chargers in one run, at most. */
export const runChargersMost = 20_000;

const seconds = (most: number) => z.number().positive().max(most);
const weekSeconds = 7 * 86_400;

const spread = (most: number) => {
  const value = z.number().positive().max(most);
  return z.union([
    value,
    z.strictObject({ from: value, to: value }).refine(({ from, to }) => from <= to, 'from must not be above to'),
    z
      .strictObject({ mean: value, deviation: value, min: value.optional(), max: value.optional() })
      .refine(({ min = 0, max = most }) => min <= max, 'min must not be above max'),
  ]);
};

const ramp = z
  .strictObject({
    perSecond: z.number().positive().max(10_000).optional(),
    withinSeconds: seconds(86_400).optional(),
  })
  .refine((given) => Object.keys(given).length <= 1, 'takes perSecond or withinSeconds, not both')
  .describe('Left out: all at once.');

const timeoutSeconds = z.number().min(1).max(600).default(60);

const sessionFields = {
  concurrency: z.int().min(1).max(runChargersMost).optional().describe('Sessions at the same time.'),
  arrivalsPerSecond: z.number().positive().max(1000).optional().describe('Or: cars that come at random, on average.'),
  tokens: z
    .array(z.string().min(1).max(255))
    .min(1)
    .max(10_000)
    .default(['RUN-TAG'])
    .describe('Each session uses one of them.'),
  durationSeconds: spread(weekSeconds)
    .default(60)
    .describe('How long a session takes: a number, {from, to}, or {mean, deviation, min?, max?}.'),
  energyWh: spread(10_000_000)
    .optional()
    .describe('It ends earlier when it has got as much. Spread like durationSeconds.'),
  evs: z
    .array(z.strictObject({ weight: z.number().positive().max(1000).optional(), ev: evSchema }))
    .max(100)
    .default([])
    .describe('The mix of cars. None: what the chargers have.'),
  meterValuesIntervalSeconds: z.int().min(1).max(86_400).optional(),
  timeoutSeconds,
};

const pattern = { ...sessionFields, seconds: seconds(weekSeconds).describe('How long.') };

export const phaseSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('connect'), ramp: ramp.optional(), timeoutSeconds }),
    z.strictObject({ kind: z.literal('sessions'), ...pattern }),
    z.strictObject({
      kind: z.literal('soak'),
      ...pattern,
      lossEverySeconds: z
        .number()
        .min(0.1)
        .max(86_400)
        .default(60)
        .describe('One charger loses its connection so often.'),
    }),
    z.strictObject({ kind: z.literal('idle'), seconds: seconds(weekSeconds) }),
    z.strictObject({
      kind: z.literal('massReconnection'),
      cut: z.enum(['abrupt', 'polite']).default('abrupt').describe('abrupt: without a close frame.'),
      return: z
        .enum(['backOff', 'atOnce'])
        .default('backOff')
        .describe('backOff: as chargers do by themselves, each after a random time. Needs persistent chargers.'),
      timeoutSeconds: seconds(3600).default(300).describe('How long it may take until all are back.'),
    }),
  ])
  .meta({ id: 'FleetPhase', description: 'What the chargers do for a while.' });

export const runChargersSchema = z.union([
  z.strictObject({
    count: z.int().min(1).max(runChargersMost, `a run has at most ${runChargersMost} chargers`),
    idPattern: z.string().max(100).describe('As in createChargers: `RUN-{n:05}`.'),
    start: z.int().min(0).max(1_000_000_000).default(1).describe('The first number.'),
    identity: identity.optional(),
    keep: z.boolean().default(false).describe('Leave the chargers when the run is over. Else they are deleted.'),
    ...newChargerFields,
  }),
  z.strictObject({ tag: tag.describe('Chargers that exist, by their tag. They stay.') }),
]);

export type RunChargers = z.output<typeof runChargersSchema>;

/** The chargers of a run, as far as it matters for what they can be asked to do. */
export interface RunFleet {
  count: number;
  /** Of them, the ones that hold no connection. */
  onDemand: number;
}

/** What one phase cannot have, or cannot have with these chargers; undefined where they are not known yet. */
export function checkPhase(phase: Phase, fleet: RunFleet | undefined): string | undefined {
  if (phase.kind === 'massReconnection') {
    if (!fleet?.onDemand) return undefined;
    return `massReconnection needs chargers that hold a connection ("connection": "persistent"); ${fleet.onDemand} of ${fleet.count} do not`;
  }
  if (phase.kind !== 'sessions' && phase.kind !== 'soak') return undefined;
  const { concurrency, arrivalsPerSecond } = phase;
  if ((concurrency === undefined) === (arrivalsPerSecond === undefined)) {
    return `${phase.kind} needs either concurrency or arrivalsPerSecond`;
  }
  if (fleet === undefined || concurrency === undefined || concurrency <= fleet.count) return undefined;
  return `concurrency ${concurrency} is more than the run has chargers: ${fleet.count}, each for one session at a time`;
}
