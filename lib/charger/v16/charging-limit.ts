// Which charging profiles govern a 1.6 connector at a moment (OCPP 1.6 §3.13). That they are obeyed is in ../schedule/obey.ts.
import type { Charger } from '../charger';
import { chargerTime } from '../clock';
import type { Context } from '../context';
import { evWants } from '../hardware/evse';
import { isDc } from '../hardware/models';
import { isUp } from '../link';
import { type Governor, governorOf } from '../schedule/governing';
import { type Consumer, isUnlimited, type Limited, obey, viewLimited } from '../schedule/obey';
import { byStackLevel } from '../schedule/stack';
import { disarm } from '../timers';
import { type InstalledProfile, installedProfiles, wholeSecond } from './charging-profiles';
import { settingIsTrue } from './configuration';
import { isActive, type Place, places, v16 } from './places';
import type { Transaction } from './state';
import { isFaulted } from './status';

/** The stack of the whole charger. */
function maxStack(profiles: InstalledProfile[]): InstalledProfile[] {
  return byStackLevel(profiles.filter(({ purpose }) => purpose === 'ChargePointMaxProfile'));
}

/**
 * The stack of a connector: TxProfiles overrule TxDefaultProfiles wherever they say anything (§3.13.2). Defaults of the charger
 * fill the stack levels that the connector has none of its own for.
 */
function ownStack(profiles: InstalledProfile[], connectorId: number): InstalledProfile[] {
  const own = profiles.filter((profile) => profile.connectorId === connectorId);
  const defaults = own.filter(({ purpose }) => purpose === 'TxDefaultProfile');
  const levels = new Set(defaults.map(({ stackLevel }) => stackLevel));
  const general = profiles.filter(
    ({ connectorId: id, purpose, stackLevel }) => id === 0 && purpose === 'TxDefaultProfile' && !levels.has(stackLevel),
  );
  return [
    ...byStackLevel(own.filter(({ purpose }) => purpose === 'TxProfile')),
    ...byStackLevel([...defaults, ...general]),
  ];
}

/** Finds out what governs a connector at any moment, for a transaction that began at `began` (the charger's clock). */
function governor(charger: Charger, connectorId: number, began: number): Governor {
  const profiles = installedProfiles(charger);
  return governorOf({ maxima: [maxStack(profiles)], own: ownStack(profiles, connectorId) }, began);
}

/** A connector as limits see it; `now`: when a transaction would begin where none runs, the charger's clock. */
export function limitedAt(charger: Charger, place: Place, now: number): Limited {
  const { evse, evseSpec, connector } = place;
  const govern = governor(charger, place.connectorId, beganAt(charger, place, now));
  return { evse, evseSpec, connectorId: connector.id, govern };
}

/** When the transaction of a connector began, on the charger's clock in whole seconds; without one, `otherwise`. */
export function beganAt(charger: Charger, { state }: Place, otherwise: number): number {
  return state.transaction ? wholeSecond(chargerTime(charger, state.transaction.startedAt)) : otherwise;
}

interface Charging {
  place: Place;
  transaction: Transaction;
}

/** Transactions at an EV while the charger is up, in the order in which they began. */
function charging(charger: Charger): Charging[] {
  if (!isUp(charger)) return [];
  return places(charger)
    .flatMap((place) => {
      const { transaction } = place.state;
      return transaction && isActive(place) ? [{ place, transaction }] : [];
    })
    .sort((a, b) => a.transaction.startedAt - b.transaction.startedAt);
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
  const { chargingProfiles, connectors } = v16(charger);
  if (chargingProfiles || !isUnlimited(charger)) return true;
  return connectors.some(({ transaction }) => transaction?.phases !== undefined);
}

function consumerOf(charger: Charger, { place, transaction }: Charging, at: number): Consumer {
  return {
    ...limitedAt(charger, place, at),
    fixedPhases: fixedPhases(charger, transaction, place),
    draws: evWants(place.evse, place.evseSpec) && !transaction.deauthorized && !isFaulted(charger, place),
    keepPhases(phases) {
      transaction.phases = phases;
    },
  };
}

/**
 * Phases that a charger without ConnectorSwitch3to1PhaseSupported stays on until the transaction ends: those on which it began to
 * charge (§9.4). `undefined`: it may still choose.
 */
export function fixedPhases(charger: Charger, transaction: Transaction, { evse, evseSpec }: Place): number | undefined {
  if (isDc(evseSpec) || settingIsTrue(charger, 'ConnectorSwitch3to1PhaseSupported')) return undefined;
  return transaction.phases ?? (evse.contactor === 'closed' ? (evse.limitPhases ?? evseSpec.phases) : undefined);
}

/** What limits a connector now, for people; `undefined`: no profile does. */
export function viewLimit(charger: Charger, place: Place, now: number): Record<string, unknown> | undefined {
  if (installedProfiles(charger).length === 0) return undefined;
  const at = chargerTime(charger, now);
  const charges = place.state.transaction !== undefined && isActive(place) && isUp(charger);
  return viewLimited(limitedAt(charger, place, at), at, charges);
}
