// That limits are obeyed, whatever the OCPP version: each EVSE gets what profiles, hardware and the others leave it, at once when a period
// changes. Which profiles govern whom is the dialect's matter.
import type { Charger } from '../charger';
import { chargerTime, hostTime } from '../clock';
import type { Context } from '../context';
import { nominalVoltageV } from '../hardware/electrics';
import { type Evse, setLimit } from '../hardware/evse';
import { type EvseSpec, isDc } from '../hardware/models';
import { specsOf } from '../specs';
import { arm, disarm, endOfTime } from '../timers';
import type { Governing, Governor } from './governing';
import { allotWithin, type Claim, hardwareBound, prevailingBound, supplyOf } from './on-evse';
import { type Bound, narrower, onSupply } from './rate';

/** An EVSE, and the connector of it that limits are about. */
export interface Limited {
  evse: Evse;
  evseSpec: EvseSpec;
  connectorId: number;
  govern: Governor;
}

/** One that is in a transaction. */
export interface Consumer extends Limited {
  /** It would draw now. */
  draws: boolean;
  /** Phases that it cannot leave until the transaction ends; `undefined`: it may still choose. */
  fixedPhases: number | undefined;
  /** Remembers them: a pause opens the contactor, which forgets. */
  keepPhases(phases: number): void;
}

const timer = 'chargingLimit';

/** Sets the limit of every EVSE as profiles want it now, and the deadline for the next change. `consumers`: who came first before who came last. */
export function obey(context: Context, consumers: readonly Consumer[]): void {
  const { charger, now } = context;
  lift(context, consumers);
  if (consumers.length === 0) return disarm(charger, timer);
  const at = chargerTime(charger, now);
  const governings = consumers.map(({ govern }) => govern(at));
  const claims = consumers.map((one, index) => claimOf(one, governings[index]));
  allotWithin(governings[0]?.maxima ?? [], claims).forEach((rate, index) => {
    const one = consumers[index];
    if (one) enforce(context, one, rate);
  });
  const until = Math.min(...governings.map((governing) => governing.until));
  if (until === Infinity) disarm(charger, timer);
  else arm(charger, timer, hostTime(charger, until));
}

/** Timer `chargingLimit`: another period begins, or a profile begins or ends. */
export function limitDue(context: Context): void {
  context.touched = true;
}

/** Nothing limits anybody: quickly, as most chargers have no profiles. */
export function isUnlimited({ evses }: Charger): boolean {
  return evses.every(({ limitW, limitPhases }) => limitW === undefined && limitPhases === undefined);
}

/** No limit outlives what it was set for. */
function lift({ charger, now }: Context, consumers: readonly Consumer[]): void {
  const specs = specsOf(charger);
  charger.evses.forEach((evse, at) => {
    const spec = specs[at];
    if (!spec || (evse.limitW === undefined && evse.limitPhases === undefined)) return;
    if (!consumers.some((one) => one.evse === evse)) setLimit(evse, spec, undefined, now);
  });
}

function claimOf({ evseSpec, connectorId, draws, fixedPhases }: Consumer, governing: Governing | undefined): Claim {
  const caps = (governing?.caps ?? []).map(prevailingBound);
  return {
    supply: supplyOf(evseSpec, fixedPhases),
    hardware: caps.reduce(narrower, hardwareBound(evseSpec, connectorId)),
    own: governing?.own,
    draws,
    ...(caps.length > 0 ? { limited: true } : {}),
  };
}

function enforce({ now }: Context, consumer: Consumer, rate: Bound | undefined): void {
  const { evse, evseSpec, fixedPhases: fixed } = consumer;
  const phases = rate?.phases ?? fixed ?? evseSpec.phases;
  if (fixed !== undefined) consumer.keepPhases(fixed);
  if (evse.limitW === rate?.powerW && (evse.limitPhases ?? evseSpec.phases) === phases) return;
  setLimit(evse, evseSpec, rate?.powerW, now, phases);
}

/** The rate that profiles and hardware leave to an EVSE if it alone draws. */
export function rateOf(
  { evseSpec, connectorId }: Pick<Limited, 'evseSpec' | 'connectorId'>,
  governing: Governing,
): Bound {
  const { maxima, caps, own } = governing;
  const profiles = [...maxima, ...caps].map(prevailingBound).reduce(narrower, prevailingBound(own));
  return onSupply(narrower(profiles, hardwareBound(evseSpec, connectorId)), supplyOf(evseSpec));
}

/** What limits a connector now, for people; `undefined`: no profile does. `charges`: it is in a transaction that could charge. */
export function viewLimited(limited: Limited, at: number, charges: boolean): Record<string, unknown> | undefined {
  const { evse, evseSpec, govern } = limited;
  const governing = govern(at);
  const { maxima, caps, own } = governing;
  const ids = [...maxima, ...caps, ...(own ? [own] : [])].map(({ profile }) => profile.id);
  if (ids.length === 0) return undefined;
  const alone = rateOf(limited, governing);
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
