// One run under way in this process: its chargers made, its phases one after the other, its progress kept, its end.
import type { Protocol } from '../charger/charger';
import type { LoggedFrame } from '../charger/effect';
import type { Timer } from '../simulator/keeper';
import type { Clock, WatchedEvent } from '../simulator/ports';
import { type SimulatorService, UnknownChargerError } from '../simulator/service';
import type { Logger } from '../simulator/world';
import { chargersMadeBy, makeChargers, removeChargers } from './chargers';
import { leave } from './conduct';
import { createCourse } from './course';
import { insist } from './insist';
import { abandoned, nothing, type PartResult } from './result';
import { partId, type RunDocument, type Runs } from './run';
import { whole } from './share';
import type { RunSpec } from './spec';

export interface RunPorts {
  simulator(): SimulatorService;
  runs: Runs;
  clock: Clock;
  timer: Timer;
  logger: Logger;
  /** Aborted: the process ends, and the next one cleans up. */
  ending: AbortSignal;
}

export interface ActiveRun {
  readonly run: RunDocument;
  readonly chargers: readonly string[];
  /** Goes through the phases. Resolves at the end; never throws. */
  begin(): Promise<void>;
  frame(chargerId: string, frame: LoggedFrame): void;
  event(chargerId: string, event: WatchedEvent): void;
  changed(chargerId: string, link: string): void;
  result(): PartResult;
  /** Winds it down. */
  stop(leave: boolean): RunDocument;
  /** Nothing more is done, not even cleaning up: the next process does that. */
  interrupt(): Promise<void>;
}

/** Progress is kept this often, for whoever asks after a crash. */
const keepEveryMs = 10_000;

/** Makes the chargers of the run. @throws ExistsError, UnknownChargerError */
export async function prepareRun(run: RunDocument, spec: RunSpec, ports: RunPorts): Promise<ActiveRun> {
  const { runs, clock, timer, logger, ending } = ports;
  const simulator = ports.simulator();
  const ids = spec.chargers.map(({ id }) => id);
  const stopping = new AbortController();
  const surely = (what: string, act: () => Promise<void>) =>
    insist(what, act, { clock, timer, logger, signal: ending });

  await runs.putRun(run);
  await keep(nothing);
  try {
    await makeChargers(simulator, run.id, spec);
  } catch (error) {
    await giveUp(wordsOf(error)).catch((left: unknown) => {
      warn('what a fleet run has made is deleted later', left);
      void surely('deleting what a fleet run has made', () => giveUp(wordsOf(error))).catch(tellUnkept);
    });
    throw error;
  }
  const chargers = await statesOf(simulator, spec);
  const course = createCourse({ simulator, clock, timer, spec, chargers, total: ids.length, share: whole });
  let keeper = timer.set(clock() + keepEveryMs, keepOn);

  async function keep(result: PartResult): Promise<void> {
    const { id: runId, createdAt } = run;
    const { chargers } = spec;
    const phase = result.phases.length;
    await runs.putPart({ id: partId(runId, 0), runId, createdAt, chargers, phase, result });
  }

  function warn(message: string, error: unknown): void {
    logger.warn({ message, runId: run.id, error: String(error) });
  }

  function tellUnkept(error: unknown): void {
    logger.error({ message: 'the end of a fleet run could not be kept', runId: run.id, error: String(error) });
  }

  function keepOn(): void {
    keep(course.result()).catch((error: unknown) => warn('progress of a fleet run not kept', error));
    keeper = timer.set(clock() + keepEveryMs, keepOn);
  }

  async function go(): Promise<void> {
    const { signal } = stopping;
    for (const number of spec.phases.keys()) {
      if (signal.aborted) break;
      await course.perform(number, { signal }, clock());
    }
  }

  async function finish(state: RunDocument['state'], detail?: string): Promise<void> {
    Object.assign(run, { state, endedAt: clock(), ...(detail === undefined ? {} : { detail }) });
    await runs.putRun(run);
  }

  /** Its chargers could not be made. Where a worker went meanwhile, others may have made theirs. */
  async function giveUp(failure: string): Promise<void> {
    await removeChargers(simulator, await chargersMadeBy(simulator, run.id));
    await finish('failed', failure);
  }

  async function live(): Promise<void> {
    let failure: string | undefined;
    try {
      await go();
    } catch (error) {
      failure = wordsOf(error);
      logger.error({ message: 'a fleet run failed', runId: run.id, error: failure });
    }
    course.end();
    timer.clear(keeper);
    const left = await cleanUp();
    const wrong = [failure, left].flatMap((words) => words ?? []).join('; ');
    const ended = stopping.signal.aborted ? 'stopped' : 'finished';
    await surely('keeping the end of a fleet run', () => (wrong ? finish('failed', wrong) : finish(ended)));
  }

  /** Resolves to why it could not be done. A worker that has some of the chargers may be away: it comes back. */
  async function cleanUp(): Promise<string | undefined> {
    const last = course.result();
    const removes = spec.template && !spec.template.keep && !run.leave;
    let left: string | undefined;
    if (removes) {
      await surely('deleting the chargers of a fleet run', () => removeChargers(simulator, ids)).catch((error) => {
        left = `not all of its chargers could be deleted: ${wordsOf(error)}`;
      });
    }
    await surely('keeping the report of a fleet run', () => keep(removes ? abandoned(last) : last));
    return left;
  }

  return {
    run,
    chargers: ids,
    begin: () => live().catch(tellUnkept),
    frame: course.frame,
    event: course.event,
    changed: course.changed,
    result: course.result,
    stop(leaving) {
      run.state = 'stopping';
      if (leaving) run.leave = true;
      stopping.abort(leaving ? leave : undefined);
      return run;
    },
    async interrupt() {
      stopping.abort(leave);
      course.end();
      timer.clear(keeper);
      await keep(course.result());
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @throws UnknownChargerError */
export async function statesOf(
  simulator: SimulatorService,
  { template, chargers }: RunSpec,
): Promise<Map<string, { protocol: Protocol; link: string }>> {
  const states = new Map<string, { protocol: Protocol; link: string }>();
  for (const { id } of chargers) {
    if (template) states.set(id, { protocol: template.shared.protocol, link: 'down' });
    else {
      const found = await simulator.snapshot(id);
      if (!found) throw new UnknownChargerError(id);
      states.set(id, { protocol: found.charger.protocol, link: found.charger.link.state });
    }
  }
  return states;
}
