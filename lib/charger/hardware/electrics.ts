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
export const minPilotCurrentA = 6;
/** The least that a DC charger regulates. */
const minDcCurrentA = 1;
/** Share of the nominal voltage lost in the supply at the EVSE's rated current. */
const sagAtRatedCurrent = 0.01;

/** Phases that the contactor can switch on: all of the supply, unless the controller allows fewer. */
function switchedPhases(evse: Evse, spec: EvseSpec): number {
  return Math.min(spec.phases, evse.limitPhases ?? spec.phases);
}

/** How many phases carry current: those that are switched on and that the EV has. One value stands for DC. */
export function phasesInUse(evse: Evse, spec: EvseSpec): number {
  if (isDc(spec)) return 1;
  return Math.min(switchedPhases(evse, spec), evse.ev?.phases ?? spec.phases);
}

/** Rating of the cable or socket in use; without one, of the strongest. */
function ratedCurrentA(evse: Evse, spec: EvseSpec): number {
  const active = spec.connectors.find((connector) => connector.id === evse.activeConnectorId);
  if (active) return active.maxCurrentA ?? Infinity;
  return Math.max(...spec.connectors.map((connector) => connector.maxCurrentA ?? Infinity));
}

export interface Offer {
  powerW: number;
  /** Per phase on AC. */
  currentA: number;
}

/** AC: what the control pilot tells the EV it may draw; nothing when that is less per phase than the pilot can tell. */
function pilot(evse: Evse, spec: EvseSpec): Offer {
  const phases = switchedPhases(evse, spec);
  const volts = phases * nominalVoltageV;
  const ownW = (spec.maxPowerW * phases) / spec.phases;
  const powerW = Math.min(ownW, evse.limitW ?? Infinity, ratedCurrentA(evse, spec) * volts);
  const currentA = powerW / volts;
  return currentA < minPilotCurrentA ? { powerW: 0, currentA: 0 } : { powerW, currentA };
}

/** DC: what may flow apart from the cable's rating; 0 when the charger cannot regulate that little. */
function dcPowerW(evse: Evse, spec: EvseSpec): number {
  const watts = Math.min(spec.maxPowerW, evse.limitW ?? Infinity);
  // Held against the voltage of the full battery, so that the answer does not change while it charges.
  return watts / batteryVoltageV(evse.ev, 100) < minDcCurrentA ? 0 : watts;
}

/** What the EVSE offers to the EV that hangs on it, whatever the EV makes of it. */
export function offered(evse: Evse, spec: EvseSpec): Offer {
  if (!isDc(spec)) return pilot(evse, spec);
  const voltageV = batteryVoltageV(evse.ev, evse.ev?.soc ?? 0);
  const powerW = Math.min(dcPowerW(evse, spec), ratedCurrentA(evse, spec) * voltageV);
  return { powerW, currentA: powerW / voltageV };
}

/** Bounds on the drawn power beside the EV's own wish, each a straight line over the state of charge; a 0 when the offer is below its minimum. */
export function ceilings(evse: Evse, spec: EvseSpec, ev: Ev): ((soc: number) => number)[] {
  if (isDc(spec)) {
    const watts = dcPowerW(evse, spec);
    const rated = ratedCurrentA(evse, spec);
    if (watts / batteryVoltageV(ev, 100) < ev.minCurrentA) return [() => 0];
    return rated === Infinity ? [() => watts] : [() => watts, (soc) => rated * batteryVoltageV(ev, soc)];
  }
  const { currentA } = pilot(evse, spec);
  if (currentA < ev.minCurrentA) return [() => 0];
  const watts = phasesInUse(evse, spec) * currentA * loadedVoltageV(spec, currentA) * acPowerFactor;
  return [() => watts];
}

/** Whether the EV can charge with what it is offered. */
export function allows(evse: Evse, spec: EvseSpec, ev: Ev): boolean {
  return ceilings(evse, spec, ev).every((line) => line(ev.soc) > 0);
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
