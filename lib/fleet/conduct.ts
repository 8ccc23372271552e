// Carries out what a phase's pilot decides, until the phase is over, its process has to hand over, or somebody stops the run.
import { randomUUID } from 'node:crypto';
import type { Timer } from '../simulator/keeper';
import { type Clock, StoreUnavailableError } from '../simulator/ports';
import { BusyError, type SimulatorService, UnknownChargerError } from '../simulator/service';
import type { Act, ActOutcome, ActRefusalKind, Pilot } from './pilot';

export interface Stage {
  simulator: Pick<SimulatorService, 'submit'>;
  clock: Clock;
  timer: Timer;
  /** Ids of the chargers, by their place. */
  chargers: readonly string[];
  /** Told of every act that has ended, and how long it took. */
  onEnded(act: Act, outcome: ActOutcome, durationMs: number): void;
}

export interface Limits {
  /** From then on nothing is begun: somebody else goes on. A run that is being stopped is wound down all the same. Epoch ms. */
  until?: number | undefined;
  /** Acts that have not ended by then are given up. Epoch ms. */
  cutAt?: number | undefined;
  /** Aborted: the phase is wound down; with the reason `leave`, left as it is; with `handOver`, left to somebody else. */
  signal: AbortSignal;
}

export interface Conducting {
  /** `paused`: nothing is under way, but the phase is not over. */
  done: Promise<'over' | 'paused' | 'stopped'>;
  linkChanged(charger: number, up: boolean): void;
}

/** Reason of a signal that stops a run and leaves its chargers as they are. */
export const leave = 'leave';

/** Reason of a signal that ends the work of this process: another one goes on. */
export const handOver = 'handOver';

/** Acts begun in a row before others have their turn. */
const actsInARow = 100;

export function conduct(pilot: Pilot, stage: Stage, limits: Limits): Conducting {
  const { until = Number.POSITIVE_INFINITY, cutAt = Number.POSITIVE_INFINITY, signal } = limits;
  const { clock, timer } = stage;
  let open = 0;
  /** Something has happened since the pilot was asked: it is asked again before anything is waited for. */
  let news = false;
  const takeNote = (): void => {
    news = true;
  };
  let awake = takeNote;
  let failure: unknown;

  async function perform(act: Act): Promise<void> {
    const begunAt = clock();
    const timeoutMs = Math.max(1, Math.min(act.timeoutMs, cutAt - begunAt));
    const outcome = await outcomeOf(stage, { ...act, timeoutMs });
    open -= 1;
    pilot.ended(act, outcome, clock());
    stage.onEnded(act, outcome, clock() - begunAt);
    awake();
  }

  /** Begins what is due; resolves to the time of what comes next, or to that it is over. */
  async function beginAllDue(): Promise<number | 'over'> {
    for (let begun = 1; ; begun++) {
      const next = pilot.next(clock());
      if (next === 'over') return 'over';
      if ('wait' in next) return next.wait;
      open += 1;
      perform(next.act).catch((error: unknown) => {
        failure = error;
        awake();
      });
      if (begun % actsInARow === 0) await new Promise(setImmediate);
      if (mustPause() || isCut()) return clock();
    }
  }

  const handsOver = () => signal.aborted && signal.reason === handOver;
  const isStopped = () => signal.aborted && signal.reason !== handOver;
  const mustPause = () => handsOver() || (!signal.aborted && clock() >= until);
  const isCut = () => isStopped() && (pilot.windDown === undefined || signal.reason === leave);

  /** Resolves at the time, when an act has ended or a charger has changed, or when the run is stopped. */
  async function rest(at: number): Promise<void> {
    let handle: unknown;
    // Once that time is there, only acts that end are waited for.
    const nearest = signal.aborted || mustPause() ? at : Math.min(at, until);
    await new Promise<void>((resolve) => {
      awake = resolve;
      if (nearest < Number.POSITIVE_INFINITY) handle = timer.set(nearest, resolve);
      if (failure !== undefined || news) resolve();
    });
    awake = takeNote;
    if (handle !== undefined) timer.clear(handle);
  }

  async function run(): Promise<'over' | 'paused' | 'stopped'> {
    const stop = () => {
      if (isStopped() && signal.reason !== leave) pilot.windDown?.(clock());
      awake();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (;;) {
        news = false;
        const halted = mustPause() || isCut();
        const next = halted ? Number.POSITIVE_INFINITY : await beginAllDue();
        if (failure !== undefined) throw failure;
        if ((open === 0 && next === 'over') || (halted && (open === 0 || handsOver())))
          return isStopped() ? 'stopped' : halted ? 'paused' : 'over';
        if (open === 0 && next !== 'over' && next <= clock()) continue;
        await rest(next === 'over' ? Number.POSITIVE_INFINITY : next);
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    done: run(),
    linkChanged(charger, up) {
      pilot.linkChanged?.(charger, up, clock());
      awake();
    },
  };
}

/** What goes wrong on one charger is an outcome, not the end of the run. */
async function outcomeOf({ simulator, chargers }: Stage, { charger, command, timeoutMs }: Act): Promise<ActOutcome> {
  try {
    const options = { commandId: randomUUID(), timeoutMs };
    return (await simulator.submit(chargers[charger] ?? '', command, options)).outcome;
  } catch (error) {
    return {
      ok: false,
      refusal: { kind: kindOf(error), detail: error instanceof Error ? error.message : String(error) },
    };
  }
}

function kindOf(error: unknown): ActRefusalKind {
  if (error instanceof UnknownChargerError) return 'notFound';
  if (error instanceof BusyError) return 'wrongState';
  return error instanceof StoreUnavailableError ? 'storeUnavailable' : 'unexpected';
}
