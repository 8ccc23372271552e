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

/** The course of a run from those of its parts: what each had when the one with the fewest samples took one. */
export function mergeSeries(parts: readonly (readonly Sample[])[]): Sample[] {
  const [grid, ...others] = parts.filter(({ length }) => length > 0).sort((one, other) => one.length - other.length);
  if (!grid) return [];
  const at = others.map(() => 0);
  return grid.map((sample) => {
    const sum = { ...sample };
    others.forEach((samples, part) => {
      let place = at[part] ?? 0;
      while (place + 1 < samples.length && (samples[place + 1]?.at ?? 0) <= sample.at) place += 1;
      at[part] = place;
      add(sum, samples[place]);
    });
    return sum;
  });
}

function add(sum: Sample, own: Sample | undefined): void {
  if (!own) return;
  for (const key of ['connected', 'charging', 'callsPerSecond', 'errorsPerSecond', 'violationsPerSecond'] as const) {
    sum[key] = Number((sum[key] + own[key]).toFixed(1));
  }
}
