// Waiting that can be cut short.
import type { Timer } from '../simulator/keeper';

/** Resolves at `until` (epoch ms); before it when the signal is aborted. */
export function sleep(until: number, timer: Timer, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      timer.clear(handle);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const handle = timer.set(until, wake);
    signal.addEventListener('abort', wake);
  });
}
