// The scheduled look for chargers that somebody should have woken by now: revives their orchestrations.

import type { Charger } from '../lib/charger/charger';
import type { Logger } from '../lib/host/log';
import type { Clock, Store, StoredCharger } from '../lib/simulator/ports';
import type { Instance, Orchestrations } from './orchestrations';

/** Overdue by less, a charger's orchestration may just be slow. */
const graceMs = 60_000;
/** An orchestration that has not moved for this long while its charger is overdue hangs. */
const hangsAfterMs = 15 * 60_000;
const pageSize = 50;
/** A sweep ends before the next one is due; what it did not come to is that one's first. */
const budgetMs = 45_000;

export interface Sweep {
  run(): Promise<Swept>;
}

export interface Swept {
  overdue: number;
  rung: number;
  started: number;
  /** Its orchestration waits on purpose, after failures; or a fleet run has it. */
  waiting: number;
  ended: number;
  failed: number;
}

export interface SweepPorts {
  store: Pick<Store, 'chargers'>;
  orchestrations: Orchestrations;
  /** Somebody else, who has no orchestration for it, keeps the charger's time. */
  isKept(charger: Charger): Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

export function createSweep({ store, orchestrations, isKept, clock, logger }: SweepPorts): Sweep {
  let left: string | undefined;

  /** Whoever has the lease keeps the charger's time. */
  function isAbandoned({ lease }: StoredCharger): boolean {
    return lease === undefined || lease.until <= clock();
  }

  async function revive({ charger }: StoredCharger): Promise<'rung' | 'started' | 'waiting' | 'ended'> {
    const { id } = charger;
    if (await isKept(charger)) return 'waiting';
    const instance = await orchestrations.find(id);
    if (!instance?.alive) return orchestrations.rouse(id);
    if (waits(instance)) return 'waiting';
    if (clock() - instance.updatedAt <= hangsAfterMs) return orchestrations.rouse(id);
    await orchestrations.end(id, 'it hung');
    return 'ended';
  }

  /** It backs off after failures, and the time is not over. */
  function waits({ status }: Instance): boolean {
    const until = status?.state === 'retrying' ? Date.parse(status.nextWakeAt ?? '') : Number.NaN;
    return until + graceMs > clock();
  }

  async function reviveAll(overdue: StoredCharger[], swept: Swept): Promise<void> {
    await Promise.all(
      overdue.map(async (stored) => {
        try {
          swept[await revive(stored)] += 1;
        } catch (error) {
          swept.failed += 1;
          logger.warn({ message: 'charger not revived', chargerId: stored.charger.id, error: String(error) });
        }
      }),
    );
  }

  return {
    async run() {
      const swept: Swept = { overdue: 0, rung: 0, started: 0, waiting: 0, ended: 0, failed: 0 };
      const began = clock();
      let from = left;
      left = undefined;
      do {
        const page = await store.chargers.list({ dueBefore: began - graceMs }, pageSize, from);
        const overdue = page.items.filter(isAbandoned);
        swept.overdue += overdue.length;
        await reviveAll(overdue, swept);
        from = page.continuation;
      } while (from !== undefined && clock() - began < budgetMs);
      left = from;
      return swept;
    },
  };
}
