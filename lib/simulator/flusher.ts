// One timer for everything that may wait a little: message logs, and documents that changed without anything depending on it.
import type { Timer } from './keeper';
import type { Clock } from './ports';

export interface Flusher<T> {
  add(who: T): void;
  /** Everything now. */
  flush(): void;
  stop(): void;
}

/** Calls `flushOne` for each that was added, at most `everyMs` later, all at once. */
export function createFlusher<T>(
  { clock, timer }: { clock: Clock; timer: Timer },
  everyMs: number,
  flushOne: (who: T) => void,
): Flusher<T> {
  let waiting = new Set<T>();
  let handle: unknown;

  function flush(): void {
    if (handle !== undefined) timer.clear(handle);
    handle = undefined;
    const due = waiting;
    waiting = new Set();
    for (const who of due) flushOne(who);
  }

  return {
    add(who) {
      waiting.add(who);
      handle ??= timer.set(clock() + everyMs, flush);
    },
    flush,
    stop() {
      if (handle !== undefined) timer.clear(handle);
      handle = undefined;
    },
  };
}
