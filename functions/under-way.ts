// Invocations under way in this process, for its end: what they answer is lost when the process goes first.

export interface UnderWay {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when those under way now have ended and their answers been handed to the worker; after `timeoutMs` at the latest. */
  ended(timeoutMs: number): Promise<void>;
}

export function createUnderWay(): UnderWay {
  const under = new Set<Promise<unknown>>();
  return {
    run(work) {
      const running = work();
      under.add(running);
      const gone = () => void under.delete(running);
      running.then(gone, gone);
      return running;
    },
    async ended(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeoutMs);
      });
      await Promise.race([Promise.allSettled(under), late]);
      clearTimeout(timer);
      // The worker makes answers of what they returned, and sends them.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
