// The charging profiles that a 1.6 charger has installed: from the wire into the document and back, replaced and cleared
// (OCPP 1.6 §3.13.3, §5.5, §5.16). Which are refused is in profile-rules.ts, what they lead to in charging-limit.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { chargerTime } from '../clock';
import type { ChargingProfile, Period } from '../schedule/profile';
import { v16 } from './places';

export type WireProfile = RequestV16<'SetChargingProfile'>['csChargingProfiles'];

export interface InstalledProfile extends ChargingProfile {
  purpose: WireProfile['chargingProfilePurpose'];
  /** 0: the charger, and as default every connector. */
  connectorId: number;
}

export function installedProfiles(charger: Charger): InstalledProfile[] {
  return v16(charger).chargingProfiles ?? [];
}

/** Only what is there is kept: the document has to stay small. */
function keep(charger: Charger, profiles: InstalledProfile[]): void {
  const state = v16(charger);
  if (profiles.length > 0) state.chargingProfiles = profiles;
  else delete state.chargingProfiles;
}

/** Schedules count in whole seconds, and so do their starts. */
export const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000;

const moment = (text: string) => wholeSecond(Date.parse(text));

/** A profile as the document keeps it. What contradicts its kind is left out: a Relative one has no start of its own. */
export function compact(wire: WireProfile): ChargingProfile {
  const { chargingProfileKind: kind, recurrencyKind, validFrom, validTo, chargingSchedule } = wire;
  const { startSchedule, duration, minChargingRate } = chargingSchedule;
  return {
    id: wire.chargingProfileId,
    stackLevel: wire.stackLevel,
    kind,
    ...(kind === 'Recurring' && recurrencyKind !== undefined ? { recurrencyKind } : {}),
    ...(validFrom === undefined ? {} : { validFrom: moment(validFrom) }),
    ...(validTo === undefined ? {} : { validTo: moment(validTo) }),
    ...(kind === 'Relative' || startSchedule === undefined ? {} : { startSchedule: moment(startSchedule) }),
    ...(duration === undefined ? {} : { durationSeconds: duration }),
    unit: chargingSchedule.chargingRateUnit,
    periods: chargingSchedule.chargingSchedulePeriod.map(periodOf),
    ...(minChargingRate === undefined ? {} : { minChargingRate }),
  };
}

function periodOf({ startPeriod, limit, numberPhases }: WireProfile['chargingSchedule']['chargingSchedulePeriod'][0]) {
  const period: Period = [startPeriod, limit];
  if (numberPhases !== undefined) period.push(numberPhases);
  return period;
}

/**
 * The profile as it is installed on a connector. What limits the whole charger belongs to no transaction: without a start of its
 * own its schedule starts now.
 */
export function installedOf(charger: Charger, connectorId: number, wire: WireProfile, now: number): InstalledProfile {
  const profile = { ...compact(wire), connectorId, purpose: wire.chargingProfilePurpose };
  if (profile.purpose !== 'ChargePointMaxProfile' || profile.startSchedule !== undefined) return profile;
  return { ...profile, startSchedule: wholeSecond(chargerTime(charger, now)) };
}

/** §5.16.3: the same id anywhere, or the same stack level and purpose, which is for one connector (§3.13.2). */
export function replaces(fresh: InstalledProfile, old: InstalledProfile): boolean {
  if (fresh.id === old.id) return true;
  return fresh.stackLevel === old.stackLevel && fresh.purpose === old.purpose && fresh.connectorId === old.connectorId;
}

/** Profiles whose validTo has passed: they will never say anything again. */
export function isExpired({ validTo }: InstalledProfile, charger: Charger, now: number): boolean {
  return validTo !== undefined && validTo <= chargerTime(charger, now);
}

/** Puts a profile in the place of those that it replaces. */
export function install(charger: Charger, profile: InstalledProfile): void {
  keep(charger, [...installedProfiles(charger).filter((old) => !replaces(profile, old)), profile]);
}

/** The profile of a remote start becomes the TxProfile of the transaction that has just begun (§5.16.2). */
export function installForTransaction(charger: Charger, connectorId: number, profile: ChargingProfile): void {
  install(charger, { ...profile, connectorId, purpose: 'TxProfile' });
}

/** Removes the profiles that `matches` picks; returns how many. */
export function removeProfiles(charger: Charger, matches: (profile: InstalledProfile) => boolean): number {
  const before = installedProfiles(charger);
  const left = before.filter((profile) => !matches(profile));
  if (left.length < before.length) keep(charger, left);
  return before.length - left.length;
}

/** §3.13.2: a TxProfile lives as long as its transaction. */
export function forgetTxProfiles(charger: Charger, connectorId: number): void {
  removeProfiles(charger, (profile) => profile.purpose === 'TxProfile' && profile.connectorId === connectorId);
}

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

/** A profile in the words of the specification, for people. */
export function viewProfile(profile: InstalledProfile, transactionId: number | undefined): Record<string, unknown> {
  const { id, periods, unit, durationSeconds, startSchedule, minChargingRate } = profile;
  const fields = {
    connectorId: profile.connectorId,
    chargingProfileId: id,
    transactionId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    recurrencyKind: profile.recurrencyKind,
    validFrom: iso(profile.validFrom),
    validTo: iso(profile.validTo),
    chargingSchedule: present({
      duration: durationSeconds,
      startSchedule: iso(startSchedule),
      chargingRateUnit: unit,
      chargingSchedulePeriod: periods.map(([startPeriod, limit, numberPhases]) =>
        present({ startPeriod, limit, numberPhases }),
      ),
      minChargingRate,
    }),
  };
  return present(fields);
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
