// Whether a monitor triggers on a value, and when it next may (OCPP 2.0.1 N07, N08). What is said then, and to whom, is in `events.ts`.
import type { Charger } from '../../charger';
import { chargerTime, hostTime } from '../../clock';
import { advance, type Evse } from '../../hardware/evse';
import { specsOf } from '../../specs';
import { type DataType, standardValue } from '../device-model/definition';
import type { ModelVariable } from '../device-model/model';
import type { Monitor, MonitorMark, MonitorType } from './monitor';

export interface Verdict {
  /** It triggers; `cleared`: by coming back inside its threshold. */
  triggers?: 'raised' | 'cleared' | 'changed' | 'period';
  /** How it stands from now on. */
  mark: MonitorMark;
}

type Judge = (monitor: Monitor, mark: MonitorMark, value: string, isNumber: boolean) => Verdict;

/** On a value at a time, the charger's own; periodic monitors do not ask for the value. */
export function judge(
  charger: Charger,
  monitor: Monitor,
  mark: MonitorMark,
  value: string,
  type: DataType,
  now: number,
): Verdict {
  if (isPeriodic(monitor.type)) return period(charger, monitor, mark, now);
  return judges[monitor.type](monitor, mark, value, isNumeric(type));
}

export const isNumeric = (type: DataType) => type === 'integer' || type === 'decimal';

export const isPeriodic = (type: MonitorType): type is 'Periodic' | 'PeriodicClockAligned' =>
  type === 'Periodic' || type === 'PeriodicClockAligned';

const judges: Record<'UpperThreshold' | 'LowerThreshold' | 'Delta', Judge> = {
  // N07.FR.16, N07.FR.17: beyond the threshold, not on it.
  UpperThreshold: (monitor, mark, value) => threshold(Number(value) > monitor.value, mark),
  LowerThreshold: (monitor, mark, value) => threshold(Number(value) < monitor.value, mark),
  // N07.FR.18, N07.FR.19
  Delta(monitor, { from = 'false' }, value, isNumber) {
    const changed = isNumber ? Math.abs(Number(value) - Number(from)) >= Math.max(monitor.value, 1e-9) : value !== from;
    return changed ? { triggers: 'changed', mark: markFrom(value) } : { mark: markFrom(from) };
  },
};

/** Nothing need be kept of what has no problem. */
const markFrom = (from: string): MonitorMark => (from === 'false' ? {} : { from });

function threshold(beyond: boolean, before: MonitorMark): Verdict {
  const mark: MonitorMark = beyond ? { raised: true } : {};
  if (beyond === (before.raised ?? false)) return { mark };
  return { triggers: beyond ? 'raised' : 'cleared', mark };
}

/** A period that was slept through counts once. */
function period(charger: Charger, monitor: Monitor, { next }: MonitorMark, now: number): Verdict {
  if (next !== undefined && now < next) return { mark: { next } };
  const mark = { next: nextPeriod(charger, monitor, now) };
  return next === undefined ? { mark } : { triggers: 'period', mark };
}

const dayMs = 86_400_000;

/** N08.FR.07: clock-aligned periods are counted from midnight, in the charger's clock. */
function nextPeriod(charger: Charger, { type, value }: Monitor, now: number): number {
  const ms = value * 1000;
  if (type === 'Periodic') return now + ms;
  const clock = chargerTime(charger, now);
  const midnight = Math.floor(clock / dayMs) * dayMs;
  const next = midnight + (Math.floor((clock - midnight) / ms) + 1) * ms;
  return hostTime(charger, Math.min(next, midnight + dayMs));
}

/** How a monitor stands that has just been set: changes count from here (N07.FR.18, N08.FR.06). */
export function freshMark(charger: Charger, monitor: Monitor, value: string, now: number): MonitorMark {
  if (isPeriodic(monitor.type)) return { next: nextPeriod(charger, monitor, now) };
  return monitor.type === 'Delta' ? markFrom(value) : {};
}

/** How far ahead is looked for a value to cross, in steps that double. */
const firstStepMs = 15_000;
const horizonMs = 8 * 3_600_000;
/** The crossing is found this exactly. */
const exactMs = 250;

/**
 * When a value that changes by itself will trigger the monitor if nothing else happens; `undefined`: not within hours. A value that goes
 * beyond and comes back between two looks is missed, as it is by a charger that samples. Charger's own time, epoch ms.
 */
export function nextTrigger(
  charger: Charger,
  monitor: Monitor,
  mark: MonitorMark,
  one: ModelVariable,
  now: number,
): number | undefined {
  if (mark.next !== undefined) return mark.next;
  if (!one.definition.drifts || isAtRest(charger, one)) return undefined;
  const triggersAt = (at: number) => {
    const value = standardValue(one.definition, later(charger, one, at), one.at);
    return judge(charger, monitor, mark, value, one.definition.characteristics.dataType, at).triggers !== undefined;
  };
  let quiet = now;
  for (let step = firstStepMs; step <= horizonMs; step *= 2) {
    if (triggersAt(now + step)) return between(quiet, now + step, triggersAt);
    quiet = now + step;
  }
  return undefined;
}

function between(quiet: number, triggered: number, triggersAt: (at: number) => boolean): number {
  let [from, to] = [quiet, triggered];
  while (to - from > exactMs) {
    const middle = Math.round((from + to) / 2);
    if (triggersAt(middle)) to = middle;
    else from = middle;
  }
  return to;
}

/** Nothing flows and nothing cools down. */
function isAtRest(charger: Charger, { at }: ModelVariable): boolean {
  const evse = charger.evses[(at.evseId ?? 0) - 1];
  return !evse || (evse.contactor === 'open' && evse.temperatureC === undefined);
}

/** The charger as it will be if nothing happens, as far as the EVSE of a variable goes. */
function later(charger: Charger, { at }: ModelVariable, time: number): Charger {
  const index = (at.evseId ?? 0) - 1;
  const [evse, spec] = [charger.evses[index], specsOf(charger)[index]];
  if (!evse || !spec) return charger;
  const copy: Evse = { ...evse, ...(evse.ev ? { ev: { ...evse.ev } } : {}) };
  advance(copy, spec, time);
  return { ...charger, evses: charger.evses.map((other, place) => (place === index ? copy : other)) };
}
