// How the chargers of a run, or of one batch of it, go through its phases in this process: acts, counts, samples. Who has the chargers,
// keeps documents and says when it ends is not here.
import type { Protocol } from '../charger/charger';
import type { LoggedFrame } from '../charger/effect';
import type { Timer } from '../simulator/keeper';
import type { Clock, WatchedEvent } from '../simulator/ports';
import { type Acts, addActs, countAct, storeActs } from './acts';
import { type Conducting, conduct, type Limits, type Stage } from './conduct';
import { Latency } from './latency';
import type { Mark } from './missed';
import type { Act, ActOutcome, Pilot } from './pilot';
import { pilotOf } from './pilots';
import { type PartResult, type PhaseResult, partOf, phaseCounts } from './result';
import { type SeriesState, startSeries } from './series';
import type { Share } from './share';
import type { Phase, RunSpec } from './spec';
import { type Counts, createTally, type TallyState } from './tally';

export interface CourseSetup {
  simulator: Stage['simulator'];
  clock: Clock;
  timer: Timer;
  spec: Pick<RunSpec, 'seed' | 'phases'>;
  /** Ids by place, and what is known of them at the beginning. */
  chargers: ReadonlyMap<string, { protocol: Protocol; link: string }>;
  /** How many the whole run has. */
  total: number;
  share: Share;
  /** Where another process left it. */
  from?: { state: CourseState; result: PartResult; handedOver: boolean } | undefined;
}

/** Beside its result, what another process needs to go on with; as JSON. */
export interface CourseState {
  /** Of the phase that is not over; none: it has not begun, or is over. */
  pilot?: unknown;
  tally: TallyState;
  series: SeriesState;
}

export interface Course {
  /** Carries the phase out, or goes on with it where another process left it. `beganAt`: of one that begins, epoch ms. */
  perform(number: number, limits: Limits, beganAt: number): Promise<'over' | 'paused' | 'stopped'>;
  frame(chargerId: string, frame: LoggedFrame): void;
  /** Counts what nobody heard when it passed, by charger. */
  missed(frames: ReadonlyMap<string, readonly LoggedFrame[]>): void;
  /** Up to where the frames of the charger are counted. */
  mark(chargerId: string): Mark | undefined;
  event(chargerId: string, event: WatchedEvent): void;
  changed(chargerId: string, link: string): void;
  result(): PartResult;
  state(): CourseState;
  /** No samples are taken any more. */
  end(): void;
}

export function createCourse(setup: CourseSetup): Course {
  const { simulator, clock, timer, spec, total, share, from } = setup;
  const ids = [...setup.chargers.keys()];
  const places = new Map(ids.map((id, place) => [id, place]));
  const phases: PhaseResult[] = from ? [...from.result.phases] : [];
  let current: { result: PhaseResult; acts: Acts; pilot: Pilot } | undefined;
  let conducting: Conducting | undefined;
  let pilotState = from?.state.pilot;
  const tally = createTally(setup.chargers);
  if (from) tally.resume(from.state.tally, revived(from.result), from.handedOver);
  const series = startSeries(tally, clock, timer, from && { ...from.state.series, samples: [...from.result.series] });

  /** Writes what is known by now into the result of the phase. */
  function note(): void {
    if (!current) return;
    const { result: own, acts, pilot } = current;
    Object.assign(own, phaseCounts(tally), { acts: storeActs(acts) }, turnedAway(pilot.state()));
  }

  function begin(phase: Phase, beganAt: number): PhaseResult {
    const own: PhaseResult = { kind: phase.kind, beganAt, acts: {} };
    phases.push(own);
    tally.beginPhase(beganAt);
    pilotState = undefined;
    return own;
  }

  return {
    async perform(number, limits, beganAt) {
      const phase = spec.phases[number];
      if (!phase) throw new Error(`the run has no phase ${number}`);
      const own = phases[number] ?? begin(phase, beganAt);
      const acts: Acts = new Map();
      addActs(acts, own.acts);
      const context = { chargers: ids.length, total, share, beganAt: own.beganAt, seed: phaseSeed(spec.seed, number) };
      const pilot = pilotOf(phase, context, pilotState);
      current = { result: own, acts, pilot };
      const onEnded = ({ command }: Act, outcome: ActOutcome, durationMs: number) =>
        countAct(acts, command.kind, outcome, durationMs);
      conducting = conduct(pilot, { simulator, clock, timer, chargers: ids, onEnded }, limits);
      const end = await conducting.done;
      conducting = undefined;
      note();
      pilotState = end === 'paused' ? pilot.state() : undefined;
      if (end !== 'paused') own.endedAt = clock();
      current = undefined;
      return end;
    },
    frame: tally.frame,
    missed(frames) {
      const all = [...frames].flatMap(([chargerId, own]) => own.map((frame) => ({ chargerId, frame })));
      // In the order in which they passed: an id may go from one charger to another.
      all.sort((one, other) => one.frame.at - other.frame.at);
      for (const { chargerId, frame } of all) tally.missed(chargerId, frame);
      series.restart();
    },
    mark: tally.mark,
    event: tally.event,
    changed(chargerId, link) {
      if (tally.link(chargerId, link, clock())) conducting?.linkChanged(places.get(chargerId) ?? 0, link === 'up');
    },
    result() {
      note();
      return partOf(tally, phases, series.samples);
    },
    state() {
      const pilot = current ? current.pilot.state() : pilotState;
      return { ...(pilot === undefined ? {} : { pilot }), tally: tally.state(), series: series.state() };
    },
    end: series.stop,
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

function revived({ actions, violations, transactions, gaps }: PartResult): Counts {
  return {
    actions: actions.map(({ latency, ...own }) => ({ ...own, latency: Latency.decode(latency) })),
    violations,
    transactions,
    gaps: gaps === undefined ? Latency.create() : Latency.decode(gaps),
  };
}
