// The scheduled look for chargers that somebody should have woken by now: revives their orchestrations.
import type { Logger } from '../lib/host/log';
import type { Clock, Store, StoredCharger } from '../lib/simulator/ports';
import type { Orchestrations } from './orchestrations';

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
  ended: number;
  failed: number;
}

export interface SweepPorts {
  store: Pick<Store, 'chargers'>;
  orchestrations: Orchestrations;
  clock: Clock;
  logger: Logger;
}

export function createSweep({ store, orchestrations, clock, logger }: SweepPorts): Sweep {
  let left: string | undefined;

  /** Whoever has the lease keeps the charger's time. */
  function isAbandoned({ lease }: StoredCharger): boolean {
    return lease === undefined || lease.until <= clock();
  }

  async function revive({ charger }: StoredCharger): Promise<'rung' | 'started' | 'ended'> {
    const { id } = charger;
    const instance = await orchestrations.find(id);
    const hangs = instance?.alive === true && clock() - instance.updatedAt > hangsAfterMs && !isRetrying(instance);
    if (!hangs) return orchestrations.rouse(id);
    await orchestrations.end(id, 'it hung');
    return 'ended';
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
      const swept: Swept = { overdue: 0, rung: 0, started: 0, ended: 0, failed: 0 };
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

/** It waits on purpose. */
function isRetrying({ status }: { status: { state: string } | undefined }): boolean {
  return status?.state === 'retrying';
}
