// The charging profiles that a 2.0.1 station has (K01, K09, K10): installed, replaced, removed, and as the arithmetic in ../../schedule takes them.
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import type { ChargingProfile, Period } from '../../schedule/profile';
import { v201 } from '../places';
import type { InstalledProfile, WireProfile } from './state';

export function installedProfiles(charger: Charger): InstalledProfile[] {
  return v201(charger).chargingProfiles ?? [];
}

/** Only what is there is kept: the document has to stay small. */
export function keepProfiles(charger: Charger, profiles: InstalledProfile[]): void {
  if (profiles.length > 0) v201(charger).chargingProfiles = profiles;
  else delete v201(charger).chargingProfiles;
}

/** Schedules count in whole seconds, and so do their starts. */
export const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000;

const moment = (text: string) => wholeSecond(Date.parse(text));

/** By the profile as it came: it is asked for in every step that touches the charger. */
const known = new WeakMap<WireProfile, ChargingProfile>();

/** A profile as the arithmetic takes it. Of several schedules (ISO 15118) the first counts: no EV here chooses another. */
export function compact(wire: WireProfile): ChargingProfile {
  const before = known.get(wire);
  if (before) return before;
  const { chargingProfileKind: kind, recurrencyKind, validFrom, validTo, chargingSchedule } = wire;
  const [schedule] = chargingSchedule;
  const {
    startSchedule,
    duration,
    minChargingRate,
    chargingRateUnit = 'A',
    chargingSchedulePeriod = [],
  } = schedule ?? {};
  const profile: ChargingProfile = {
    id: wire.id,
    stackLevel: wire.stackLevel,
    kind,
    ...(kind === 'Recurring' && recurrencyKind !== undefined ? { recurrencyKind } : {}),
    ...(validFrom === undefined ? {} : { validFrom: moment(validFrom) }),
    ...(validTo === undefined ? {} : { validTo: moment(validTo) }),
    ...(kind === 'Relative' || startSchedule === undefined ? {} : { startSchedule: moment(startSchedule) }),
    ...(duration === undefined ? {} : { durationSeconds: duration }),
    unit: chargingRateUnit,
    periods: chargingSchedulePeriod.map(
      ({ startPeriod, limit, numberPhases }): Period =>
        numberPhases === undefined ? [startPeriod, limit] : [startPeriod, limit, numberPhases],
    ),
    ...(minChargingRate === undefined ? {} : { minChargingRate }),
  };
  known.set(wire, profile);
  return profile;
}

/** Profiles whose validTo has passed: they will never say anything again. */
export function isExpired({ wire }: InstalledProfile, charger: Charger, now: number): boolean {
  const { validTo } = compact(wire);
  return validTo !== undefined && validTo <= chargerTime(charger, now);
}

/** Puts a profile in the place of the one of its id (K01.FR.05). */
export function install(charger: Charger, profile: InstalledProfile): void {
  const others = installedProfiles(charger).filter(({ wire }) => wire.id !== profile.wire.id);
  keepProfiles(charger, [...others, profile]);
}

/** Removes the profiles that `matches` picks; returns how many. */
export function removeProfiles(charger: Charger, matches: (profile: InstalledProfile) => boolean): number {
  const before = installedProfiles(charger);
  const left = before.filter((profile) => !matches(profile));
  if (left.length < before.length) keepProfiles(charger, left);
  return before.length - left.length;
}
