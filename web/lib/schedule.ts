// Charging schedules as lines to draw: corner after corner, on one common time axis.
import type { OutputOf } from './api-types';

export type Schedule = OutputOf<'getCompositeSchedule'>;
export type Outline = Schedule['profiles'][number];

interface Step {
  startPeriod: number;
  limit?: number | undefined;
}

export interface ScheduleLines {
  /** Seconds since the epoch, rising. */
  times: number[];
  /** At each of them; nothing: a gap. */
  composite: (number | null)[];
  profiles: (number | null)[][];
}

/** Just before a step: the corner that a line comes from. */
const before = 0.001;

/** The composite schedule and what each profile says, as the rows that uPlot wants. */
export function linesOf({ scheduleStart, duration, chargingSchedulePeriod, profiles }: Schedule): ScheduleLines {
  const start = Date.parse(scheduleStart) / 1000;
  const all: readonly Step[] = [...chargingSchedulePeriod, ...profiles.flatMap(({ periods }) => periods)];
  const corners = all.flatMap(({ startPeriod }) => (startPeriod > 0 ? [startPeriod - before, startPeriod] : [0]));
  const seconds = [...new Set([0, ...corners, duration])]
    .filter((at) => at <= duration)
    .sort((one, other) => one - other);
  const row = (steps: readonly Step[]) => {
    let index = -1;
    return seconds.map((second) => {
      while ((steps[index + 1]?.startPeriod ?? Number.POSITIVE_INFINITY) <= second) index++;
      return steps[index]?.limit ?? null;
    });
  };
  return {
    times: seconds.map((second) => start + second),
    composite: row(chargingSchedulePeriod),
    profiles: profiles.map(({ periods }) => row(periods)),
  };
}

/** What caps the charger first, then what is for a transaction, then defaults; the highest stack level of each before the others. */
const precedence = [
  'ChargingStationExternalConstraints',
  'ChargePointMaxProfile',
  'ChargingStationMaxProfile',
  'TxProfile',
  'TxDefaultProfile',
];

export function byPrecedence(one: Outline, other: Outline): number {
  const rank = ({ chargingProfilePurpose }: Outline) => precedence.indexOf(chargingProfilePurpose);
  return rank(one) - rank(other) || other.stackLevel - one.stackLevel;
}
