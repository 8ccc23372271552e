// The keeper of the Azure host: tells the orchestration of a charger when it has to be woken earlier than it knows. A doorbell that is
// lost is made good by the sweep.
import type { Logger } from '../lib/host/log';
import type { Clock, Keeper } from '../lib/simulator/ports';
import type { Orchestrations } from './orchestrations';

export interface DurableKeeper extends Keeper {
  /** Resolves when every doorbell so far has been rung, or after a few seconds: the process may be frozen between invocations. */
  settled(): Promise<void>;
}

/** Doorbells rung at the same time. */
const atOnce = 16;
const patienceMs = 5_000;

/**
 * An orchestration sleeps until the deadline it last saw in the store. So it must be rung when there was none, when the new one is
 * earlier, and when the known one passed while the charger was in use: then it looked in vain. It is rung too when there is none any
 * more, so that it ends.
 */
function mustRing(at: number | undefined, before: number | undefined, now: number): boolean {
  if (at === before) return false;
  return at === undefined || before === undefined || at < before || before <= now;
}

export function createDurableKeeper(orchestrations: Orchestrations, clock: Clock, logger: Logger): DurableKeeper {
  /** By charger: something is due, so that it needs an orchestration. */
  const waiting = new Map<string, boolean>();
  const ringing = new Set<Promise<void>>();

  function next(): void {
    for (const [chargerId, isDue] of waiting) {
      if (ringing.size >= atOnce) return;
      waiting.delete(chargerId);
      const done: Promise<void> = ring(chargerId, isDue).finally(() => {
        ringing.delete(done);
        next();
      });
      ringing.add(done);
    }
  }

  async function ring(chargerId: string, isDue: boolean): Promise<void> {
    try {
      const how = await (isDue ? orchestrations.rouse(chargerId) : orchestrations.ring(chargerId));
      logger.debug({ message: `orchestration ${how}`, chargerId });
    } catch (error) {
      logger.warn({ message: 'orchestration not told: the sweep will', chargerId, error: String(error) });
    }
  }

  async function empty(): Promise<void> {
    while (ringing.size > 0) await Promise.all(ringing);
  }

  return {
    schedule(chargerId, at, before) {
      if (!mustRing(at, before, clock())) return;
      waiting.set(chargerId, at !== undefined);
      next();
    },
    async settled() {
      if (ringing.size === 0) return;
      let handle: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => {
        handle = setTimeout(resolve, patienceMs);
      });
      await Promise.race([empty(), limit]);
      clearTimeout(handle);
    },
  };
}
