// Clock-aligned Meter Values (J01): what every EVSE and the main meter measure at even times of the charger's clock, by AlignedDataCtrlr.
import { enqueue } from '../../calls';
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import type { Context } from '../../context';
import { energyRegister, nextSampleAt, untilAligned } from '../../measurands';
import { registrationStatus } from '../../registration';
import { arm, disarm } from '../../timers';
import { variableIsTrue, variableList, variableNumber } from '../device-model/read';
import { queueEvent } from '../e-transactions/event';
import type { MeterValue } from '../e-transactions/state';
import { type Bay, bays, findBay } from '../places';
import { keep } from './sampled';
import { mainMeter, type ReadingContext, sampled } from './samples';

const timer = 'clockAligned';
const endedTimer = 'alignedEnded';

const measurands = (charger: Charger) => variableList(charger, 'AlignedDataCtrlr', 'Measurands');

type Measurands = 'Measurands' | 'TxEndedMeasurands';

const values = (context: Context, bay: Bay, variable: Measurands, why: ReadingContext, list?: string) =>
  sampled(context, bay, variableList(context.charger, 'AlignedDataCtrlr', variable), why, list);

/** Arms the next clock-aligned moments; 0 seconds: none. */
export function armAligned(context: Context): void {
  const { charger } = context;
  const isOn = variableIsTrue(charger, 'AlignedDataCtrlr', 'Enabled') && registrationStatus(charger) === 'Accepted';
  armFor(context, timer, isOn ? variableNumber(charger, 'AlignedDataCtrlr', 'Interval') : 0);
  armFor(context, endedTimer, isOn ? variableNumber(charger, 'AlignedDataCtrlr', 'TxEndedInterval') : 0);
}

function armFor(context: Context, name: string, seconds: number): void {
  const { charger, now, present } = context;
  disarm(charger, name);
  if (seconds <= 0) return;
  const intervalMs = seconds * 1000;
  const at = now + untilAligned(chargerTime(charger, now), intervalMs);
  arm(charger, name, nextSampleAt(at - intervalMs, intervalMs, present));
}

/** Timer `clockAligned`. */
export function alignedDue(context: Context): void {
  const { charger } = context;
  const all = bays(charger);
  const busy = all.some(({ state }) => state.transaction);
  // AlignedDataCtrlr.SendDuringIdle: nothing while a transaction runs.
  if (!busy || !variableIsTrue(charger, 'AlignedDataCtrlr', 'SendDuringIdle')) {
    if (measurands(charger).includes(energyRegister)) sendIdle(context, 0, [mainMeter(context, 'Sample.Clock')]);
    for (const bay of all) sendAligned(context, bay);
  }
  armFor(context, timer, variableNumber(charger, 'AlignedDataCtrlr', 'Interval'));
}

/** During a transaction they go with its events, else in a message of their own (J01.FR.18, J01.FR.19). */
function sendAligned(context: Context, bay: Bay): void {
  const meterValue = values(context, bay, 'Measurands', 'Sample.Clock', 'AlignedDataCtrlr.Measurands');
  const { transaction } = bay.state;
  if (meterValue.length === 0) return;
  if (!transaction) return sendIdle(context, bay.evseId, meterValue);
  queueEvent(context, bay, transaction, 'Updated', { trigger: 'MeterValueClock', meterValue, intermediate: true });
}

function sendIdle(context: Context, evseId: number, meterValue: MeterValue[]): void {
  enqueue(context, {
    action: 'MeterValues',
    payload: { evseId, meterValue },
    kind: 'transaction',
    intermediate: true,
  });
}

/** Timer `alignedEnded`: samples for the last events of transactions. */
export function alignedEndedDue(context: Context): void {
  for (const bay of bays(context.charger)) {
    const list = 'AlignedDataCtrlr.TxEndedMeasurands';
    if (bay.state.transaction) keep(context, bay, values(context, bay, 'TxEndedMeasurands', 'Sample.Clock', list));
  }
  armFor(context, endedTimer, variableNumber(context.charger, 'AlignedDataCtrlr', 'TxEndedInterval'));
}

/** MeterValuesRequest of an EVSE (0: the main meter) that somebody asks for (F06.FR.06). */
export function meterValuesPayload(context: Context, evseId: number, why: ReadingContext): Record<string, unknown> {
  const bay = findBay(context.charger, evseId);
  if (!bay) return { evseId, meterValue: [mainMeter(context, why)] };
  const meterValue = values(context, bay, 'Measurands', why);
  return { evseId, meterValue: meterValue.length > 0 ? meterValue : sampled(context, bay, [energyRegister], why) };
}
