// Sampled Meter Values (J02): what is measured at the start, during and at the end of a transaction, by SampledDataCtrlr.
import type { Charger } from '../../charger';
import { type Context, note } from '../../context';
import { advance } from '../../hardware/evse';
import { nextSampleAt } from '../../measurands';
import { bytesOf } from '../../queue-budget';
import { thinEvenly } from '../../thinning';
import { arm, disarm } from '../../timers';
import { variableIsTrue, variableList, variableNumber } from '../device-model/read';
import { queueEvent } from '../e-transactions/event';
import type { MeterValue, Transaction } from '../e-transactions/state';
import { type Bay, findBay, places } from '../places';
import { type ReadingContext, sampled } from './samples';

const isOn = (charger: Charger) => variableIsTrue(charger, 'SampledDataCtrlr', 'Enabled');

type Measurands = 'TxStartedMeasurands' | 'TxUpdatedMeasurands' | 'TxEndedMeasurands';

function take(context: Context, bay: Bay, variable: Measurands, why: ReadingContext): MeterValue[] {
  if (!isOn(context.charger)) return [];
  const key = `SampledDataCtrlr.${variable}`;
  return sampled(context, bay, variableList(context.charger, 'SampledDataCtrlr', variable), why, key);
}

/** For the first event (J02.FR.01). */
export const beginValues = (context: Context, bay: Bay) =>
  take(context, bay, 'TxStartedMeasurands', 'Transaction.Begin');

/** What the last event is to tell of the beginning. */
export function keepBegin(context: Context, bay: Bay): void {
  keep(context, bay, take(context, bay, 'TxEndedMeasurands', 'Transaction.Begin'));
}

/** For the last event: what has been kept for it, and how things stand now (J02.FR.03). */
export function endValues(context: Context, bay: Bay): MeterValue[] {
  const kept = bay.state.transaction?.data ?? [];
  return [...kept, ...take(context, bay, 'TxEndedMeasurands', 'Transaction.End')];
}

/** Bytes of samples that one transaction keeps for its last event, and all of a charger together. */
const dataBudgetBytes = 32 * 1024;
const allDataBudgetBytes = 128 * 1024;

/** Keeps samples for the last event of the transaction. */
export function keep(context: Context, { state }: Bay, values: MeterValue[]): void {
  const { transaction } = state;
  if (!transaction || values.length === 0) return;
  const { data = [], dataBytes = bytesOf(data) } = transaction;
  data.push(...values);
  transaction.data = data;
  transaction.dataBytes = values.reduce((sum, value) => sum + bytesOf(value) + 1, dataBytes);
  const share = Math.min(dataBudgetBytes, Math.floor(allDataBudgetBytes / places(context.charger).length));
  if (transaction.dataBytes > share) thin(context, transaction, data);
}

/** Half of the samples in between make room; the first and the last stay (J02.FR.11). */
function thin(context: Context, transaction: Transaction, data: MeterValue[]): void {
  transaction.data = thinEvenly(data);
  transaction.dataBytes = bytesOf(transaction.data);
  if (transaction.dataThinned || transaction.data.length === data.length) return;
  transaction.dataThinned = true;
  const what = `the meter values for the end of ${transaction.id} get too large`;
  note(context, 'warn', `${what}: every second sample in between is given up`);
}

const updatedTimer = (evseId: number) => `meterValues/${evseId}`;
const endedTimer = (evseId: number) => `endedValues/${evseId}`;

function updatedSeconds(charger: Charger, { intervalSeconds }: Transaction): number {
  if (!isOn(charger)) return 0;
  return intervalSeconds ?? variableNumber(charger, 'SampledDataCtrlr', 'TxUpdatedInterval');
}

const endedSeconds = (charger: Charger) =>
  isOn(charger) ? variableNumber(charger, 'SampledDataCtrlr', 'TxEndedInterval') : 0;

/** Samples of the transaction of an EVSE are taken from now on; 0 seconds: none. */
export function armSampling({ charger, now }: Context, { evseId, state }: Bay): void {
  disarmSampling(charger, evseId);
  if (!state.transaction) return;
  const [updated, ended] = [updatedSeconds(charger, state.transaction), endedSeconds(charger)];
  if (updated > 0) arm(charger, updatedTimer(evseId), now + updated * 1000);
  if (ended > 0) arm(charger, endedTimer(evseId), now + ended * 1000);
}

export function disarmSampling(charger: Charger, evseId: number): void {
  disarm(charger, updatedTimer(evseId));
  disarm(charger, endedTimer(evseId));
}

/** Timer `meterValues/<EVSE>`: an event with what is measured (J02.FR.02). */
export function updatedDue(context: Context, argument: string): void {
  const bay = findBay(context.charger, Number(argument));
  const transaction = bay?.state.transaction;
  if (!bay || !transaction) return;
  advance(bay.evse, bay.evseSpec, context.now);
  const meterValue = take(context, bay, 'TxUpdatedMeasurands', 'Sample.Periodic');
  if (meterValue.length > 0) {
    queueEvent(context, bay, transaction, 'Updated', { trigger: 'MeterValuePeriodic', meterValue, intermediate: true });
  }
  again(context, updatedTimer(bay.evseId), updatedSeconds(context.charger, transaction));
}

/** Timer `endedValues/<EVSE>`: a sample for the last event. */
export function endedDue(context: Context, argument: string): void {
  const bay = findBay(context.charger, Number(argument));
  if (!bay?.state.transaction) return;
  keep(context, bay, take(context, bay, 'TxEndedMeasurands', 'Sample.Periodic'));
  again(context, endedTimer(bay.evseId), endedSeconds(context.charger));
}

function again({ charger, now, present }: Context, timer: string, seconds: number): void {
  if (seconds > 0) arm(charger, timer, nextSampleAt(now, seconds * 1000, present));
}

/** What a trigger asks for (F06.FR.07): the measurands of TxUpdatedMeasurands as they stand. */
export const triggeredValues = (context: Context, bay: Bay) =>
  sampled(context, bay, variableList(context.charger, 'SampledDataCtrlr', 'TxUpdatedMeasurands'), 'Trigger');
