// What was asked of chargers in a phase, and how it ended: counts and durations by command.
import { Latency, type Percentiles } from './latency';
import type { ActOutcome } from './pilot';

export interface ActCount {
  ok: number;
  /** By kind of refusal. */
  failed: Record<string, number>;
  latency: Latency;
  /** What the first failure said. */
  firstFailure?: string;
}

/** The same as JSON. */
export interface StoredActCount extends Omit<ActCount, 'latency'> {
  latency: string;
}

export interface ActReport extends Omit<ActCount, 'latency'> {
  command: string;
  durationMs: Percentiles;
}

export type Acts = Map<string, ActCount>;

export function countAct(acts: Acts, command: string, outcome: ActOutcome, durationMs: number): void {
  let own = acts.get(command);
  if (!own) {
    own = { ok: 0, failed: {}, latency: Latency.create() };
    acts.set(command, own);
  }
  own.latency.record(durationMs);
  if (outcome.ok) {
    own.ok += 1;
    return;
  }
  const { kind, detail } = outcome.refusal;
  own.failed[kind] = (own.failed[kind] ?? 0) + 1;
  own.firstFailure ??= detail;
}

export function storeActs(acts: Acts): Record<string, StoredActCount> {
  return Object.fromEntries([...acts].map(([command, own]) => [command, { ...own, latency: own.latency.encode() }]));
}

/** Adds what was stored, of this or another part of the run. */
export function addActs(acts: Acts, stored: Record<string, StoredActCount>): void {
  for (const [command, { ok, failed, latency, firstFailure }] of Object.entries(stored)) {
    const own = acts.get(command) ?? { ok: 0, failed: {}, latency: Latency.create() };
    own.ok += ok;
    for (const [kind, count] of Object.entries(failed)) own.failed[kind] = (own.failed[kind] ?? 0) + count;
    own.latency.add(Latency.decode(latency));
    if (firstFailure !== undefined) own.firstFailure ??= firstFailure;
    acts.set(command, own);
  }
}

export function reportActs(acts: Acts): ActReport[] {
  return [...acts].map(([command, { latency, ...own }]) => ({ command, ...own, durationMs: latency.percentiles() }));
}
