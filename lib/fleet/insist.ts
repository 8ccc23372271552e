// What has to come about at the end of a run although a worker, or the store, is away for a while: tried until it does.
import type { Timer } from '../simulator/keeper';
import type { Clock } from '../simulator/ports';
import type { Logger } from '../simulator/world';
import { sleep } from './sleep';

export interface InsistPorts {
  clock: Clock;
  timer: Timer;
  logger: Logger;
  /** Aborted: nobody insists any more. */
  signal: AbortSignal;
}

const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** What has not come about by then will not. */
const patienceMs = 30 * 60_000;

/** Resolves also when it was given up because of the signal. @throws what it failed with last, after half an hour */
export async function insist(what: string, act: () => Promise<void>, ports: InsistPorts): Promise<void> {
  const { clock, timer, logger, signal } = ports;
  const giveUpAt = clock() + patienceMs;
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await act();
    } catch (error) {
      if (clock() >= giveUpAt) throw error;
      logger.warn({ message: `${what}: tried again`, error: error instanceof Error ? error.message : String(error) });
    }
    await sleep(clock() + pauseMs, timer, signal);
  }
}
