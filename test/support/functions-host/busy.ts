// Counts what the host has under way, so that a test can wait until nothing is.

export interface Busy {
  /** Something begins; the returned function ends it, once. */
  enter(): () => void;
  count(): number;
  /** Grows with everything that begins or ends. */
  moves(): number;
  /** Tells those who wait in `until` that something has changed. */
  touch(): void;
  /** Asks after every change until there is an answer. */
  until<T>(probe: () => T | undefined): Promise<T>;
  /** Resolves when nothing is under way, also for a turn of the event loop after. */
  whenIdle(): Promise<void>;
}

export function createBusy(): Busy {
  let count = 0;
  let moves = 0;
  let waiting: (() => void)[] = [];

  function touch(): void {
    moves++;
    const ready = waiting;
    waiting = [];
    for (const go of ready) go();
  }

  const moved = () => new Promise<void>((resolve) => waiting.push(resolve));
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  async function whenIdle(): Promise<void> {
    do {
      while (count > 0) await moved();
      await turn();
    } while (count > 0);
  }

  async function until<T>(probe: () => T | undefined): Promise<T> {
    for (;;) {
      const answer = probe();
      if (answer !== undefined) return answer;
      await moved();
    }
  }

  return {
    enter() {
      count++;
      touch();
      let left = false;
      return () => {
        if (left) return;
        left = true;
        count--;
        touch();
      };
    },
    count: () => count,
    moves: () => moves,
    touch,
    until,
    whenIdle,
  };
}
