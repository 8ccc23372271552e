// What is wrong with a charging profile by itself, whatever the OCPP version (1.6 §3.13, §7.8 to §7.14; 2.0.1 K01). What a purpose asks of an EVSE and its
// transaction is the dialect's matter.
import { type EvseSpec, isDc } from '../hardware/models';
import type { ChargingProfile, RateUnit } from './profile';

/** What the charger takes, each with the name of its configuration. */
export interface ProfileLimits {
  stackLevel: { most: number; name: string };
  periods: { most: number; name: string };
  units: { allowed: readonly RateUnit[]; said: string; name: string };
}

/** As the end of a sentence about the profile; `undefined`: nothing. */
export function wrongProfile(
  profile: ChargingProfile,
  { stackLevel, periods, units }: ProfileLimits,
): string | undefined {
  const { stackLevel: level, unit, durationSeconds, minChargingRate = 0, kind, validFrom, validTo } = profile;
  const count = profile.periods.length;
  if (level < 0 || level > stackLevel.most) {
    return `has stackLevel ${level}, which must be from 0 to ${stackLevel.most} (${stackLevel.name})`;
  }
  if (count === 0) return 'has no chargingSchedulePeriod';
  if (count > periods.most) return `has ${count} periods, more than ${periods.most} (${periods.name})`;
  if (!units.allowed.includes(unit)) return `is in ${unit}; this charger takes ${units.said} (${units.name})`;
  const wrong = wrongPeriods(profile);
  if (wrong !== undefined) return wrong;
  if (durationSeconds !== undefined && durationSeconds <= 0) {
    return `has duration ${durationSeconds}, which must be above 0`;
  }
  if (minChargingRate < 0) return 'has a negative minChargingRate';
  if (kind === 'Recurring' && profile.recurrencyKind === undefined) return 'is Recurring without recurrencyKind';
  if (kind === 'Recurring' && profile.startSchedule === undefined) return 'is Recurring without startSchedule';
  const never = validFrom !== undefined && validTo !== undefined && validTo <= validFrom;
  return never ? 'has a validTo that is not after its validFrom' : undefined;
}

function wrongPeriods({ periods }: ChargingProfile): string | undefined {
  let last = -1;
  for (const [startPeriod, limit, numberPhases] of periods) {
    // OCPP 1.6 §7.13, 2.0.1 K01.FR.31: the first period starts with the schedule.
    if (last < 0 && startPeriod !== 0) return `has a first startPeriod of ${startPeriod}, which must be 0`;
    if (startPeriod <= last) return `has a startPeriod ${startPeriod} after ${last}: they must rise`;
    if (limit < 0) return `has a negative limit ${limit}`;
    if (numberPhases !== undefined && (numberPhases < 1 || numberPhases > 3))
      return `has numberPhases ${numberPhases}, which must be from 1 to 3`;
    last = startPeriod;
  }
  return undefined;
}

/** Whether it would have an EVSE change its phases. `inUse`: those that it charges on and cannot leave. */
export function switchesPhases({ periods }: ChargingProfile, spec: EvseSpec, inUse: number | undefined): boolean {
  if (isDc(spec)) return false;
  const counts = periods.map(([, , numberPhases = 3]) => Math.min(numberPhases, spec.phases));
  return new Set(inUse === undefined ? counts : [...counts, inUse]).size > 1;
}
