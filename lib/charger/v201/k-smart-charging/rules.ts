// What a 2.0.1 station refuses about a charging profile, and why (K01, F01.FR.09 to .12).
import type { Charger } from '../../charger';
import { bytesOf } from '../../queue-budget';
import { switchesPhases, wrongProfile } from '../../schedule/rules';
import { variableIsTrue, variableList, variableNumber } from '../device-model/read';
import { chargingProfilesMost } from '../device-model/sessions';
import { type Bay, bays, findBay, v201 } from '../places';
import { fixedPhases } from './limits';
import { compact, installedProfiles, isExpired } from './profiles';
import type { InstalledProfile, WireProfile } from './state';

/** Why it is refused: a code of part 2 appendices §5, and the end of a sentence about the profile. */
export interface Fault {
  reasonCode: string;
  why: string;
}

const fault = (reasonCode: string, why: string): Fault => ({ reasonCode, why });

/** What profiles may weigh together: they are part of the document. */
const budgetBytes = 64 * 1024;

/** What is wrong with the profile wherever it is for; `concerned`: the EVSEs that it would limit. */
function wrongSchedule(charger: Charger, wire: WireProfile, concerned: Bay[]): Fault | undefined {
  const profile = compact(wire);
  const controller = 'SmartChargingCtrlr';
  const units = variableList(charger, controller, 'RateUnit');
  if (!units.includes(profile.unit)) {
    return fault('UnsupportedRateUnit', `is in ${profile.unit}; this station takes ${units.join(', ')} (RateUnit)`);
  }
  const why = wrongProfile(profile, {
    stackLevel: { most: variableNumber(charger, controller, 'ProfileStackLevel'), name: 'ProfileStackLevel' },
    periods: { most: variableNumber(charger, controller, 'PeriodsPerSchedule'), name: 'PeriodsPerSchedule' },
    units: { allowed: [profile.unit], said: units.join(', '), name: 'RateUnit' },
  });
  if (why !== undefined) return fault(why.startsWith('has stackLevel') ? 'InvalidStackLevel' : 'InvalidSchedule', why);
  return wrongStart(wire) ?? wrongPhases(charger, wire, concerned);
}

/** K01.FR.40, K01.FR.41: what is relative starts with the transaction, anything else at a time. */
function wrongStart({ chargingProfileKind: kind, chargingSchedule }: WireProfile): Fault | undefined {
  for (const { startSchedule } of chargingSchedule) {
    if (kind === 'Relative' && startSchedule !== undefined) {
      return fault('InvalidSchedule', 'is Relative with a startSchedule');
    }
    if (kind !== 'Relative' && startSchedule === undefined) {
      return fault('InvalidSchedule', `is ${kind} without a startSchedule`);
    }
  }
  return undefined;
}

/** K01.FR.18 to .20: one phase may be chosen by a station that can switch; without Phases3to1 their number stays. */
function wrongPhases(charger: Charger, wire: WireProfile, concerned: Bay[]): Fault | undefined {
  for (const { phaseToUse, numberPhases } of wire.chargingSchedule.flatMap((one) => one.chargingSchedulePeriod)) {
    if (phaseToUse === undefined) continue;
    if (!variableIsTrue(charger, 'SmartChargingCtrlr', 'ACPhaseSwitchingSupported')) {
      return fault('PhaseConflict', 'has a phaseToUse, and ACPhaseSwitchingSupported is false');
    }
    if (numberPhases !== 1) return fault('PhaseConflict', 'has a phaseToUse, and not 1 for numberPhases');
  }
  if (variableIsTrue(charger, 'SmartChargingCtrlr', 'Phases3to1')) return undefined;
  const own = wire.chargingProfilePurpose === 'TxProfile';
  const switches = concerned.some((bay) =>
    switchesPhases(compact(wire), bay.evseSpec, own && bay.state.transaction ? fixedPhases(charger, bay) : undefined),
  );
  return switches ? fault('PhaseConflict', 'switches phases, which this station cannot (Phases3to1)') : undefined;
}

/** What its purpose asks of the EVSE and of its transaction. */
function wrongPurpose(charger: Charger, evseId: number, wire: WireProfile): Fault | undefined {
  const { chargingProfilePurpose: purpose, chargingProfileKind: kind, transactionId } = wire;
  const bay = findBay(charger, evseId);
  if (evseId !== 0 && !bay)
    return fault('UnknownEvse', `is for EVSE ${evseId}; there are 1 to ${bays(charger).length}`);
  // K01.FR.22
  if (purpose === 'ChargingStationExternalConstraints') {
    return fault('InvalidProfile', 'is a ChargingStationExternalConstraints, which no CSMS sets');
  }
  if (purpose === 'ChargingStationMaxProfile') {
    if (evseId !== 0) return fault('InvalidProfile', 'is a ChargingStationMaxProfile: EVSE 0 only');
    // K01.FR.38
    if (kind === 'Relative') return fault('InvalidProfile', 'is a ChargingStationMaxProfile, which is never Relative');
  }
  if (purpose !== 'TxProfile') {
    return transactionId === undefined ? undefined : fault('InvalidProfile', `is a ${purpose} with a transactionId`);
  }
  if (evseId === 0) return fault('InvalidProfile', 'is a TxProfile: not for EVSE 0');
  // K01.FR.03, K01.FR.09, K01.FR.33
  if (transactionId === undefined) return fault('MissingParam', 'is a TxProfile without a transactionId');
  const running = bay?.state.transaction;
  if (running?.id === transactionId) return undefined;
  return fault(
    'TxNotFound',
    running
      ? `is for transaction ${transactionId}, and EVSE ${evseId} is in another`
      : `is a TxProfile, and no transaction runs on EVSE ${evseId}`,
  );
}

/** K01.FR.52, K01.FR.53: a default of the station and one of an EVSE are for the same transactions. */
function isGeneral({ evseId, wire }: InstalledProfile, other: number): boolean {
  return wire.chargingProfilePurpose === 'TxDefaultProfile' && (evseId === 0 || other === 0);
}

/** K01.FR.39: another one of the same purpose and stack level that is valid at the same time. */
function duplicate(charger: Charger, { evseId, wire }: InstalledProfile, now: number): Fault | undefined {
  const twin = installedProfiles(charger).find(
    (old) =>
      old.wire.id !== wire.id &&
      (old.evseId === evseId || isGeneral(old, evseId)) &&
      old.wire.chargingProfilePurpose === wire.chargingProfilePurpose &&
      old.wire.stackLevel === wire.stackLevel &&
      old.wire.transactionId === wire.transactionId &&
      !isExpired(old, charger, now) &&
      overlap(old.wire, wire),
  );
  return (
    twin && fault('DuplicateProfile', `has the purpose and stack level of profile ${twin.wire.id} at the same time`)
  );
}

function overlap(one: WireProfile, other: WireProfile): boolean {
  const spans = [one, other].map((wire) => {
    const { validFrom = -Infinity, validTo = Infinity } = compact(wire);
    return { validFrom, validTo };
  });
  const [first, second] = spans;
  return (
    first !== undefined && second !== undefined && first.validFrom < second.validTo && second.validFrom < first.validTo
  );
}

/** Why there is no room for it. Those that wait for an EV with an authorization count, too. */
function noRoom(charger: Charger, fresh: InstalledProfile, now: number): Fault | undefined {
  const others = installedProfiles(charger).filter(
    (old) => old.wire.id !== fresh.wire.id && !isExpired(old, charger, now),
  );
  const waiting = v201(charger).evses.flatMap(({ authorization }) => authorization?.chargingProfile ?? []);
  if (others.length + waiting.length >= chargingProfilesMost) {
    return fault('TooManyElements', `has no room beside ${chargingProfilesMost} others (Entries[ChargingProfiles])`);
  }
  const bytes = bytesOf([...others, ...waiting, fresh]);
  return bytes > budgetBytes
    ? fault('TooLargeElement', `has no room: all profiles together would need more than ${budgetBytes} bytes`)
    : undefined;
}

/** Why SetChargingProfile is refused; `undefined`: it is not. */
export function whyNotSet(charger: Charger, fresh: InstalledProfile, now: number): Fault | undefined {
  const { evseId, wire } = fresh;
  const bay = findBay(charger, evseId);
  return (
    wrongPurpose(charger, evseId, wire) ??
    wrongSchedule(charger, wire, bay ? [bay] : bays(charger)) ??
    duplicate(charger, fresh, now) ??
    noRoom(charger, fresh, now)
  );
}

/** Why a RequestStartTransaction with the profile is refused (F01.FR.09, F01.FR.11). */
export function whyNotStartWith(charger: Charger, bay: Bay, wire: WireProfile, now: number): string | undefined {
  if (wire.chargingProfilePurpose !== 'TxProfile')
    return `is a ${wire.chargingProfilePurpose}, and must be a TxProfile`;
  if (wire.transactionId !== undefined) return 'names a transaction, and there is none yet';
  const fresh: InstalledProfile = { evseId: bay.evseId, source: 'CSO', wire };
  return (wrongSchedule(charger, wire, [bay]) ?? noRoom(charger, fresh, now))?.why;
}
