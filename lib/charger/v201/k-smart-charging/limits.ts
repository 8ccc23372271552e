// Which charging profiles govern a 2.0.1 EVSE at a moment (K01, K11 to K13; part 2 §K.3). That they are obeyed is in ../../schedule/obey.ts.
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import type { Context } from '../../context';
import { evWants } from '../../hardware/evse';
import { isDc } from '../../hardware/models';
import { isUp } from '../../link';
import { governorOf, type Stacks } from '../../schedule/governing';
import { type Consumer, isUnlimited, type Limited, obey, viewLimited } from '../../schedule/obey';
import { byStackLevel } from '../../schedule/stack';
import { disarm } from '../../timers';
import { variableIsTrue } from '../device-model/read';
import type { Transaction } from '../e-transactions/state';
import { isFaulted } from '../g-availability/faults';
import { activePlace, type Bay, bays, isConnected, v201 } from '../places';
import { compact, installedProfiles, wholeSecond } from './profiles';
import type { InstalledProfile, WireProfile } from './state';

type Purpose = WireProfile['chargingProfilePurpose'];

/** Limits of the station are shared by its EVSEs; TxProfiles overrule TxDefaultProfiles wherever they say anything (K01). */
function stacksFor(charger: Charger, { evseId, state }: Bay): Stacks {
  const all = installedProfiles(charger);
  const at = (purpose: Purpose, wanted: number) =>
    all.filter((one) => one.evseId === wanted && one.wire.chargingProfilePurpose === purpose);
  const stackOf = (profiles: InstalledProfile[]) => byStackLevel(profiles.map(({ wire }) => compact(wire)));
  const own = at('TxProfile', evseId).filter(({ wire }) => wire.transactionId === state.transaction?.id);
  const defaults = at('TxDefaultProfile', evseId);
  const levels = new Set(defaults.map(({ wire }) => wire.stackLevel));
  const general = at('TxDefaultProfile', 0).filter(({ wire }) => !levels.has(wire.stackLevel));
  return {
    maxima: [stackOf(at('ChargingStationMaxProfile', 0)), stackOf(at('ChargingStationExternalConstraints', 0))],
    caps: [stackOf(at('ChargingStationExternalConstraints', evseId))],
    own: [...stackOf(own), ...stackOf([...defaults, ...general])],
  };
}

/** An EVSE as limits see it. `at`: when a transaction would begin where none runs; the charger's clock. */
export function limitedAt(charger: Charger, bay: Bay, at: number): Limited {
  const { evse, evseSpec } = bay;
  const govern = governorOf(stacksFor(charger, bay), beganAt(charger, bay, at));
  return { evse, evseSpec, connectorId: activePlace(bay)?.connector.id ?? 1, govern };
}

/** When the transaction of an EVSE began, on the charger's clock in whole seconds; without one, `otherwise`. */
export function beganAt(charger: Charger, { state }: Bay, otherwise: number): number {
  return state.transaction ? wholeSecond(chargerTime(charger, state.transaction.startedAt)) : otherwise;
}

interface Charging {
  bay: Bay;
  transaction: Transaction;
}

/** Transactions at an EV while the station is up, in the order in which they began. */
function charging(charger: Charger): Charging[] {
  if (!isUp(charger)) return [];
  return bays(charger)
    .flatMap((bay) => (bay.state.transaction && isConnected(bay) ? [{ bay, transaction: bay.state.transaction }] : []))
    .sort((one, other) => one.transaction.startedAt - other.transaction.startedAt);
}

/** Sets the limit of every EVSE as the profiles want it now. */
export function obeyLimits(context: Context): void {
  const { charger, now } = context;
  if (!mayLimit(charger)) return disarm(charger, 'chargingLimit');
  const at = chargerTime(charger, now);
  obey(
    context,
    charging(charger).map((one) => consumerOf(charger, one, at)),
  );
}

/** Quickly: most chargers have no profiles. */
function mayLimit(charger: Charger): boolean {
  const { chargingProfiles, evses } = v201(charger);
  if (chargingProfiles || !isUnlimited(charger)) return true;
  return evses.some(({ transaction }) => transaction?.phases !== undefined);
}

function consumerOf(charger: Charger, { bay, transaction }: Charging, at: number): Consumer {
  const place = activePlace(bay);
  const faulted = place !== undefined && isFaulted(charger, place);
  return {
    ...limitedAt(charger, bay, at),
    fixedPhases: fixedPhases(charger, bay),
    draws:
      evWants(bay.evse, bay.evseSpec) && bay.state.authorization !== undefined && !transaction.deauthorized && !faulted,
    keepPhases(phases) {
      transaction.phases = phases;
    },
  };
}

/** Phases that a station without Phases3to1 stays on until the transaction ends: those on which it began to charge. */
export function fixedPhases(charger: Charger, { evse, evseSpec, state }: Bay): number | undefined {
  if (isDc(evseSpec) || variableIsTrue(charger, 'SmartChargingCtrlr', 'Phases3to1')) return undefined;
  return state.transaction?.phases ?? (evse.contactor === 'closed' ? (evse.limitPhases ?? evseSpec.phases) : undefined);
}

/** What limits an EVSE now, for people; `undefined`: no profile does. */
export function viewLimit(charger: Charger, bay: Bay, now: number): Record<string, unknown> | undefined {
  if (installedProfiles(charger).length === 0) return undefined;
  const at = chargerTime(charger, now);
  const charges = bay.state.transaction !== undefined && isConnected(bay) && isUp(charger);
  return viewLimited(limitedAt(charger, bay, at), at, charges);
}
