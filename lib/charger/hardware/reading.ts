// What the meter of an EVSE shows at one moment. All values come from the same state, so they agree with one another.
import { drawnW } from './charging';
import {
  acPowerFactor,
  batteryVoltageV,
  currentPerPhaseA,
  frequencyHz,
  loadedVoltageV,
  nominalVoltageV,
  type Offer,
  offered,
  phasesInUse,
} from './electrics';
import type { Evse } from './evse';
import { type EvseSpec, isDc } from './models';
import { temperatureAmbientC } from './thermal';

export interface Reading {
  /** Imported energy register. */
  energyWh: number;
  powerW: number;
  /** What the EVSE allows the EV to draw; 0 while the contactor is open. */
  powerOfferedW: number;
  /** Per phase on AC. */
  currentOfferedA: number;
  /** AC: line to neutral, of each phase of the supply. DC: one value, at the output. */
  voltageV: number[];
  /** Of each phase that the EV uses (the first ones of `voltageV`); DC: one value. */
  currentA: number[];
  /** Length of `currentA`. */
  phases: number;
  /** Of the supply. */
  frequencyHz: number;
  powerFactor: number;
  /** Of the EV, %; absent without one. Unrounded. */
  soc?: number;
  temperatureC: number;
  reactivePowerVar: number;
}

/** Reads the meter as the state stands, without moving time. */
export function measure(evse: Evse, spec: EvseSpec): Reading {
  const powerW = drawnW(evse, spec);
  const offer: Offer = evse.contactor === 'closed' ? offered(evse, spec) : { powerW: 0, currentA: 0 };
  return {
    energyWh: evse.energyWh,
    powerW,
    powerOfferedW: offer.powerW,
    currentOfferedA: offer.currentA,
    frequencyHz,
    ...(isDc(spec) ? direct(evse, powerW) : alternating(evse, spec, powerW)),
    ...(evse.ev && { soc: evse.ev.soc }),
    temperatureC: evse.temperatureC ?? temperatureAmbientC,
  };
}

type Output = Pick<Reading, 'voltageV' | 'currentA' | 'phases' | 'powerFactor' | 'reactivePowerVar'>;

/** The output follows the battery's voltage while the contactor joins them. */
function direct(evse: Evse, powerW: number): Output {
  const voltageV = evse.ev && evse.contactor === 'closed' ? batteryVoltageV(evse.ev, evse.ev.soc) : 0;
  const currentA = powerW > 0 ? powerW / voltageV : 0;
  return { voltageV: [voltageV], currentA: [currentA], phases: 1, powerFactor: 1, reactivePowerVar: 0 };
}

function alternating(evse: Evse, spec: EvseSpec, powerW: number): Output {
  const phases = phasesInUse(evse, spec);
  const current = currentPerPhaseA(spec, powerW, phases);
  const powerFactor = powerW > 0 ? acPowerFactor : 1;
  const voltageV = new Array<number>(spec.phases).fill(nominalVoltageV);
  return {
    voltageV: voltageV.fill(loadedVoltageV(spec, current), 0, phases),
    currentA: new Array<number>(phases).fill(current),
    phases,
    powerFactor,
    reactivePowerVar: (powerW * Math.sqrt(1 - powerFactor ** 2)) / powerFactor,
  };
}
