// The dice of a fleet run: the same seed throws the same sessions, arrivals and order of chargers, wherever and whenever it runs.
import { nextRandom } from '../charger/random';

/** A number, or how it is spread: evenly between two, or around a mean and never outside `min` and `max`. */
export type Spread =
  | number
  | { from: number; to: number }
  | { mean: number; deviation: number; min?: number | undefined; max?: number | undefined };

export interface Dice {
  /** In [0, 1). */
  next(): number;
}

/** `stream` tells apart what must not depend on how often something else was thrown, such as each session of a run. */
export function createDice(seed: number, ...stream: number[]): Dice {
  const state = { random: seed | 0 };
  for (const part of stream)
    state.random = Math.imul(state.random ^ (part + 0x9e3779b9), 0x85ebca6b) ^ (state.random >>> 13);
  // The first number of seeds that lie close together would be alike.
  nextRandom(state);
  return { next: () => nextRandom(state) };
}

export function draw(spread: Spread, dice: Dice): number {
  if (typeof spread === 'number') return spread;
  if ('from' in spread) return spread.from + (spread.to - spread.from) * dice.next();
  const { mean, deviation, min = 0, max = Number.POSITIVE_INFINITY } = spread;
  return Math.min(max, Math.max(min, mean + deviation * normal(dice)));
}

/** Box–Muller. */
function normal(dice: Dice): number {
  return Math.sqrt(-2 * Math.log(1 - dice.next())) * Math.cos(2 * Math.PI * dice.next());
}

/** One of several, by weight (1 where none is given). */
export function pick<T extends { weight?: number | undefined }>(choices: readonly T[], dice: Dice): T | undefined {
  const total = choices.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let left = dice.next() * total;
  for (const choice of choices) {
    left -= choice.weight ?? 1;
    if (left < 0) return choice;
  }
  return choices.at(-1);
}

/** Numbers from 0 to `count - 1` in random order (Fisher–Yates). */
export function shuffled(count: number, dice: Dice): number[] {
  const numbers = Array.from({ length: count }, (_, n) => n);
  for (let n = count - 1; n > 0; n--) {
    const other = Math.floor(dice.next() * (n + 1));
    [numbers[n], numbers[other]] = [numbers[other] ?? 0, numbers[n] ?? 0];
  }
  return numbers;
}

/** Time to the next of events that come at random, `perSecond` on average. Milliseconds. */
export function gapMs(perSecond: number, dice: Dice): number {
  return (-Math.log(1 - dice.next()) / perSecond) * 1000;
}
