// Monitors of variables as the charger document keeps them, and those that a charger is made with (OCPP 2.0.1 part 1 §4.5, N02 to N06).
// When they trigger is in `judging.ts`.
import type { Charger } from '../../charger';
import type { EvseSpec } from '../../hardware/models';
import { specsOf } from '../../specs';
import { type ModelVariable, modelOf } from '../device-model/model';

export const monitorTypes = ['UpperThreshold', 'LowerThreshold', 'Delta', 'Periodic', 'PeriodicClockAligned'] as const;
export type MonitorType = (typeof monitorTypes)[number];

/** Who has made a monitor: EventNotificationEnumType says it to the CSMS. */
export type MonitorOrigin = 'HardWiredMonitor' | 'PreconfiguredMonitor' | 'CustomMonitor';

export interface Monitor {
  id: number;
  /** The variable, as the device model keeps it. */
  home: string;
  key: string;
  type: MonitorType;
  value: number;
  /** 0 (danger) to 9 (debug). */
  severity: number;
  /** Only while there is a transaction on the EVSE that the variable is of. */
  transaction?: true;
}

/** How a monitor stands; kept only where there is something to say. */
export interface MonitorMark {
  /** A threshold has been crossed, and that has been said. */
  raised?: true;
  /** Delta: the value when it was set or triggered last; absent: that of a variable without a problem. */
  from?: string;
  /** Periodic: when it triggers next, the charger's own time, epoch ms. */
  next?: number;
}

export type MonitoringBase = 'All' | 'FactoryDefault' | 'HardWiredOnly';

export interface MonitoringState {
  /** Absent: All. */
  base?: MonitoringBase;
  /** The highest severity number that is told; absent: 9, all. */
  level?: number;
  custom?: Monitor[];
  /** Preconfigured monitors that the CSMS has cleared. */
  cleared?: number[];
  /** By monitor id. */
  marks?: Record<string, MonitorMark>;
  /** Counters of ids that were handed out. */
  lastId?: number;
  lastEvent?: number;
}

export const leastSevere = 9;

/** Ids of custom monitors begin here: those that the charger was made with have theirs below. */
export const customFrom = 1001;

interface BuiltIn extends Monitor {
  origin: 'HardWiredMonitor' | 'PreconfiguredMonitor';
}

/** Contacts that have been under full load for an hour. */
const hotC = 45;

const builtIn = new WeakMap<EvseSpec[], BuiltIn[]>();

/** Monitors that a charger is made with: hard-wired ones of every Problem, one for the temperature of each EVSE. */
function builtInOf(charger: Charger): BuiltIn[] {
  const specs = specsOf(charger);
  const known = builtIn.get(specs);
  if (known) return known;
  const made = modelOf(charger).variables.flatMap((one) => withoutId(one) ?? []);
  const monitors = made.map((one, at): BuiltIn => ({ id: at + 1, ...one }));
  builtIn.set(specs, monitors);
  return monitors;
}

function withoutId({ home, key }: ModelVariable): Omit<BuiltIn, 'id'> | undefined {
  if (key === 'Problem') return { home, key, type: 'Delta', value: 1, severity: 3, origin: 'HardWiredMonitor' };
  if (key !== 'Temperature') return undefined;
  return { home, key, type: 'UpperThreshold', value: hotC, severity: 6, origin: 'PreconfiguredMonitor' };
}

/** A monitor that is in force, with who made it. */
export interface ActiveMonitor extends Monitor {
  origin: MonitorOrigin;
}

/** Monitors in force under the present base, by id. */
export function activeMonitors(charger: Charger): ActiveMonitor[] {
  const { base = 'All', custom = [], cleared = [] } = charger.v201?.monitoring ?? {};
  const replaced = new Set([...custom.map(({ id }) => id), ...cleared]);
  const made = builtInOf(charger).filter(
    ({ id, origin }) => origin === 'HardWiredMonitor' || (base !== 'HardWiredOnly' && !replaced.has(id)),
  );
  return [...made, ...custom.map((one): ActiveMonitor => ({ ...one, origin: 'CustomMonitor' }))];
}

/** Changes what is kept of monitoring; what is `undefined` or empty is taken out. */
export function keepMonitoring(
  { v201 }: Charger,
  changes: { [K in keyof MonitoringState]?: MonitoringState[K] | undefined },
): void {
  if (!v201) return;
  const merged = Object.entries({ ...v201.monitoring, ...changes }).filter(([, value]) => !isNothing(value));
  if (merged.length === 0) delete v201.monitoring;
  else v201.monitoring = Object.fromEntries(merged) as MonitoringState;
}

function isNothing(value: unknown): boolean {
  if (value === undefined) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Forgets how a monitor stands. */
export function unmark(charger: Charger, ids: number[]): void {
  const marks = Object.entries(charger.v201?.monitoring?.marks ?? {}).filter(([id]) => !ids.includes(Number(id)));
  keepMonitoring(charger, { marks: Object.fromEntries(marks) });
}
