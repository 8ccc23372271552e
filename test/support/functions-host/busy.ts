// Counts what the host has under way, so that a test can wait until nothing is.

export interface Busy {
  /** Something begins; the returned function ends it, once. */
  enter(): () => void;
  count(): number;
  /** Grows with everything that begins or ends. */
  moves(): number;
  /** Resolves when nothing is under way, also for a turn of the event loop after. */
  whenIdle(): Promise<void>;
}

export function createBusy(): Busy {
  let count = 0;
  let moves = 0;
  let waiting: (() => void)[] = [];

  function leave(): void {
    count--;
    moves++;
    if (count > 0) return;
    const ready = waiting;
    waiting = [];
    for (const go of ready) go();
  }

  const whenIdle = async (): Promise<void> => {
    for (;;) {
      if (count > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      if (count === 0) return;
    }
  };

  return {
    enter() {
      count++;
      moves++;
      let left = false;
      return () => {
        if (!left) leave();
        left = true;
      };
    },
    count: () => count,
    moves: () => moves,
    whenIdle,
  };
}
