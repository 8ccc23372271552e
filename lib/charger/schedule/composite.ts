// The composite schedule over a span: from change to change, never second by second.
import type { Stretch } from './profile';

/** What holds over one part of the span. */
export interface CompositePeriod {
  /** Seconds from the start of the span. */
  startPeriod: number;
  limit: number;
  phases: number;
}

export interface Composite {
  /** Seconds that the periods cover: what was asked for, or less when that would have taken more periods or steps than allowed. */
  seconds: number;
  periods: CompositePeriod[];
}

/** Whatever changes without a change of the limit costs a step, too. */
const mostSteps = 2_000;

type Rate = Omit<CompositePeriod, 'startPeriod'>;

/**
 * The limits at each second of a span of `seconds` from `from` (epoch ms), equal ones in one period. `rateAt` tells what holds
 * from a moment on, and until when; a change within a second shows in the next one.
 */
export function composite(
  rateAt: (at: number) => Stretch<Rate> & { value: Rate },
  from: number,
  seconds: number,
  mostPeriods: number,
): Composite {
  const periods: CompositePeriod[] = [];
  let second = 0;
  for (let step = 0; second < seconds && step < mostSteps; step++) {
    const { value, until } = rateAt(from + second * 1000);
    if (!continues(periods.at(-1), value)) {
      if (periods.length === mostPeriods) break;
      periods.push({ startPeriod: second, ...value });
    }
    second = Math.min(Math.ceil((until - from) / 1000), seconds);
  }
  return { seconds: second, periods };
}

function continues(last: CompositePeriod | undefined, next: Rate): boolean {
  return last?.limit === next.limit && last.phases === next.phases;
}
