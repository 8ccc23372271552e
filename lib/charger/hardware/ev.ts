// The electric vehicle: what a tester may set of it, what it is when nothing is set. How it charges is in `charging.ts`.
import { HardwareError } from './error';
import { type EvseSpec, isDc } from './models';

export interface EvSettings {
  /** Starting point for what is left out: a name of `evPresets`. */
  preset?: string;
  batteryCapacityWh?: number;
  /** State of charge, 0 to 100 %. */
  soc?: number;
  /** The most the EV takes, over all its phases. */
  maxPowerW?: number;
  phases?: 1 | 2 | 3;
  /** Pairs of [state of charge %, share of maxPowerW 0..1], piecewise linear, constant beyond the ends. */
  chargingCurve?: [number, number][];
  /** The EV asks for no energy: SuspendedEV. */
  suspended?: boolean;
  /** The EV does not charge when less than this is offered (per phase on AC; IEC 61851-1: 6 A). */
  minCurrentA?: number;
  /** Voltage of the battery empty and full; matters on DC. */
  batteryVoltageV?: [number, number];
}

export interface Ev {
  batteryCapacityWh: number;
  soc: number;
  maxPowerW: number;
  phases: 1 | 2 | 3;
  chargingCurve: [number, number][];
  suspended: boolean;
  minCurrentA: number;
  /** Absent: `defaultBatteryVoltageV`. */
  batteryVoltageV?: [number, number];
}

/** A 400 V battery, empty and full. */
export const defaultBatteryVoltageV: [number, number] = [350, 420];

const defaultCurve: [number, number][] = [
  [0, 1],
  [80, 1],
  [100, 0.1],
];

/** EVs to choose from, in the classes that are on the road. `ac` and `dc` differ in power: a preset names the way it charges. */
export const evPresets: Record<string, EvSettings> = {
  'compact-ac': { batteryCapacityWh: 40_000, maxPowerW: 7_400, phases: 1 },
  'sedan-ac': { batteryCapacityWh: 60_000, maxPowerW: 11_000, phases: 3 },
  'premium-ac': { batteryCapacityWh: 95_000, maxPowerW: 22_000, phases: 3 },
  'plug-in-hybrid': { batteryCapacityWh: 12_000, maxPowerW: 3_700, phases: 1 },
  'compact-dc': {
    batteryCapacityWh: 40_000,
    maxPowerW: 50_000,
    chargingCurve: [
      [0, 0.9],
      [10, 1],
      [60, 1],
      [80, 0.5],
      [100, 0.08],
    ],
  },
  'sedan-dc': {
    batteryCapacityWh: 60_000,
    maxPowerW: 170_000,
    chargingCurve: [
      [0, 0.8],
      [5, 1],
      [25, 1],
      [50, 0.6],
      [80, 0.3],
      [100, 0.05],
    ],
  },
  'premium-dc-800v': {
    batteryCapacityWh: 85_000,
    maxPowerW: 260_000,
    batteryVoltageV: [660, 830],
    chargingCurve: [
      [0, 0.7],
      [10, 1],
      [50, 1],
      [80, 0.5],
      [100, 0.05],
    ],
  },
};

/** The EV that `settings` describe; what they leave out depends on the EVSE it is plugged into. @throws HardwareError `badEv` */
export function createEv(settings: EvSettings | undefined, spec: EvseSpec): Ev {
  const given = { ...preset(settings?.preset), ...settings };
  const phases = given.phases ?? spec.phases;
  const ev: Ev = {
    batteryCapacityWh: 60_000,
    soc: 20,
    maxPowerW: isDc(spec) ? 120_000 : phases === 3 ? 11_000 : 7_400,
    phases,
    chargingCurve: defaultCurve.map(([soc, share]) => [soc, share]),
    suspended: false,
    minCurrentA: isDc(spec) ? 0 : 6,
  };
  changeEv(ev, given);
  return ev;
}

/** Changes what `settings` name and nothing else; all or nothing. @throws HardwareError `badEv` */
export function changeEv(ev: Ev, settings: EvSettings): void {
  const { preset: name, ...own } = settings;
  const given = { ...preset(name), ...own };
  check(given);
  const { chargingCurve, batteryVoltageV, ...plain } = given;
  Object.assign(ev, JSON.parse(JSON.stringify(plain)));
  if (chargingCurve) ev.chargingCurve = sorted(chargingCurve);
  if (batteryVoltageV) ev.batteryVoltageV = [batteryVoltageV[0], batteryVoltageV[1]];
}

function preset(name: string | undefined): EvSettings {
  if (name === undefined) return {};
  const found = Object.hasOwn(evPresets, name) ? evPresets[name] : undefined;
  if (found) return found;
  throw new HardwareError('badEv', `ev.preset: there is no "${name}"; there are ${Object.keys(evPresets).join(', ')}`);
}

function sorted(curve: [number, number][]): [number, number][] {
  return curve.map(([soc, share]): [number, number] => [soc, share]).sort((a, b) => a[0] - b[0]);
}

function check(given: EvSettings): void {
  within('batteryCapacityWh', given.batteryCapacityWh, 1, 10_000_000);
  within('soc', given.soc, 0, 100);
  within('maxPowerW', given.maxPowerW, 0, 10_000_000);
  within('phases', given.phases, 1, 3);
  within('minCurrentA', given.minCurrentA, 0, 1_000);
  for (const voltage of given.batteryVoltageV ?? []) within('batteryVoltageV', voltage, 1, 2_000);
  if (given.chargingCurve?.length === 0) {
    throw new HardwareError('badEv', 'ev.chargingCurve must have at least one [state of charge, share] pair');
  }
  for (const [soc, share] of given.chargingCurve ?? []) {
    within('chargingCurve state of charge', soc, 0, 100);
    within('chargingCurve share', share, 0, 1);
  }
}

function within(name: string, value: number | undefined, low: number, high: number): void {
  if (value === undefined || (value >= low && value <= high)) return;
  throw new HardwareError('badEv', `ev.${name} must be between ${low} and ${high}, not ${value}`);
}
