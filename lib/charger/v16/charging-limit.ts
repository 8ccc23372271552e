// Which charging profiles govern a 1.6 connector at a moment, and that they are obeyed: the limit of each EVSE, at once when a
// period changes (OCPP 1.6 §3.13). The arithmetic is in ../schedule.
import type { Charger } from '../charger';
import { chargerTime, hostTime } from '../clock';
import type { Context } from '../context';
import { nominalVoltageV } from '../hardware/electrics';
import { evWants, setLimit } from '../hardware/evse';
import { isDc } from '../hardware/models';
import { isUp } from '../link';
import { allot, type Claim, hardwareBound, prevailingBound, supplyOf } from '../schedule/on-evse';
import { type Bound, narrower, onSupply } from '../schedule/rate';
import { byStackLevel, type Prevailing, prevailingAt } from '../schedule/stack';
import { arm, disarm, endOfTime } from '../timers';
import { type InstalledProfile, installedProfiles, wholeSecond } from './charging-profiles';
import { settingIsTrue } from './configuration';
import { isActive, type Place, places, v16 } from './places';
import type { Transaction } from './state';
import { isFaulted } from './status';

/** What governs a connector, and until when nothing of it changes (the charger's clock). */
export interface Governing {
  max: Prevailing | undefined;
  own: Prevailing | undefined;
  until: number;
}

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
export function governor(charger: Charger, connectorId: number, began: number): (at: number) => Governing {
  const profiles = installedProfiles(charger);
  const [maxima, own] = [maxStack(profiles), ownStack(profiles, connectorId)];
  return (at) => {
    const [whole, mine] = [prevailingAt(maxima, at, began), prevailingAt(own, at, began)];
    return { max: whole.value, own: mine.value, until: Math.min(whole.until, mine.until) };
  };
}

/** When the transaction of a connector began, on the charger's clock in whole seconds; without one, `otherwise`. */
export function beganAt(charger: Charger, { state }: Place, otherwise: number): number {
  return state.transaction ? wholeSecond(chargerTime(charger, state.transaction.startedAt)) : otherwise;
}

/** The rate that profiles and hardware leave to a connector if it alone draws. */
export function rateOf(place: Place, { max, own }: Governing): Bound {
  const profiles = narrower(prevailingBound(max), prevailingBound(own));
  return onSupply(narrower(profiles, hardwareBound(place.evseSpec, place.connector.id)), supplyOf(place.evseSpec));
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

/** Sets the limit of every EVSE as the profiles want it now, and the deadline for the next change while it matters. */
export function obeyLimits(context: Context): void {
  const { charger, now } = context;
  if (!mayLimit(charger)) return disarm(charger, 'chargingLimit');
  const found = charging(charger);
  lift(context, found);
  if (found.length === 0) return disarm(charger, 'chargingLimit');
  const at = chargerTime(charger, now);
  const governings = found.map(({ place }) => governor(charger, place.connectorId, beganAt(charger, place, at))(at));
  const claims = found.map((one, index) => claimOf(charger, one, governings[index]?.own));
  allot(governings[0]?.max, claims).forEach((rate, index) => {
    const one = found[index];
    if (one) enforce(context, one, rate);
  });
  const until = Math.min(...governings.map((governing) => governing.until));
  if (until === Infinity) disarm(charger, 'chargingLimit');
  else arm(charger, 'chargingLimit', hostTime(charger, until));
}

/** Quickly: most chargers have no profiles. */
function mayLimit(charger: Charger): boolean {
  const { chargingProfiles, connectors } = v16(charger);
  if (chargingProfiles) return true;
  const limited = charger.evses.some(({ limitW, limitPhases }) => limitW !== undefined || limitPhases !== undefined);
  return limited || connectors.some(({ transaction }) => transaction?.phases !== undefined);
}

/** No limit outlives what it was set for. */
function lift({ charger, now }: Context, found: Charging[]): void {
  for (const { evse, evseSpec } of places(charger)) {
    if (evse.limitW === undefined && evse.limitPhases === undefined) continue;
    if (!found.some(({ place }) => place.evse === evse)) setLimit(evse, evseSpec, undefined, now);
  }
}

function claimOf(charger: Charger, { place, transaction }: Charging, own: Prevailing | undefined): Claim {
  const { evse, evseSpec, connector } = place;
  return {
    supply: supplyOf(evseSpec, fixedPhases(charger, transaction, place)),
    hardware: hardwareBound(evseSpec, connector.id),
    own,
    draws: evWants(evse, evseSpec) && !transaction.deauthorized && !isFaulted(charger, place),
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

function enforce({ charger, now }: Context, { place, transaction }: Charging, rate: Bound | undefined): void {
  const { evse, evseSpec } = place;
  const fixed = fixedPhases(charger, transaction, place);
  const phases = rate?.phases ?? fixed ?? evseSpec.phases;
  // A pause opens the contactor, which forgets.
  if (fixed !== undefined) transaction.phases = fixed;
  if (evse.limitW === rate?.powerW && (evse.limitPhases ?? evseSpec.phases) === phases) return;
  setLimit(evse, evseSpec, rate?.powerW, now, phases);
}

/** Timer `chargingLimit`: another period begins, or a profile begins or ends. */
export function limitDue(context: Context): void {
  context.touched = true;
}

/** What limits a connector now, for people; `undefined`: no profile does. */
export function viewLimit(charger: Charger, place: Place, now: number): Record<string, unknown> | undefined {
  if (installedProfiles(charger).length === 0) return undefined;
  const at = chargerTime(charger, now);
  const governing = governor(charger, place.connectorId, beganAt(charger, place, at))(at);
  const ids = [governing.max, governing.own].flatMap((prevailing) => prevailing?.profile.id ?? []);
  if (ids.length === 0) return undefined;
  const { evse, evseSpec } = place;
  const alone = rateOf(place, governing);
  const charges = place.state.transaction !== undefined && isActive(place) && isUp(charger);
  const powerW = charges ? (evse.limitW ?? alone.powerW) : alone.powerW;
  const phases = charges ? (evse.limitPhases ?? evseSpec.phases) : alone.phases;
  return {
    powerW: round(powerW),
    ...(isDc(evseSpec) ? {} : { currentA: round(powerW / (phases * nominalVoltageV)), numberPhases: phases }),
    chargingProfileIds: ids,
    ...(governing.until > endOfTime ? {} : { until: new Date(governing.until).toISOString() }),
  };
}

const round = (value: number) => Number(value.toFixed(1));
