// A charging profile as the document keeps it, and what one says at a moment and until when. Which profiles concern whom is the
// dialects' matter; several profiles together are in stack.ts. Times are epoch milliseconds of the charger's own clock.

export type RateUnit = 'A' | 'W';

/** Start in seconds from the start of the schedule, limit in the schedule's unit, number of phases; absent: 3 are assumed. */
export type Period = [startPeriod: number, limit: number, numberPhases?: number];

/** Small, because it lives in the document: what is absent is not restricted. Fields are named as in OCPP. */
export interface ChargingProfile {
  id: number;
  stackLevel: number;
  kind: 'Absolute' | 'Recurring' | 'Relative';
  recurrencyKind?: RecurrencyKind;
  validFrom?: number;
  validTo?: number;
  /** Absent: the schedule begins with the transaction. */
  startSchedule?: number;
  durationSeconds?: number;
  unit: RateUnit;
  /** In the order of their starts; the first starts at 0. */
  periods: Period[];
  minChargingRate?: number;
}

export type RecurrencyKind = 'Daily' | 'Weekly';

const cycleMs: Record<RecurrencyKind, number> = { Daily: 86_400_000, Weekly: 604_800_000 };

/** What holds from the moment asked about; before `until` (epoch ms, `Infinity`: never) nothing changes. */
export interface Stretch<T> {
  /** `undefined`: nothing is said. */
  value: T | undefined;
  until: number;
}

const silent = (until: number): Stretch<never> => ({ value: undefined, until });

/**
 * The period in force at `at`, if any. `began`: when the transaction began, for schedules without a start of their own.
 * Valid from validFrom until before validTo (OCPP 1.6 §7.8).
 */
export function saysAt(profile: ChargingProfile, at: number, began: number): Stretch<Period> {
  const { validFrom = -Infinity, validTo = Infinity } = profile;
  if (at < validFrom) return silent(validFrom);
  if (at >= validTo) return silent(Infinity);
  const { value, until } = scheduleAt(profile, at, profile.startSchedule ?? began);
  return { value, until: Math.min(until, validTo) };
}

/**
 * A recurring schedule starts anew with each cycle, whatever is left of it; where it is shorter than the cycle, nothing is said
 * for the rest (OCPP 1.6 §5.16.4).
 */
function scheduleAt(profile: ChargingProfile, at: number, start: number): Stretch<Period> {
  if (at < start) return silent(start);
  const cycle = profile.recurrencyKind === undefined ? Infinity : cycleMs[profile.recurrencyKind];
  const origin = cycle === Infinity ? start : start + Math.floor((at - start) / cycle) * cycle;
  const end = Math.min(origin + (profile.durationSeconds ?? Infinity) * 1000, origin + cycle);
  if (at >= end) return silent(origin + cycle);
  const index = profile.periods.findLastIndex(([startPeriod]) => origin + startPeriod * 1000 <= at);
  const [next = Infinity] = profile.periods[index + 1] ?? [];
  return { value: profile.periods[index], until: Math.min(origin + next * 1000, end) };
}
