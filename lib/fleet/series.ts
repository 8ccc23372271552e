// The course of a run: samples at even distances, few enough to draw however long it takes.
import type { Timer } from '../simulator/keeper';
import type { Clock } from '../simulator/ports';
import type { Sample } from './result';
import type { Tally } from './tally';

const firstDistanceMs = 1_000;
/** With more samples than this, every other one is dropped and the distance doubled. */
const samplesAtMost = 600;

/** What another process needs to go on with. */
export interface SeriesState {
  distanceMs: number;
}

export interface Series {
  readonly samples: Sample[];
  state(): SeriesState;
  /** What has been counted by now did not happen now: rates are of what comes. */
  restart(): void;
  stop(): void;
}

interface Totals {
  at: number;
  calls: number;
  errors: number;
  violations: number;
}

/** `from`: samples that were taken before. */
export function startSeries(
  tally: Tally,
  clock: Clock,
  timer: Timer,
  from: SeriesState & { samples: Sample[] } = { samples: [], distanceMs: firstDistanceMs },
): Series {
  let { samples, distanceMs } = from;
  let before = totalsOf(tally, clock());
  let handle = timer.set(clock() + distanceMs, take);

  function take(): void {
    const now = totalsOf(tally, clock());
    samples.push(sampleOf(tally, before, now));
    before = now;
    if (samples.length > samplesAtMost) thin();
    handle = timer.set(now.at + distanceMs, take);
  }

  function thin(): void {
    samples = samples.filter((_, index) => index % 2 === 1);
    distanceMs *= 2;
  }

  return {
    get samples() {
      return samples;
    },
    state: () => ({ distanceMs }),
    restart() {
      before = totalsOf(tally, clock());
    },
    stop: () => timer.clear(handle),
  };
}

function totalsOf({ actions, violations: broken }: Tally, at: number): Totals {
  let calls = 0;
  let errors = 0;
  for (const action of actions.values()) {
    calls += action.calls;
    errors += action.errors;
  }
  let violations = 0;
  for (const { count } of broken.values()) violations += count;
  return { at, calls, errors, violations };
}

function sampleOf(tally: Tally, before: Totals, now: Totals): Sample {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000);
  const rate = (count: number) => Number((count / seconds).toFixed(1));
  return {
    at: now.at,
    connected: tally.links.up ?? 0,
    charging: tally.transactions.open(),
    callsPerSecond: rate(now.calls - before.calls),
    errorsPerSecond: rate(now.errors - before.errors),
    violationsPerSecond: rate(now.violations - before.violations),
  };
}

/** The course of a run from those of its parts: at the times of the one that lasted longest, with what the others had last seen by then. */
export function mergeSeries(parts: readonly (readonly Sample[])[]): Sample[] {
  const lastAt = (samples: readonly Sample[]) => samples.at(-1)?.at ?? 0;
  const [grid = [], ...others] = [...parts].sort((one, other) => lastAt(other) - lastAt(one));
  const lastOf = others.map(readerOf);
  return grid.map((sample) => {
    const sum = { ...sample };
    for (const last of lastOf) add(sum, last(sample.at));
    return sum;
  });
}

/** Gives the last sample up to a time; times must not fall. */
function readerOf(samples: readonly Sample[]): (at: number) => Sample | undefined {
  let next = 0;
  return (at) => {
    while ((samples[next]?.at ?? Number.POSITIVE_INFINITY) <= at) next += 1;
    return samples[next - 1];
  };
}

function add(sum: Sample, own: Sample | undefined): void {
  if (!own) return;
  for (const key of ['connected', 'charging', 'callsPerSecond', 'errorsPerSecond', 'violationsPerSecond'] as const) {
    sum[key] = Number((sum[key] + own[key]).toFixed(1));
  }
}
