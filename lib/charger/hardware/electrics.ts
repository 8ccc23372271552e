// Volts and amperes: what an EVSE can offer, what an EV draws of it, and the voltage meanwhile. Nothing here knows of time.
import { defaultBatteryVoltageV, type Ev } from './ev';
import type { Evse } from './evse';
import { type EvseSpec, isDc } from './models';

/** Line to neutral, without load. */
export const nominalVoltageV = 230;
export const frequencyHz = 50;
/** Of an on-board charger with power factor correction. */
export const acPowerFactor = 0.99;
/** The least that the control pilot can signal (IEC 61851-1 table A.8). */
const minPilotCurrentA = 6;
/** Share of the nominal voltage lost in the supply at the EVSE's rated current. */
const sagAtRatedCurrent = 0.01;

/** How many phases carry current with this EV: those that both have. One value stands for DC. */
export function phasesInUse(spec: EvseSpec, ev: Ev | undefined): number {
  if (isDc(spec)) return 1;
  return ev ? Math.min(spec.phases, ev.phases) : spec.phases;
}

/** Rating of the cable or socket in use; without one, of the strongest. */
function ratedCurrentA(evse: Evse, spec: EvseSpec): number {
  const active = spec.connectors.find((connector) => connector.id === evse.activeConnectorId);
  if (active) return active.maxCurrentA ?? Infinity;
  return Math.max(...spec.connectors.map((connector) => connector.maxCurrentA ?? Infinity));
}

/** AC: what the control pilot tells the EV it may draw per phase; 0 when that is less than the pilot can tell. */
function pilotCurrentA(evse: Evse, spec: EvseSpec): number {
  const watts = Math.min(spec.maxPowerW, evse.limitW ?? Infinity);
  const current = Math.min(watts / (spec.phases * nominalVoltageV), ratedCurrentA(evse, spec));
  return current < minPilotCurrentA ? 0 : current;
}

export interface Offer {
  powerW: number;
  /** Per phase on AC. */
  currentA: number;
}

/** What the EVSE offers to the EV that hangs on it, whatever the EV makes of it. */
export function offered(evse: Evse, spec: EvseSpec): Offer {
  if (!isDc(spec)) {
    const currentA = pilotCurrentA(evse, spec);
    return { currentA, powerW: currentA * spec.phases * nominalVoltageV };
  }
  const voltageV = batteryVoltageV(evse.ev, evse.ev?.soc ?? 0);
  const watts = Math.min(spec.maxPowerW, evse.limitW ?? Infinity);
  const currentA = Math.min(watts / voltageV, ratedCurrentA(evse, spec));
  return { currentA, powerW: currentA * voltageV };
}

/** Bounds on the drawn power beside the EV's own wish, each a straight line over the state of charge; a 0 when the offer is below its minimum. */
export function ceilings(evse: Evse, spec: EvseSpec, ev: Ev): ((soc: number) => number)[] {
  if (isDc(spec)) {
    const watts = Math.min(spec.maxPowerW, evse.limitW ?? Infinity);
    const rated = ratedCurrentA(evse, spec);
    // Held against the voltage of the full battery, so that the answer does not change while it charges.
    if (watts / batteryVoltageV(ev, 100) < ev.minCurrentA) return [() => 0];
    return rated === Infinity ? [() => watts] : [() => watts, (soc) => rated * batteryVoltageV(ev, soc)];
  }
  const currentA = pilotCurrentA(evse, spec);
  if (currentA < ev.minCurrentA) return [() => 0];
  const watts = phasesInUse(spec, ev) * currentA * loadedVoltageV(spec, currentA) * acPowerFactor;
  return [() => watts];
}

/** Rises evenly from the empty battery's voltage to the full one's. */
export function batteryVoltageV(ev: Ev | undefined, soc: number): number {
  const [empty, full] = ev?.batteryVoltageV ?? defaultBatteryVoltageV;
  return empty + ((full - empty) * soc) / 100;
}

/** Line to neutral on a phase that carries this current. */
export function loadedVoltageV(spec: EvseSpec, currentA: number): number {
  return nominalVoltageV - currentA * supplyResistanceOhm(spec);
}

/** The current per phase at which U·I·cos φ over `phases` phases is `powerW`, with the voltage sagging under it. */
export function currentPerPhaseA(spec: EvseSpec, powerW: number, phases: number): number {
  const apparentVa = powerW / (phases * acPowerFactor);
  // The smaller root of r·I² − U·I + S = 0, in the form that does not cancel.
  const root = Math.sqrt(nominalVoltageV ** 2 - 4 * supplyResistanceOhm(spec) * apparentVa);
  return (2 * apparentVa) / (nominalVoltageV + root);
}

function supplyResistanceOhm(spec: EvseSpec): number {
  const rated = spec.maxPowerW / (spec.phases * nominalVoltageV);
  return (sagAtRatedCurrent * nominalVoltageV) / rated;
}
