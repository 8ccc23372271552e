// One run under way in this process: its phases one after the other, its counts, its end.
import type { Protocol } from '../charger/charger';
import type { Outcome } from '../charger/command';
import type { LoggedFrame } from '../charger/effect';
import type { Timer } from '../simulator/keeper';
import type { Clock } from '../simulator/ports';
import { type SimulatorService, UnknownChargerError } from '../simulator/service';
import type { Logger } from '../simulator/world';
import { type Acts, countAct, storeActs } from './acts';
import { makeChargers, removeChargers } from './chargers';
import { type Conducting, conduct, leave } from './conduct';
import type { Act, Pilot } from './pilot';
import { pilotOf } from './pilots';
import { nothing, type PartResult, type PhaseResult, partOf, phaseCounts } from './result';
import { partId, type RunDocument, type Runs } from './run';
import { startSeries } from './series';
import type { Phase, RunSpec } from './spec';
import { createTally } from './tally';

export interface RunPorts {
  simulator(): SimulatorService;
  runs: Runs;
  clock: Clock;
  timer: Timer;
  logger: Logger;
}

export interface ActiveRun {
  readonly run: RunDocument;
  readonly chargers: readonly string[];
  /** Goes through the phases. Resolves at the end; never throws. */
  begin(): Promise<void>;
  frame(chargerId: string, frame: LoggedFrame): void;
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
  const { runs, clock, timer, logger } = ports;
  const simulator = ports.simulator();
  const ids = spec.chargers.map(({ id }) => id);
  const places = new Map(ids.map((id, place) => [id, place]));
  const phases: PhaseResult[] = [];
  let current: { result: PhaseResult; acts: Acts; pilot: Pilot } | undefined;
  const stopping = new AbortController();
  let conducting: Conducting | undefined;
  let interrupted = false;

  await runs.putRun(run);
  await keep(nothing);
  try {
    await makeChargers(simulator, run.id, spec);
  } catch (error) {
    await finish('failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
  const tally = createTally(await statesOf(simulator, spec));
  const series = startSeries(tally, clock, timer);
  let keeper = timer.set(clock() + keepEveryMs, keepOn);

  async function keep(result: PartResult): Promise<void> {
    const { id: runId, createdAt } = run;
    const { chargers } = spec;
    await runs.putPart({ id: partId(runId, 0), runId, createdAt, chargers, phase: phases.length, result });
  }

  function keepOn(): void {
    keep(result()).catch((error: unknown) =>
      logger.warn({ message: 'progress of a fleet run not kept', runId: run.id, error: String(error) }),
    );
    keeper = timer.set(clock() + keepEveryMs, keepOn);
  }

  function result(): PartResult {
    note();
    return partOf(tally, phases, series.samples);
  }

  /** Writes what is known by now into the result of the phase. */
  function note(): void {
    if (!current) return;
    const { result: own, acts, pilot } = current;
    Object.assign(own, phaseCounts(tally), { acts: storeActs(acts) }, turnedAway(pilot.state()));
  }

  async function go(): Promise<void> {
    for (const [number, phase] of spec.phases.entries()) {
      if (stopping.signal.aborted) break;
      await perform(phase, number);
    }
  }

  async function perform(phase: Phase, number: number): Promise<void> {
    const beganAt = clock();
    const acts: Acts = new Map();
    const own: PhaseResult = { kind: phase.kind, beganAt, acts: {} };
    phases.push(own);
    tally.beginPhase(beganAt);
    const pilot = pilotOf(phase, { chargers: ids.length, beganAt, seed: phaseSeed(spec.seed, number) });
    current = { result: own, acts, pilot };
    const onEnded = ({ command }: Act, outcome: Outcome, durationMs: number) =>
      countAct(acts, command.kind, outcome, durationMs);
    const stage = { simulator, clock, timer, chargers: ids, onEnded };
    conducting = conduct(pilot, stage, { signal: stopping.signal });
    await conducting.done;
    conducting = undefined;
    own.endedAt = clock();
    note();
    current = undefined;
  }

  async function finish(state: RunDocument['state'], detail?: string): Promise<void> {
    Object.assign(run, { state, endedAt: clock(), ...(detail === undefined ? {} : { detail }) });
    await runs.putRun(run);
  }

  async function live(): Promise<void> {
    let failure: string | undefined;
    try {
      await go();
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      logger.error({ message: 'a fleet run failed', runId: run.id, error: failure });
    }
    series.stop();
    timer.clear(keeper);
    if (interrupted) return;
    const last = result();
    if (spec.template && !spec.template.keep && !run.leave) await removeChargers(simulator, ids);
    await keep(last);
    await finish(failure === undefined ? (stopping.signal.aborted ? 'stopped' : 'finished') : 'failed', failure);
  }

  return {
    run,
    chargers: ids,
    begin: () =>
      live().catch((error: unknown) =>
        logger.error({ message: 'the end of a fleet run could not be kept', runId: run.id, error: String(error) }),
      ),
    frame: tally.frame,
    changed(chargerId, link) {
      if (tally.link(chargerId, link, clock())) conducting?.linkChanged(places.get(chargerId) ?? 0, link === 'up');
    },
    result,
    stop(leaving) {
      run.state = 'stopping';
      if (leaving) run.leave = true;
      stopping.abort(leaving ? leave : undefined);
      return run;
    },
    async interrupt() {
      interrupted = true;
      stopping.abort();
      series.stop();
      timer.clear(keeper);
    },
  };
}

/** The dice of each phase are its own. */
function phaseSeed(seed: number, number: number): number {
  return (seed + Math.imul(number + 1, 0x9e3779b1)) | 0;
}

/** Of phases that cars come to. */
function turnedAway(state: unknown): Pick<PhaseResult, 'turnedAway'> {
  if (typeof state !== 'object' || state === null || !('turnedAway' in state)) return {};
  return typeof state.turnedAway === 'number' ? { turnedAway: state.turnedAway } : {};
}

/** @throws UnknownChargerError */
async function statesOf(
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
