// One charging session of a run as the dice throw it: who charges, which car, how much, how long.
import type { EvSettings } from '../charger/hardware/ev';
import { createDice, draw, pick } from './dice';
import type { SessionPattern } from './spec';

export interface PlannedSession {
  idToken: string;
  durationMs: number;
  energyWh?: number;
  ev?: EvSettings;
  meterValuesIntervalSeconds?: number;
}

/** The session of this number in the phase of this seed: the same whatever happened to the others. */
export function planSession(pattern: SessionPattern, seed: number, number: number): PlannedSession {
  const dice = createDice(seed, number);
  const idToken = pattern.tokens[Math.floor(dice.next() * pattern.tokens.length)] ?? '';
  const durationMs = Math.max(1, draw(pattern.durationSeconds, dice)) * 1000;
  const ev = pick(pattern.evs, dice)?.ev;
  const energyWh = pattern.energyWh === undefined ? undefined : Math.max(1, Math.round(draw(pattern.energyWh, dice)));
  const { meterValuesIntervalSeconds } = pattern;
  return {
    idToken,
    durationMs,
    ...(energyWh === undefined ? {} : { energyWh }),
    ...(ev === undefined ? {} : { ev }),
    ...(meterValuesIntervalSeconds === undefined ? {} : { meterValuesIntervalSeconds }),
  };
}

/** When it is to end, once it is known how much power it gets: by its time, or by its energy with some slack for a falling power. */
export function endsAt(session: PlannedSession, startedAt: number, powerW: number): number {
  const { durationMs, energyWh } = session;
  if (energyWh === undefined || powerW <= 0) return startedAt + durationMs;
  const neededMs = (energyWh / powerW) * 3_600_000 * 1.02 + 1000;
  return startedAt + Math.min(durationMs, neededMs);
}
