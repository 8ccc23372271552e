// What limits come to on the EVSEs that have to obey them: within what the hardware can do, and one maximum for all of them
// (OCPP 1.6 §3.13.4). Which limits hold is decided by the dialects.
import { minPilotCurrentA, nominalVoltageV } from '../hardware/electrics';
import { type EvseSpec, isDc } from '../hardware/models';
import type { RateUnit } from './profile';
import { type Bound, boundOf, inUnit, narrower, onSupply, type Supply, unbounded } from './rate';
import { share } from './share';
import type { Prevailing } from './stack';

/** `fixedPhases`: those it charges on already and cannot leave. */
export function supplyOf(spec: EvseSpec, fixedPhases?: number): Supply {
  return {
    phases: spec.phases,
    voltageV: nominalVoltageV,
    dc: isDc(spec),
    ...(fixedPhases === undefined ? {} : { fixedPhases }),
  };
}

/** What the EVSE can give on a connector of its own. A DC cable's rating is that of the output: it says nothing of the supply. */
export function hardwareBound(spec: EvseSpec, connectorId: number): Bound {
  const rated = spec.connectors.find(({ id }) => id === connectorId)?.maxCurrentA ?? Infinity;
  const ownA = spec.maxPowerW / (spec.phases * nominalVoltageV);
  return { phases: spec.phases, currentA: isDc(spec) ? ownA : Math.min(ownA, rated), powerW: spec.maxPowerW };
}

export function prevailingBound(prevailing: Prevailing | undefined): Bound {
  return prevailing ? boundOf(prevailing.profile.unit, prevailing.period) : unbounded;
}

/** An EVSE in a transaction. */
export interface Claim {
  supply: Supply;
  hardware: Bound;
  /** The profile for the transaction. */
  own: Prevailing | undefined;
  /** It would draw now; otherwise it takes no part of what is shared. */
  draws: boolean;
  /** Something else than profiles for it limits it: what it may give is to be said. */
  limited?: true;
}

/**
 * What each EVSE may give, in the order of `claims`, who came first before who came last. The maximum of the charger is shared
 * evenly among those that draw, in its own unit: amperes of every phase, or watts. `undefined`: nothing limits it.
 */
export function allot(max: Prevailing | undefined, claims: readonly Claim[]): (Bound | undefined)[] {
  const whole = prevailingBound(max);
  const unit = max?.profile.unit ?? 'W';
  const rates = claims.map((claim) => rateOf(claim, whole));
  const drawing = claims.map(({ draws }, at) => (draws ? at : -1)).filter((at) => at >= 0);
  const wishes = drawing.map((at) => wishOf(claims[at], rates[at], unit));
  const shares = share(max?.period[1] ?? Infinity, wishes);
  return claims.map((claim, at) => {
    if (!max && !claim.own && !claim.limited) return undefined;
    const turn = drawing.indexOf(at);
    const part = max && turn >= 0 ? narrower(whole, asBound(unit, shares[turn] ?? 0)) : whole;
    return atLeast(claim, rateOf(claim, part));
  });
}

/** The same under several maxima: what one leaves is what the next shares out. */
export function allotWithin(maxima: readonly Prevailing[], claims: readonly Claim[]): (Bound | undefined)[] {
  const [first, ...others] = maxima;
  let rates = allot(first, claims);
  for (const max of others) {
    const left = claims.map((claim, at) => ({ ...claim, hardware: narrower(claim.hardware, rates[at] ?? unbounded) }));
    rates = allot(max, left);
  }
  return rates;
}

function rateOf({ own, hardware, supply }: Claim, part: Bound): Bound {
  return onSupply(narrower(narrower(prevailingBound(own), hardware), part), supply);
}

function asBound(unit: RateUnit, limit: number): Bound {
  return unit === 'A' ? { ...unbounded, currentA: limit } : { ...unbounded, powerW: limit };
}

function wishOf(claim: Claim | undefined, rate: Bound | undefined, unit: RateUnit) {
  if (!claim || !rate) return { most: 0, least: 0 };
  return { most: inUnit(rate, unit), least: inUnit(leastOf(claim, rate), unit) };
}

/** The least that the control pilot can tell (IEC 61851-1), or that the EV charges well with (minChargingRate, §7.13). */
function leastOf({ supply, own }: Claim, { phases }: Bound): Bound {
  const pilotA = supply.dc ? 0 : minPilotCurrentA;
  const pilot = { phases, currentA: pilotA, powerW: pilotA * phases * supply.voltageV };
  const { unit = 'W', minChargingRate = 0 } = own?.profile ?? {};
  const asked = onSupply(boundOf(unit, [0, minChargingRate, phases]), supply);
  return asked.powerW > pilot.powerW ? asked : pilot;
}

/** Less than minChargingRate is not worth charging with: nothing then. */
function atLeast(claim: Claim, rate: Bound): Bound {
  const rounding = 1e-6;
  return rate.powerW < leastOf(claim, rate).powerW - rounding ? { ...rate, currentA: 0, powerW: 0 } : rate;
}
