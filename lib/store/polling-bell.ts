// The bell between processes that share nothing but the store: it cannot hear the others, so it has everybody look at intervals.
import { systemTimer, type Timer } from '../simulator/keeper';
import type { Bell, Clock } from '../simulator/ports';
import { createLocalBell } from './bell';

export interface PollingBellOptions {
  /** How often everybody who listens is rung, milliseconds. */
  everyMs?: number;
  clock?: Clock;
  timer?: Timer;
}

/**
 * A bell that rings listeners of this process at once, and each listener at intervals besides: another process may have left
 * something in the store. Each listener has intervals of its own, so that they do not all look at the same moment.
 */
export function createPollingBell(options: PollingBellOptions = {}): Bell {
  const { everyMs = 1_000, clock = Date.now, timer = systemTimer } = options;
  const local = createLocalBell();
  return {
    ring: local.ring,
    listen(topic, onRing) {
      const stopListening = local.listen(topic, onRing);
      const stopPolling = repeat(onRing);
      return () => {
        stopListening();
        stopPolling();
      };
    },
  };

  function repeat(onRing: () => void): () => void {
    const again = (): unknown =>
      timer.set(clock() + everyMs, () => {
        handle = again();
        onRing();
      });
    let handle = again();
    return () => timer.clear(handle);
  }
}
