// What a 1.6 charger refuses about a charging profile, and why (OCPP 1.6 §3.13, §5.16, §7.8 to §7.14, §9.4).
import type { Charger } from '../charger';
import { bytesOf } from '../queue-budget';
import { type ProfileLimits, switchesPhases, wrongProfile } from '../schedule/rules';
import { fixedPhases } from './charging-limit';
import {
  compact,
  type InstalledProfile,
  installedProfiles,
  isExpired,
  replaces,
  type WireProfile,
} from './charging-profiles';
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
  ({ charger, profile }) =>
    wrongProfile(compact(profile), {
      stackLevel: { most: settingNumber(charger, 'ChargeProfileMaxStackLevel'), name: 'ChargeProfileMaxStackLevel' },
      periods: { most: settingNumber(charger, 'ChargingScheduleMaxPeriods'), name: 'ChargingScheduleMaxPeriods' },
      units: unitsOf(charger),
    }),
  // §9.4: without ConnectorSwitch3to1PhaseSupported the phases stay as they are throughout a transaction.
  ({ charger, profile, place }) => {
    if (settingIsTrue(charger, 'ConnectorSwitch3to1PhaseSupported')) return undefined;
    const wrong = (place ? [place] : places(charger)).some((candidate) => {
      const { transaction } = candidate.state;
      const own = profile.chargingProfilePurpose === 'TxProfile' ? transaction : undefined;
      return switchesPhases(compact(profile), candidate.evseSpec, own && fixedPhases(charger, own, candidate));
    });
    return wrong ? 'switches phases, which this charger cannot (ConnectorSwitch3to1PhaseSupported)' : undefined;
  },
];

function unitsOf(charger: Charger): ProfileLimits['units'] {
  const name = 'ChargingScheduleAllowedChargingRateUnit';
  const allowed = (['A', 'W'] as const).filter((unit) => settingList(charger, name).includes(unitNames[unit]));
  return { allowed, said: setting(charger, name), name };
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
