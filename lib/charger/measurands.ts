// What the meter of an EVSE can be asked for, measurand by measurand, the same in every OCPP version. How a sample looks on the wire, and
// when one is taken, is the dialect's.
import type { Reading } from './hardware/evse';
import { type EvseSpec, isDc } from './hardware/models';

/** One value of a measurand. */
export interface Sample {
  value: number;
  /** Decimals that are meant. */
  digits: number;
  unit?: string;
  phase?: string;
  location?: string;
}

export interface Sampling {
  reading: Reading;
  spec: EvseSpec;
  /** Energy since the last interval sample, Wh. */
  intervalWh: number;
}

const rounded = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;

const one = (value: number, unit: string, digits = 1, location?: string): Sample[] => [
  { value: rounded(value, digits), digits, unit, ...(location === undefined ? {} : { location }) },
];

/** Registers are read as whole Wh everywhere, so that samples, start and stop of a transaction agree. */
export const wholeWh = (energyWh: number) => Math.floor(energyWh + 1e-6);

const phaseNames = ['L1', 'L2', 'L3'] as const;

const perPhase = (values: number[], unit: string, spec: EvseSpec, suffix = ''): Sample[] =>
  values.map((value, at) => ({
    value: rounded(value, 1),
    digits: 1,
    unit,
    ...(isDc(spec) ? {} : { phase: `${phaseNames[at]}${suffix}` }),
  }));

/** The energy register: what samples, start and stop of a transaction are compared by. */
export const energyRegister = 'Energy.Active.Import.Register';

export const energyInterval = 'Energy.Active.Import.Interval';

const samplers: Record<string, (sampling: Sampling) => Sample[]> = {
  [energyRegister]: ({ reading }) => one(wholeWh(reading.energyWh), 'Wh', 0),
  [energyInterval]: ({ intervalWh }) => one(intervalWh, 'Wh', 0),
  'Power.Active.Import': ({ reading }) => one(reading.powerW, 'W'),
  'Power.Reactive.Import': ({ reading }) => one(reading.reactivePowerVar, 'var'),
  'Power.Offered': ({ reading }) => one(reading.powerOfferedW, 'W'),
  'Power.Factor': ({ reading }) => [{ value: rounded(reading.powerFactor, 3), digits: 3 }],
  'Current.Import': ({ reading, spec }) => perPhase(reading.currentA, 'A', spec),
  'Current.Offered': ({ reading }) => one(reading.currentOfferedA, 'A'),
  Voltage: ({ reading, spec }) => perPhase(reading.voltageV, 'V', spec, '-N'),
  Frequency: ({ reading }) => one(reading.frequencyHz, 'Hertz', 2),
  SoC: ({ reading }) => (reading.soc === undefined ? [] : one(Math.floor(reading.soc), 'Percent', 1, 'EV')),
  Temperature: ({ reading }) => one(reading.temperatureC, 'Celsius', 1, 'Body'),
};

export const measurandNames: readonly string[] = Object.keys(samplers);

/** Every value of a measurand; none where it has none here. */
export function samplesOf(measurand: string, sampling: Sampling): Sample[] {
  return samplers[measurand]?.(sampling) ?? [];
}

/** Samples made up for at most after a sleep; a longer silence leaves a gap. */
const missedMost = 100;

/** The next time after `from`, not more than `missedMost` intervals behind the present. Milliseconds. */
export function nextSampleAt(from: number, intervalMs: number, present: number): number {
  const next = from + intervalMs;
  const missed = Math.floor((present - next) / intervalMs);
  return missed > missedMost ? next + (missed - missedMost) * intervalMs : next;
}

const dayMs = 86_400_000;

/** The next moment that is evenly spaced from midnight of `clock`, the charger's: how long until then, ms. */
export function untilAligned(clock: number, intervalMs: number): number {
  const since = clock - Math.floor(clock / dayMs) * dayMs;
  return Math.min((Math.floor(since / intervalMs) + 1) * intervalMs, dayMs) - since;
}
