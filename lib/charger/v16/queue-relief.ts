// What a 1.6 charger gives up when its queue of transaction messages weighs too much, and when it takes no new transaction.
// Starts and stops themselves are never given up (OCPP 1.6 §3.7).
import { release } from '../calls';
import type { Charger, QueuedCall } from '../charger';
import { type Context, note } from '../context';
import { bytesOf, queuedBytes, queueTargetBytes, weigh, weightOf } from '../queue-budget';
import { raiseSecurityEvent } from '../security-events';
import { contextOf, foldInterval, thinEvenly } from '../thinning';
import type { MeterValue } from './meter-values';

interface MeterValuesPayload {
  connectorId: number;
  meterValue: MeterValue[];
}

/** One thing after the other, until the queue is light enough; each is noted once. Returns the count of what it changed. */
const reliefs: { give: (context: Context) => number; note: (count: number) => string }[] = [
  { give: thinMeterValues, note: (count) => `${count} intermediate MeterValues given up` },
  { give: shortenData, note: (count) => `transactionData of ${count} StopTransaction shortened` },
  { give: dropData, note: (count) => `transactionData of ${count} StopTransaction given up` },
  { give: dropMeterValues, note: (count) => `the last ${count} MeterValues given up` },
];

/** Makes the queue lighter. */
export function relieve(context: Context): void {
  raiseSecurityEvent(context, 'MemoryExhaustion', 'the queue of transaction messages is full');
  for (const relief of reliefs) {
    const count = isLight(context) ? 0 : relief.give(context);
    if (count > 0) note(context, 'warn', `offline queue full: ${relief.note(count)}`);
  }
}

const isLight = ({ charger }: Context) => queuedBytes(charger) <= queueTargetBytes;

/** Gives up every second queued MeterValues of each series, oldest first, as often as it takes; the newest stays. */
function thinMeterValues(context: Context): number {
  let total = 0;
  for (let count = -1; count !== 0 && !isLight(context); total += count) {
    const gone = [...seriesOf(context.charger).values()].flatMap(everySecond);
    count = giveUp(context, gone);
  }
  return total;
}

/** Samples of one kind of one transaction, or of a connector without one. What was on the wire before is left as it was. */
function seriesOf(charger: Charger): Map<string, QueuedCall[]> {
  const series = new Map<string, QueuedCall[]>();
  for (const call of charger.calls.queue) {
    if (!isSample(call) || call.attempts !== undefined) continue;
    const { connectorId, meterValue } = call.payload as MeterValuesPayload;
    const key = `${call.transaction ?? connectorId}/${contextOf(meterValue[0])}`;
    const calls = series.get(key);
    if (calls) calls.push(call);
    else series.set(key, [call]);
  }
  return series;
}

const isSample = (call: QueuedCall) => call.action === 'MeterValues' && call.kind === 'transaction';

function everySecond(series: QueuedCall[]): QueuedCall[] {
  return series.filter((call, at) => {
    const next = series[at + 1];
    if (!next || (series.length - at) % 2 === 1) return false;
    const [from, to] = [call, next].map(({ payload }) => (payload as MeterValuesPayload).meterValue[0]);
    if (from && to) foldInterval(from, to);
    return true;
  });
}

function giveUp(context: Context, gone: QueuedCall[]): number {
  const { calls } = context.charger;
  const set = new Set(gone);
  calls.queue = calls.queue.filter((call) => !set.has(call));
  for (const call of gone) release(context, call);
  return gone.length;
}

interface StopPayload {
  transactionData?: MeterValue[];
}

const withData = ({ charger }: Context) =>
  charger.calls.queue.filter((call) => call.action === 'StopTransaction' && dataOf(call).length > 0);

const dataOf = (call: QueuedCall): MeterValue[] =>
  call.kind === 'transaction' ? ((call.payload as StopPayload).transactionData ?? []) : [];

/** Thins what queued StopTransaction carry, all of them alike, as often as it takes. */
function shortenData(context: Context): number {
  const shortened = new Set<QueuedCall>();
  for (let again = true; again && !isLight(context); ) {
    const round = withData(context).filter(shorten);
    for (const call of round) shortened.add(call);
    again = round.length > 0;
  }
  return shortened.size;
}

function shorten(call: QueuedCall): boolean {
  const data = dataOf(call);
  const transactionData = thinEvenly(data);
  if (transactionData.length === data.length) return false;
  call.payload = { ...(call.payload as StopPayload), transactionData };
  weigh(call);
  return true;
}

/** transactionData is optional (OCPP 1.6 §6.49): the stop itself goes without it. Oldest first. */
function dropData(context: Context): number {
  return untilLight(context, withData(context), (call) => {
    const { transactionData: _, ...payload } = call.payload as StopPayload;
    call.payload = payload;
    return weigh(call);
  });
}

function dropMeterValues(context: Context): number {
  const gone: QueuedCall[] = [];
  untilLight(context, context.charger.calls.queue.filter(isSample), (call) => {
    gone.push(call);
    return 0;
  });
  return giveUp(context, gone);
}

/** Does it to one call after the other; `act` returns what the call still weighs. */
function untilLight(context: Context, calls: QueuedCall[], act: (call: QueuedCall) => number): number {
  let [bytes, count] = [queuedBytes(context.charger), 0];
  for (const call of calls) {
    if (bytes <= queueTargetBytes) break;
    const before = weightOf(call);
    bytes += act(call) - before;
    count += 1;
  }
  return count;
}

/** What the document remembers of an ended transaction as long as its StopTransaction is queued, roughly. */
const endedBytes = 400;

/**
 * Why no new transaction may begin: starts and stops that the CSMS has not taken fill the queue, and giving up anything else
 * would not help. `undefined`: one may.
 */
export function whyNoRoom(charger: Charger): string | undefined {
  let bytes = 0;
  let stops = 0;
  for (const call of charger.calls.queue) {
    if (call.kind !== 'transaction' || call.action === 'MeterValues') continue;
    const data = dataOf(call);
    bytes += weightOf(call) - (data.length > 0 ? bytesOf(data) : 0);
    if (call.action === 'StopTransaction') stops += 1;
  }
  if (bytes + stops * endedBytes <= queueTargetBytes) return undefined;
  return `no room for another transaction: ${stops} that have ended are queued, which the CSMS has not taken yet; bring the charger online, or wait until it has sent them`;
}
