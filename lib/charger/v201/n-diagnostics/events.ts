// NotifyEvent (OCPP 2.0.1 N07, N08): monitors are looked at after everything that may have changed a variable, and when one is due; what
// triggers is told, or queued, or dropped, as its severity says.
import { enqueue } from '../../calls';
import type { Charger, QueuedCall } from '../../charger';
import { type Context, note } from '../../context';
import { isUp, reachable } from '../../link';
import { isAccepted } from '../../registration';
import { arm, disarm } from '../../timers';
import type { Location } from '../device-model/definition';
import { type ModelVariable, modelOf } from '../device-model/model';
import { bringUpToDate } from '../device-model/physical';
import { attribute, variableIsTrue, variableNumber } from '../device-model/read';
import { judge, nextTrigger, type Verdict } from './judging';
import { type ActiveMonitor, activeMonitors, keepMonitoring, leastSevere, type MonitorMark } from './monitor';

/** What monitors have to know of the rest of the controller. */
export interface Surroundings {
  /** The id of the transaction at a place, if one runs there. */
  transactionAt(charger: Charger, at: Location): string | undefined;
}

/** Events that wait for the CSMS at most: they are part of the document. */
const queuedMost = 20;

interface Triggered {
  monitor: ActiveMonitor;
  one: ModelVariable;
  value: string;
  how: NonNullable<Verdict['triggers']>;
}

/** Looks at every monitor at the present moment, tells what triggers, and sets the deadline for the next that will by itself. */
export function checkMonitors(context: Context, surroundings: Surroundings): void {
  const { charger, now } = context;
  disarm(charger, 'monitors');
  if (!charger.v201 || !isUp(charger) || !variableIsTrue(charger, 'MonitoringCtrlr', 'Enabled')) return;
  bringUpToDate(charger, now);
  const before = charger.v201.monitoring?.marks ?? {};
  const marks: Record<string, MonitorMark> = {};
  const triggered: Triggered[] = [];
  let due: number | undefined;
  for (const monitor of activeMonitors(charger)) {
    const one = variableAt(charger, monitor);
    if (!one) continue;
    const mark = before[monitor.id] ?? {};
    const isOn = !monitor.transaction || surroundings.transactionAt(charger, one.at) !== undefined;
    const after = isOn ? look(context, monitor, mark, one, triggered) : mark;
    if (Object.keys(after).length > 0) marks[monitor.id] = after;
    const next = isOn ? nextTrigger(charger, monitor, after, one, now) : undefined;
    if (next !== undefined && (due === undefined || next < due)) due = next;
  }
  keepMonitoring(charger, { marks });
  if (due !== undefined) arm(charger, 'monitors', Math.max(due, now + 1));
  tell(context, triggered, surroundings);
}

function look(
  context: Context,
  monitor: ActiveMonitor,
  mark: MonitorMark,
  one: ModelVariable,
  triggered: Triggered[],
): MonitorMark {
  const { charger, dialect, now } = context;
  const value = attribute(charger, one, 'Actual', dialect.timestamp(context)) ?? '';
  const { dataType } = one.definition.characteristics;
  const { triggers, mark: after } = judge(charger, monitor, mark, value, dataType, now);
  if (triggers) triggered.push({ monitor, one, value, how: triggers });
  return after;
}

function variableAt(charger: Charger, { home, key }: ActiveMonitor): ModelVariable | undefined {
  return modelOf(charger).byHome.get(home)?.get(key);
}

function tell(context: Context, triggered: Triggered[], surroundings: Surroundings): void {
  const { charger } = context;
  if (triggered.length === 0) return;
  const { level = leastSevere } = charger.v201?.monitoring ?? {};
  const most = variableNumber(charger, 'MonitoringCtrlr', 'OfflineQueuingSeverity');
  const told = triggered.filter(({ monitor }) => monitor.severity <= level);
  send(
    context,
    told.filter(({ monitor }) => monitor.severity <= most),
    'kept',
    surroundings,
  );
  send(
    context,
    told.filter(({ monitor }) => monitor.severity > most),
    'plain',
    surroundings,
  );
  context.save = true;
}

/** N07.FR.04, N08.FR.03: what is kept waits for a connection; the rest is lost without one. */
function send(context: Context, triggered: Triggered[], kind: 'kept' | 'plain', surroundings: Surroundings): void {
  const { charger, dialect } = context;
  if (triggered.length === 0) return;
  if (kind === 'plain' && !(isAccepted(charger) && reachable(charger))) {
    return note(context, 'info', `${triggered.length} monitor events are not told: the charger is offline`);
  }
  const generatedAt = dialect.timestamp(context);
  const eventData = triggered.map((one) => eventOf(charger, one, generatedAt, surroundings));
  enqueue(context, { action: 'NotifyEvent', payload: { generatedAt, seqNo: 0, tbc: false, eventData }, kind });
  if (kind === 'kept') makeRoom(context);
}

function eventOf(
  charger: Charger,
  { monitor, one, value, how }: Triggered,
  timestamp: string,
  surroundings: Surroundings,
) {
  const transactionId = surroundings.transactionAt(charger, one.at);
  return {
    eventId: nextEvent(charger),
    timestamp,
    trigger: triggerOf[how],
    actualValue: value,
    ...(how === 'cleared' ? { cleared: true } : {}),
    ...(transactionId === undefined ? {} : { transactionId }),
    variableMonitoringId: monitor.id,
    eventNotificationType: monitor.origin,
    component: one.component,
    variable: one.variable,
  };
}

/** NotifyEvent that a tester sends: the station's Problem as it stands. */
export function eventPayload(context: Context): Record<string, unknown> {
  const { charger, dialect } = context;
  const generatedAt = dialect.timestamp(context);
  const one = modelOf(charger).byHome.get('ChargingStation')?.get('Problem');
  if (!one) throw new Error('the device model has no ChargingStation.Problem');
  const eventData = {
    eventId: nextEvent(charger),
    timestamp: generatedAt,
    trigger: 'Periodic',
    actualValue: attribute(charger, one, 'Actual', generatedAt),
    eventNotificationType: 'HardWiredNotification',
    component: one.component,
    variable: one.variable,
  };
  return { generatedAt, seqNo: 0, tbc: false, eventData: [eventData] };
}

const triggerOf = { raised: 'Alerting', cleared: 'Alerting', changed: 'Delta', period: 'Periodic' } as const;

function nextEvent(charger: Charger): number {
  const id = (charger.v201?.monitoring?.lastEvent ?? 0) + 1;
  keepMonitoring(charger, { lastEvent: id });
  return id;
}

const isEvent = (call: QueuedCall) => call.action === 'NotifyEvent' && !call.raw;

/** The oldest give way. */
function makeRoom(context: Context): void {
  const { calls } = context.charger;
  const waiting = calls.queue.filter(isEvent);
  const gone = new Set(waiting.slice(0, Math.max(0, waiting.length - queuedMost)));
  if (gone.size === 0) return;
  calls.queue = calls.queue.filter((call) => !gone.has(call));
  note(context, 'warn', `${gone.size} monitor events given up: more than ${queuedMost} wait for the CSMS`);
}
