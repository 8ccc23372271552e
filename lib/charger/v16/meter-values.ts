// Meter values of 1.6: which measurands there are, how a sample looks, and when samples are taken (OCPP 1.6 §3.16, §4.7).
import { told as toldBy } from '../bent-meter';
import { enqueue } from '../calls';
import type { Charger } from '../charger';
import { chargerTime, timestamp } from '../clock';
import { type Context, note } from '../context';
import { advance, type Reading, read } from '../hardware/evse';
import {
  energyInterval,
  energyRegister,
  measurandNames,
  nextSampleAt,
  type Sample,
  type Sampling,
  samplesOf,
  untilAligned,
  wholeWh,
} from '../measurands';
import { bytesOf } from '../queue-budget';
import { thinEvenly } from '../thinning';
import { arm, disarm } from '../timers';
import { setting, settingList, settingNumber } from './configuration';
import { findPlace, type Place, places } from './places';
import type { Transaction } from './state';

export type ReadingContext =
  | 'Sample.Periodic'
  | 'Sample.Clock'
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Trigger'
  | 'Other';

interface SampledValue {
  value: string;
  context?: string;
  measurand?: string;
  phase?: string;
  location?: string;
  unit?: string;
}

/** One MeterValue element (OCPP 1.6 §7.33). */
export interface MeterValue {
  timestamp: string;
  sampledValue: SampledValue[];
}

/** `Voltage.L1` is the measurand Voltage of phase L1 (§9.1.17); a bare name means all its phases. */
function parted(name: string): { measurand: string; phase?: string } {
  const at = name.length - 3;
  const phase = name.slice(at + 1);
  if (name[at] !== '.' || (phase !== 'L1' && phase !== 'L2' && phase !== 'L3')) return { measurand: name };
  const measurand = name.slice(0, at);
  return measurand === 'Voltage' || measurand === 'Current.Import' ? { measurand, phase } : { measurand: name };
}

/** Is this a measurand that a charger supports, and may be configured? */
export function isMeasurand(name: string): boolean {
  return measurandNames.includes(parted(name).measurand);
}

/**
 * One MeterValue element (OCPP 1.6 §7.33), or nothing when none of the measurands has a value here. `list`: the
 * configuration key whose samples these are; each has intervals of its own.
 */
function meterValue(
  context: Context,
  place: Place,
  names: readonly string[],
  why: ReadingContext,
  list?: string,
): MeterValue | undefined {
  const reading = read(place.evse, place.evseSpec, context.now);
  const intervalWh = takeInterval(place, reading, names, list);
  const sampling = { reading, spec: place.evseSpec, intervalWh };
  const sampledValue: SampledValue[] = [];
  names.forEach((name, at) => {
    if (names.indexOf(name) === at) tellMeasurand(context, place, sampling, name, why, sampledValue);
  });
  return sampledValue.length === 0 ? undefined : { timestamp: timestamp(context), sampledValue };
}

/** Adds what the meter tells of one measurand, if it has it. */
function tellMeasurand(
  context: Context,
  place: Place,
  sampling: Sampling,
  name: string,
  why: ReadingContext,
  told: SampledValue[],
): void {
  const { measurand, phase } = parted(name);
  for (const sample of samplesOf(measurand, sampling)) {
    if (phase === undefined || sample.phase?.startsWith(phase)) told.push(tell(context, place, measurand, sample, why));
  }
}

/** As the meter tells it, which a tester may have made a wrong one. 1.6 has no unit for the frequency (§7.45). */
function tell(
  { charger, now }: Context,
  { connectorId }: Place,
  measurand: string,
  sample: Sample,
  why: ReadingContext,
): SampledValue {
  const { value, unit, phase, location } = sample;
  const shown = charger.behaviour?.meter ? bent(charger, connectorId, measurand, sample, now) : value;
  const told: SampledValue = { context: why, measurand, value: String(shown) };
  if (unit !== undefined && measurand !== 'Frequency') told.unit = unit;
  if (phase !== undefined) told.phase = phase;
  if (location !== undefined) told.location = location;
  return told;
}

function bent(charger: Charger, connectorId: number, measurand: string, sample: Sample, now: number): number {
  const [phase] = sample.phase?.split('-') ?? [];
  const digits = sample.unit === 'Wh' ? 0 : 3;
  return Number(toldBy(charger, { connectorId, measurand, phase }, sample.value, now).toFixed(digits));
}

/** The register of a connector as start and stop of a transaction tell it (OCPP 1.6 §6.45, §6.49). */
export function toldWh({ charger, now }: Context, connectorId: number, register: number): number {
  return Math.round(toldBy(charger, { connectorId, measurand: energyRegister }, register, now));
}

function takeInterval(place: Place, reading: Reading, names: readonly string[], list: string | undefined): number {
  const { transaction } = place.state;
  if (!transaction || !names.includes(energyInterval)) return 0;
  const register = wholeWh(reading.energyWh);
  const from = transaction.intervalFromWh?.[list ?? ''] ?? transaction.meterStartWh;
  if (list !== undefined) transaction.intervalFromWh = { ...transaction.intervalFromWh, [list]: register };
  return register - from;
}

/** Queues one MeterValues for a connector. Periodic and clock-aligned ones are transaction-related (OCPP 1.6 §3.7). */
export function sendMeterValues(context: Context, place: Place, key: string, why: ReadingContext): void {
  const value = meterValue(context, place, settingList(context.charger, key), why, key);
  if (!value) return;
  const { transaction } = place.state;
  enqueue(context, {
    action: 'MeterValues',
    payload: { connectorId: place.connectorId, meterValue: [value] },
    kind: 'transaction',
    intermediate: true,
    ...(transaction ? { transaction: transaction.id } : {}),
  });
}

/** The payload of a MeterValues that somebody asked for. */
export function meterValuesPayload(
  context: Context,
  connectorId: number,
  why: ReadingContext,
): Record<string, unknown> {
  const place = findPlace(context.charger, connectorId);
  if (!place) return { connectorId, meterValue: [mainMeter(context, why)] };
  const names = settingList(context.charger, 'MeterValuesSampledData');
  const value = meterValue(context, place, names, why) ?? meterValue(context, place, [energyRegister], why);
  const { transaction } = place.state;
  const transactionId = transaction?.transactionId;
  return { connectorId, ...(transactionId === undefined ? {} : { transactionId }), meterValue: [value] };
}

/** Connector 0: the main meter, which sees the sum (OCPP 1.6 §3.16.4). */
function mainMeter(context: Context, why: ReadingContext) {
  const { charger } = context;
  const energyWh = places(charger)
    .filter((place) => place.connector.id === 1)
    .reduce((sum, place) => sum + read(place.evse, place.evseSpec, context.now).energyWh, 0);
  const measurand = energyRegister;
  const value = String(toldWh(context, 0, wholeWh(energyWh)));
  const sampledValue = [{ value, context: why, measurand, unit: 'Wh', location: 'Inlet' }];
  return { timestamp: timestamp(context), sampledValue };
}

/** Bytes of samples that one transaction keeps for StopTransaction.transactionData, and all of a charger together. */
const dataBudgetBytes = 32 * 1024;
const allDataBudgetBytes = 128 * 1024;

/** Keeps a sample for StopTransaction.transactionData, if measurands are configured for it (OCPP 1.6 §3.16.2). */
export function keepForStop(context: Context, place: Place, key: string, why: ReadingContext): void {
  const { transaction } = place.state;
  if (!transaction || setting(context.charger, key) === '') return;
  const value = meterValue(context, place, settingList(context.charger, key), why, key);
  if (!value) return;
  const { data = [], dataBytes = bytesOf(data) } = transaction;
  data.push(value);
  transaction.data = data;
  transaction.dataBytes = dataBytes + bytesOf(value) + 1;
  const share = Math.min(dataBudgetBytes, Math.floor(allDataBudgetBytes / places(context.charger).length));
  if (transaction.dataBytes > share) thinData(context, transaction, data);
}

/** Half of the samples in between make room; the transaction's meterStart and meterStop stay exact anyway. */
function thinData(context: Context, transaction: Transaction, data: MeterValue[]): void {
  transaction.data = thinEvenly(data);
  transaction.dataBytes = bytesOf(transaction.data);
  if (transaction.dataThinned || transaction.data.length === data.length) return;
  transaction.dataThinned = true;
  note(
    context,
    'warn',
    `transactionData of ${transaction.id} gets too large: every second sample in between is given up`,
  );
}

/** Starts periodic sampling of a transaction. */
export function armSampling(context: Context, place: Place): void {
  const seconds = sampleInterval(context.charger, place.state.transaction);
  if (seconds > 0) arm(context.charger, `meterValues/${place.connectorId}`, context.now + seconds * 1000);
}

function sampleInterval(charger: Charger, transaction: Transaction | undefined): number {
  return transaction?.intervalSeconds ?? settingNumber(charger, 'MeterValueSampleInterval');
}

export function disarmSampling(charger: Charger, connectorId: number): void {
  disarm(charger, `meterValues/${connectorId}`);
}

/** MeterValueSampleInterval changed: running transactions follow at once. */
export function rearmSampling(context: Context): void {
  for (const place of places(context.charger)) {
    if (!place.state.transaction || place.state.transaction.intervalSeconds !== undefined) continue;
    disarmSampling(context.charger, place.connectorId);
    armSampling(context, place);
  }
}

/** Timer `meterValues/<connector>`. */
export function sampleDue(context: Context, argument: string): void {
  const place = findPlace(context.charger, Number(argument));
  const transaction = place?.state.transaction;
  if (!place || !transaction) return;
  advance(place.evse, place.evseSpec, context.now);
  sendMeterValues(context, place, 'MeterValuesSampledData', 'Sample.Periodic');
  keepForStop(context, place, 'StopTxnSampledData', 'Sample.Periodic');
  const seconds = sampleInterval(context.charger, transaction);
  if (seconds <= 0) return;
  arm(context.charger, `meterValues/${place.connectorId}`, nextSampleAt(context.now, seconds * 1000, context.present));
}

/** Arms the next clock-aligned moment: evenly spaced from midnight of the charger's clock (ClockAlignedDataInterval). */
export function armClockAligned(context: Context): void {
  const { charger } = context;
  const intervalMs = settingNumber(charger, 'ClockAlignedDataInterval') * 1000;
  disarm(charger, 'clockAligned');
  if (intervalMs <= 0) return;
  const at = context.now + untilAligned(chargerTime(charger, context.now), intervalMs);
  arm(charger, 'clockAligned', nextSampleAt(at - intervalMs, intervalMs, context.present));
}

/** Timer `clockAligned`: every connector, and the main meter as connector 0. */
export function clockAlignedDue(context: Context): void {
  const { charger } = context;
  if (settingList(charger, 'MeterValuesAlignedData').includes(energyRegister)) {
    const payload = { connectorId: 0, meterValue: [mainMeter(context, 'Sample.Clock')] };
    enqueue(context, { action: 'MeterValues', payload, kind: 'transaction', intermediate: true });
  }
  for (const place of places(charger)) {
    sendMeterValues(context, place, 'MeterValuesAlignedData', 'Sample.Clock');
    keepForStop(context, place, 'StopTxnAlignedData', 'Sample.Clock');
  }
  armClockAligned(context);
}
