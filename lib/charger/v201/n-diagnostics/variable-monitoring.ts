// SetVariableMonitoring, ClearVariableMonitoring, SetMonitoringBase, SetMonitoringLevel (OCPP 2.0.1 N03 to N06).
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { type Context, touch } from '../../context';
import { find, type ModelVariable } from '../device-model/model';
import { bringUpToDate } from '../device-model/physical';
import { attribute } from '../device-model/read';
import { limit } from '../message-limits';
import { freshMark, isNumeric, isPeriodic } from './judging';
import {
  type ActiveMonitor,
  activeMonitors,
  customFrom,
  keepMonitoring,
  leastSevere,
  type Monitor,
  unmark,
} from './monitor';

type SetMonitoringData = RequestV201<'SetVariableMonitoring'>['setMonitoringData'][number];
type SetMonitoringResult = ResponseV201<'SetVariableMonitoring'>['setMonitoringResult'][number];

/** Monitors that the CSMS may set: they are part of the document. */
const customMost = 30;
const longestPeriodSeconds = 86_400;

/** SetVariableMonitoring (N04): every element is answered for itself. */
export function setVariableMonitoring(
  context: Context,
  request: RequestV201<'SetVariableMonitoring'>,
): ResponseV201<'SetVariableMonitoring'> {
  const { setMonitoringData } = request;
  limit(context.charger, 'SetVariableMonitoring', setMonitoringData.length, request);
  bringUpToDate(context.charger, context.now);
  const setMonitoringResult = setMonitoringData.map((data) => setMonitor(context, data));
  touch(context);
  return { setMonitoringResult };
}

function setMonitor(context: Context, data: SetMonitoringData): SetMonitoringResult {
  const { type, component, variable, severity, id } = data;
  const asked = { type, component, variable, severity, ...(id === undefined ? {} : { id }) };
  const search = find(context.charger, component, variable);
  if (search.status !== 'Accepted') return { status: search.status, ...asked };
  const { found } = search;
  const refused = refusal(context.charger, data, found);
  if (refused) return { ...refused, ...asked };
  return { status: 'Accepted', ...asked, id: install(context, data, found) };
}

type Refused = Pick<SetMonitoringResult, 'status' | 'statusInfo'>;

function refusal(charger: Charger, data: SetMonitoringData, found: ModelVariable): Refused | undefined {
  return unsupported(data, found) ?? outOfRange(data, found) ?? conflict(charger, data, found);
}

/** N04.FR.05 */
function unsupported({ type }: SetMonitoringData, { definition }: ModelVariable): Refused | undefined {
  const { monitored, characteristics } = definition;
  const isThreshold = type === 'UpperThreshold' || type === 'LowerThreshold';
  if (monitored && (!isThreshold || isNumeric(characteristics.dataType))) return undefined;
  return { status: 'UnsupportedMonitorType' };
}

/** N04.FR.06, N04.FR.14 */
function outOfRange({ type, value, severity }: SetMonitoringData, { definition }: ModelVariable): Refused | undefined {
  const { minLimit = -Infinity, maxLimit = Infinity } = definition.characteristics;
  if (severity < 0 || severity > leastSevere) return rejected('ValueOutOfRange', `severities are 0 to ${leastSevere}`);
  if (type === 'Delta') return value < 0 ? rejected('ValuePositiveOnly', 'a delta must not be negative') : undefined;
  if (isPeriodic(type)) {
    const fits = Number.isInteger(value) && value >= 1 && value <= longestPeriodSeconds;
    return fits
      ? undefined
      : rejected('ValueOutOfRange', `a period must be 1 to ${longestPeriodSeconds} whole seconds`);
  }
  if (value >= minLimit && value <= maxLimit) return undefined;
  return rejected('ValueOutOfRange', `the variable lies between ${minLimit} and ${maxLimit}`);
}

const rejected = (reasonCode: string, additionalInfo: string): Refused => ({
  status: 'Rejected',
  statusInfo: { reasonCode, additionalInfo },
});

/** N04.FR.10, N04.FR.13, N04.FR.16, N04.FR.18 */
function conflict(charger: Charger, data: SetMonitoringData, { home, key }: ModelVariable): Refused | undefined {
  const { id, type, severity } = data;
  const active = activeMonitors(charger);
  const present = id === undefined ? undefined : active.find((one) => one.id === id);
  if (id !== undefined && !present) return rejected('NotFound', `there is no monitor ${id}`);
  if (present?.origin === 'HardWiredMonitor') return rejected('ReadOnly', `monitor ${id} is hard-wired`);
  if (present && (present.home !== home || present.key !== key)) {
    return rejected('InvalidValue', `monitor ${id} is one of another variable`);
  }
  const isTwin = (one: ActiveMonitor) =>
    one.id !== id && one.home === home && one.key === key && one.type === type && one.severity === severity;
  if (active.some(isTwin)) return { status: 'Duplicate' };
  const { custom = [] } = charger.v201?.monitoring ?? {};
  if (custom.length >= customMost && !custom.some((one) => one.id === id)) {
    return rejected('OutOfStorage', `at most ${customMost} monitors may be set`);
  }
  return undefined;
}

/** N04.FR.11, N04.FR.12, N04.FR.15: a monitor that is replaced keeps its id, and is a custom one from then on. */
function install(context: Context, data: SetMonitoringData, found: ModelVariable): number {
  const { charger, dialect, now } = context;
  const { type, value, severity, transaction } = data;
  const { custom = [], marks = {}, lastId = customFrom - 1 } = charger.v201?.monitoring ?? {};
  const id = data.id ?? lastId + 1;
  const { home, key } = found;
  const monitor: Monitor = { id, home, key, type, value, severity, ...(transaction ? { transaction } : {}) };
  const actual = attribute(charger, found, 'Actual', dialect.timestamp(context)) ?? '';
  // N07.FR.11: a threshold that is changed while it is exceeded is looked at anew, so it keeps its mark.
  const before = custom.find((one) => one.id === id) ?? activeMonitors(charger).find((one) => one.id === id);
  const mark =
    before?.type === type && type.endsWith('Threshold') ? (marks[id] ?? {}) : freshMark(charger, monitor, actual, now);
  keepMonitoring(charger, {
    custom: [...custom.filter((one) => one.id !== id), monitor],
    marks: { ...marks, [id]: mark },
    lastId: Math.max(id, lastId),
  });
  return id;
}

/** ClearVariableMonitoring (N06): what is hard-wired stays; nothing is told of thresholds that were exceeded (N07.FR.12). */
export function clearVariableMonitoring(
  context: Context,
  request: RequestV201<'ClearVariableMonitoring'>,
): ResponseV201<'ClearVariableMonitoring'> {
  const { charger } = context;
  limit(charger, 'ClearVariableMonitoring', request.id.length, request);
  const clearMonitoringResult = request.id.map((id) => ({ id, status: clear(charger, id) }));
  touch(context);
  return { clearMonitoringResult };
}

function clear(charger: Charger, id: number): 'Accepted' | 'Rejected' | 'NotFound' {
  const monitor = activeMonitors(charger).find((one) => one.id === id);
  if (!monitor) return 'NotFound';
  if (monitor.origin === 'HardWiredMonitor') return 'Rejected';
  const { custom = [], cleared = [] } = charger.v201?.monitoring ?? {};
  // A preconfigured monitor stays away until the base is set, also when it had been replaced.
  const isMade = id < customFrom;
  keepMonitoring(charger, {
    custom: custom.filter((one) => one.id !== id),
    ...(isMade ? { cleared: [...cleared, id] } : {}),
  });
  unmark(charger, [id]);
  return 'Accepted';
}

/** SetMonitoringBase (N03): `All` leaves custom monitors, the others do away with them. */
export function setMonitoringBase(
  context: Context,
  { monitoringBase }: RequestV201<'SetMonitoringBase'>,
): ResponseV201<'SetMonitoringBase'> {
  const { charger } = context;
  const { custom = [] } = charger.v201?.monitoring ?? {};
  const gone = monitoringBase === 'All' ? [] : custom.map(({ id }) => id);
  keepMonitoring(charger, {
    base: monitoringBase === 'All' ? undefined : monitoringBase,
    cleared: undefined,
    ...(gone.length > 0 ? { custom: undefined } : {}),
  });
  unmark(charger, gone);
  touch(context);
  return { status: 'Accepted' };
}

/** SetMonitoringLevel (N05): events of a higher severity number are not told. */
export function setMonitoringLevel(
  context: Context,
  { severity }: RequestV201<'SetMonitoringLevel'>,
): ResponseV201<'SetMonitoringLevel'> {
  if (severity < 0 || severity > leastSevere) return { status: 'Rejected' };
  keepMonitoring(context.charger, { level: severity === leastSevere ? undefined : severity });
  touch(context);
  return { status: 'Accepted' };
}
