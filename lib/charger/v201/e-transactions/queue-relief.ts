// What a 2.0.1 charger gives up when its queue of transaction messages weighs too much, and when it takes no new transaction (E04.FR.07 to
// .09). Events are numbered when they leave, so that what is given up leaves no gap.
import { release } from '../../calls';
import type { Charger, QueuedCall } from '../../charger';
import { type Context, note } from '../../context';
import { bytesOf, queuedBytes, queueTargetBytes, weigh, weightOf } from '../../queue-budget';
import { raiseSecurityEvent } from '../../security-events';
import { contextOf, foldInterval, thinEvenly } from '../../thinning';
import type { MeterValue, TransactionEvent } from './state';

type Payload = Partial<TransactionEvent> & { evseId?: number };

/** One thing after the other, until the queue is light enough; each is noted once. Returns the count of what it changed. */
const reliefs: { give: (context: Context) => number; note: (count: number) => string }[] = [
  { give: thinSamples, note: (count) => `${count} intermediate samples given up` },
  { give: shortenEnds, note: (count) => `meter values of ${count} ended transactions shortened` },
  { give: dropEnds, note: (count) => `meter values of ${count} ended transactions given up` },
  { give: dropSamples, note: (count) => `the last ${count} samples given up` },
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

/** What has been on the wire has its number, and goes out again as it is. */
const isSample = ({ intermediate, payload }: QueuedCall) =>
  intermediate === true && (payload as Payload).seqNo === undefined;

const valuesOf = (call: QueuedCall): MeterValue[] => (call.payload as Payload).meterValue ?? [];

/** Gives up every second sample of each series, oldest first, as often as it takes; the newest stays. */
function thinSamples(context: Context): number {
  let total = 0;
  for (let count = -1; count !== 0 && !isLight(context); total += count) {
    count = giveUp(context, [...seriesOf(context.charger).values()].flatMap(everySecond));
  }
  return total;
}

/** Samples of one kind of one transaction, or of an EVSE without one. */
function seriesOf(charger: Charger): Map<string, QueuedCall[]> {
  const series = new Map<string, QueuedCall[]>();
  for (const call of charger.calls.queue.filter(isSample)) {
    const key = `${call.transaction ?? (call.payload as Payload).evseId}/${contextOf(valuesOf(call)[0])}`;
    const calls = series.get(key);
    if (calls) calls.push(call);
    else series.set(key, [call]);
  }
  return series;
}

function everySecond(series: QueuedCall[]): QueuedCall[] {
  return series.filter((call, at) => {
    const next = series[at + 1];
    if (!next || (series.length - at) % 2 === 1) return false;
    const [from, to] = [valuesOf(call)[0], valuesOf(next)[0]];
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

const ends = ({ charger }: Context) =>
  charger.calls.queue.filter((call) => (call.payload as Payload).eventType === 'Ended' && valuesOf(call).length > 0);

/** Thins what the last events carry, all of them alike, as often as it takes. */
function shortenEnds(context: Context): number {
  const shortened = new Set<QueuedCall>();
  for (let again = true; again && !isLight(context); ) {
    const round = ends(context).filter(shorten);
    for (const call of round) shortened.add(call);
    again = round.length > 0;
  }
  return shortened.size;
}

function shorten(call: QueuedCall): boolean {
  const before = valuesOf(call);
  const meterValue = thinEvenly(before);
  if (meterValue.length === before.length) return false;
  call.payload = { ...(call.payload as Payload), meterValue };
  weigh(call);
  return true;
}

/** Meter values are optional: the end itself goes without them. Oldest first. */
function dropEnds(context: Context): number {
  return untilLight(context, ends(context), (call) => {
    const { meterValue: _, ...payload } = call.payload as Payload;
    call.payload = payload;
    return weigh(call);
  });
}

function dropSamples(context: Context): number {
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

/** What the document remembers of an ended transaction as long as an event of it is queued, roughly. */
const endedBytes = 400;

/**
 * Why no new transaction may begin: events that the CSMS has not taken fill the queue, and giving up anything else would not help.
 * `undefined`: one may.
 */
export function whyNoRoom(charger: Charger): string | undefined {
  let bytes = 0;
  let count = 0;
  for (const call of charger.calls.queue) {
    if (call.kind !== 'transaction' || isSample(call)) continue;
    const ended = (call.payload as Payload).eventType === 'Ended';
    bytes += weightOf(call) - (ended && valuesOf(call).length > 0 ? bytesOf(valuesOf(call)) : 0);
    if (ended) count += 1;
  }
  if (bytes + count * endedBytes <= queueTargetBytes) return undefined;
  return `no room for another transaction: ${count} that have ended are queued, which the CSMS has not taken yet; bring the charger online, or wait until it has sent them`;
}
