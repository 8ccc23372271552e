// What a 1.6 charger refuses about a charging profile, and why (OCPP 1.6 §3.13, §5.16, §7.8 to §7.14, §9.4).
import type { Charger } from '../charger';
import { isDc } from '../hardware/models';
import { bytesOf } from '../queue-budget';
import { fixedPhases } from './charging-limit';
import { type InstalledProfile, installedProfiles, isExpired, replaces, type WireProfile } from './charging-profiles';
import { setting, settingIsTrue, settingList, settingNumber } from './configuration';
import { type Place, places, v16 } from './places';

interface Asked {
  charger: Charger;
  profile: WireProfile;
  connectorId: number;
  /** Of `connectorId`; absent for 0. */
  place?: Place | undefined;
}

/** What is wrong, as the end of a sentence about the profile; `undefined`: nothing. */
type Rule = (asked: Asked) => string | undefined;

/** What profiles may weigh together, whatever the configuration allows: they are part of the document. */
const budgetBytes = 64 * 1024;

const unitNames = { A: 'Current', W: 'Power' };

/** What holds for a profile wherever it is for. */
const scheduleRules: Rule[] = [
  ({ charger, profile: { stackLevel } }) => {
    const most = settingNumber(charger, 'ChargeProfileMaxStackLevel');
    if (stackLevel >= 0 && stackLevel <= most) return undefined;
    return `has stackLevel ${stackLevel}, which must be from 0 to ${most} (ChargeProfileMaxStackLevel)`;
  },
  ({ charger, profile: { chargingSchedule } }) => {
    const count = chargingSchedule.chargingSchedulePeriod.length;
    const most = settingNumber(charger, 'ChargingScheduleMaxPeriods');
    if (count === 0) return 'has no chargingSchedulePeriod';
    return count > most ? `has ${count} periods, more than ${most} (ChargingScheduleMaxPeriods)` : undefined;
  },
  ({ charger, profile: { chargingSchedule } }) => {
    const name = unitNames[chargingSchedule.chargingRateUnit];
    if (settingList(charger, 'ChargingScheduleAllowedChargingRateUnit').includes(name)) return undefined;
    const allowed = setting(charger, 'ChargingScheduleAllowedChargingRateUnit');
    return `is in ${chargingSchedule.chargingRateUnit}; this charger takes ${allowed} (ChargingScheduleAllowedChargingRateUnit)`;
  },
  ({ profile }) => wrongPeriods(profile),
  ({ profile: { chargingSchedule } }) => {
    const { duration, minChargingRate } = chargingSchedule;
    if (duration !== undefined && duration <= 0) return `has duration ${duration}, which must be above 0`;
    return (minChargingRate ?? 0) < 0 ? 'has a negative minChargingRate' : undefined;
  },
  ({ profile: { chargingProfileKind, recurrencyKind, chargingSchedule } }) => {
    if (chargingProfileKind !== 'Recurring') return undefined;
    if (recurrencyKind === undefined) return 'is Recurring without recurrencyKind';
    return chargingSchedule.startSchedule === undefined ? 'is Recurring without startSchedule' : undefined;
  },
  ({ profile: { validFrom, validTo } }) => {
    if (validFrom === undefined || validTo === undefined) return undefined;
    return Date.parse(validTo) <= Date.parse(validFrom) ? 'has a validTo that is not after its validFrom' : undefined;
  },
  (asked) => wrongPhases(asked),
];

function wrongPeriods({ chargingSchedule }: WireProfile): string | undefined {
  let last = -1;
  for (const { startPeriod, limit, numberPhases } of chargingSchedule.chargingSchedulePeriod) {
    // §7.13: the first period starts with the schedule.
    if (last < 0 && startPeriod !== 0) return `has a first startPeriod of ${startPeriod}, which must be 0`;
    if (startPeriod <= last) return `has a startPeriod ${startPeriod} after ${last}: they must rise`;
    if (limit < 0) return `has a negative limit ${limit}`;
    if (numberPhases !== undefined && (numberPhases < 1 || numberPhases > 3))
      return `has numberPhases ${numberPhases}, which must be from 1 to 3`;
    last = startPeriod;
  }
  return undefined;
}

/** §9.4: without ConnectorSwitch3to1PhaseSupported the phases stay as they are throughout a transaction. */
function wrongPhases({ charger, profile, place }: Asked): string | undefined {
  if (settingIsTrue(charger, 'ConnectorSwitch3to1PhaseSupported')) return undefined;
  const concerned = place ? [place] : places(charger);
  for (const candidate of concerned) {
    const { evseSpec, state } = candidate;
    if (isDc(evseSpec)) continue;
    const counts = profile.chargingSchedule.chargingSchedulePeriod.map(({ numberPhases = 3 }) =>
      Math.min(numberPhases, evseSpec.phases),
    );
    const own = profile.chargingProfilePurpose === 'TxProfile' ? state.transaction : undefined;
    const inUse = own && fixedPhases(charger, own, candidate);
    if (new Set(inUse === undefined ? counts : [...counts, inUse]).size > 1)
      return 'switches phases, which this charger cannot (ConnectorSwitch3to1PhaseSupported)';
  }
  return undefined;
}

/** What a purpose asks of the connector and of its transaction (§3.13.2). */
const purposeRules: Rule[] = [
  ({ charger, connectorId, place }) => {
    if (connectorId === 0 || place) return undefined;
    return `is for connector ${connectorId}; the charger has 0 to ${places(charger).length}`;
  },
  ({ profile: { chargingProfilePurpose: purpose }, connectorId }) => {
    if (purpose === 'ChargePointMaxProfile' && connectorId !== 0) return 'is a ChargePointMaxProfile: connector 0 only';
    return purpose === 'TxProfile' && connectorId === 0 ? 'is a TxProfile: not for connector 0' : undefined;
  },
  ({ profile: { chargingProfilePurpose: purpose, transactionId }, place }) => {
    // §7.8: only a TxProfile may name a transaction.
    if (purpose !== 'TxProfile') return transactionId === undefined ? undefined : `is a ${purpose} with transactionId`;
    const running = place?.state.transaction;
    if (!running) return 'is a TxProfile, and no transaction runs on its connector';
    if (transactionId === undefined || transactionId === running.transactionId) return undefined;
    const has = running.transactionId ?? 'one that has no id yet';
    return `is for transaction ${transactionId}, and its connector is in ${has}`;
  },
];

/** What comes with a remote start (§5.16.2): a TxProfile, which cannot know its transaction yet. */
const startRules: Rule[] = [
  ({ profile: { chargingProfilePurpose: purpose } }) =>
    purpose === 'TxProfile' ? undefined : `is a ${purpose}, and must be a TxProfile`,
  ({ profile: { transactionId } }) =>
    transactionId === undefined ? undefined : 'names a transaction, and there is none yet',
];

const broken = (rules: Rule[], asked: Asked) => rules.map((rule) => rule(asked)).find((why) => why !== undefined);

/** Why SetChargingProfile is refused, as the end of a sentence about the profile; `undefined`: it is not. */
export function whyNotSet(charger: Charger, connectorId: number, profile: WireProfile): string | undefined {
  const place = places(charger).find((candidate) => candidate.connectorId === connectorId);
  return broken([...purposeRules, ...scheduleRules], { charger, connectorId, profile, place });
}

/** Why a remote start with the profile is refused, likewise. */
export function whyNotWithStart(charger: Charger, profile: WireProfile, fresh: InstalledProfile, now: number) {
  return (
    broken([...startRules, ...scheduleRules], { charger, profile, connectorId: -1 }) ??
    whyNoRoomFor(charger, fresh, now)
  );
}

/**
 * Why there is no room for the profile (MaxChargingProfilesInstalled); `undefined`: there is. Profiles of remote starts that wait for
 * their EV count, those that have expired or are replaced do not.
 */
export function whyNoRoomFor(charger: Charger, fresh: InstalledProfile, now: number): string | undefined {
  const left = installedProfiles(charger).filter((old) => !replaces(fresh, old) && !isExpired(old, charger, now));
  const waiting = v16(charger).connectors.flatMap(({ authorization }) => authorization?.chargingProfile ?? []);
  const most = settingNumber(charger, 'MaxChargingProfilesInstalled');
  if (left.length + waiting.length >= most) return `has no room beside ${most} others (MaxChargingProfilesInstalled)`;
  if (bytesOf([...left, ...waiting, fresh]) <= budgetBytes) return undefined;
  return `has no room: all profiles together would need more than ${budgetBytes} bytes`;
}
