// Moves virtual time: from one timer to the next, host's and workers' alike, and in between waits until nothing can happen
// any more without time passing.
import type { Busy } from './busy';
import type { HostClock } from './clock';
import type { Pool } from './pool';
import type { WorkerState } from './protocol';

interface Parts {
  clock: HostClock;
  busy: Busy;
  pool: Pool;
}

export interface Stepper {
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
}

/**
 * Rounds of questions in which nothing has changed before all counts as settled. While invocations are under way they may
 * wait for an answer that is on its way through the loopback: then it takes more.
 */
const quietRounds = { nothingRuns: 3, somethingRuns: 40 };
/** Who keeps moving without time passing is taken to be settled after this many rounds. */
const mostRounds = 5000;

export function createStepper({ clock, busy, pool }: Parts): Stepper {
  const ask = async (): Promise<WorkerState[]> => {
    const states = await Promise.all(pool.workers().map((worker) => worker.state().catch(() => undefined)));
    return states.filter((state) => state !== undefined);
  };

  async function settleVirtual(): Promise<WorkerState[]> {
    let states: WorkerState[] = [];
    let last = '';
    for (let round = 0, quiet = 0; round < mostRounds; round++) {
      await pool.steady();
      states = await ask();
      const signature = [busy.moves(), ...states.map((state) => state.signature)].join(' ');
      const same = signature === last && states.every(({ requests }) => requests === 0);
      last = signature;
      quiet = same ? quiet + 1 : 0;
      if (quiet >= (busy.count() === 0 ? quietRounds.nothingRuns : quietRounds.somethingRuns)) break;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return states;
  }

  /** The next moment at which anything is due. */
  function nextMoment(states: WorkerState[]): number {
    const moments = [clock.nextAt(), ...states.map(({ nextTimerAt }) => nextTimerAt)];
    return Math.min(...moments.map((at) => at ?? Number.POSITIVE_INFINITY));
  }

  async function moveTo(at: number): Promise<void> {
    // The workers' clocks first: what the host's timers start there must see the new time.
    await Promise.all(pool.workers().map((worker) => worker.tick(at).catch(() => undefined)));
    clock.moveTo(at);
  }

  return {
    settle: async () => void (await (clock.mode === 'real' ? busy.whenIdle() : settleVirtual())),
    async advance(ms) {
      if (clock.mode === 'real') throw new Error('only virtual time can be advanced');
      const target = clock.now() + ms;
      for (;;) {
        const at = nextMoment(await settleVirtual());
        if (at > target) break;
        await moveTo(Math.max(at, clock.now()));
      }
      await moveTo(target);
      await settleVirtual();
    },
  };
}
