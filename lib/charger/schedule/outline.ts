// What one charging profile says over a span all by itself, for people who look at it beside the others. What prevails is in report.ts.
import { type ChargingProfile, type RateUnit, saysAt } from './profile';
import { boundOf, inTenths, inUnit, onSupply, type Supply } from './rate';

/** Without a limit the profile says nothing until the next one begins. */
export interface OutlinePeriod {
  /** Seconds from the start of the span. */
  startPeriod: number;
  limit?: number;
}

export interface Span {
  /** Whole second, the charger's clock, epoch ms. */
  from: number;
  seconds: number;
  unit: RateUnit;
}

/** Changes at most: a profile that recurs has many. */
const mostPeriods = 2_000;

/** The profile's limits in the wanted unit on a supply. `began`: when the transaction began, for schedules without a start of their own. */
export function outlineOf(
  profile: ChargingProfile,
  supply: Supply,
  began: number,
  { from, seconds, unit }: Span,
): OutlinePeriod[] {
  const periods: OutlinePeriod[] = [];
  let second = 0;
  while (second < seconds && periods.length < mostPeriods) {
    const { value, until } = saysAt(profile, from + second * 1000, began);
    const limit = value && inTenths(inUnit(onSupply(boundOf(profile.unit, value), supply), unit));
    const last = periods.at(-1);
    if (!last || last.limit !== limit) periods.push({ startPeriod: second, ...(limit === undefined ? {} : { limit }) });
    second = Math.max(second + 1, Math.min(Math.ceil((until - from) / 1000), seconds));
  }
  return periods;
}
