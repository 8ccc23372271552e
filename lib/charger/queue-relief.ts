// What a charger gives up when its queue of transaction messages weighs too much, and when it takes no new transaction, the same for every OCPP
// version: samples first, then what ends carry beyond themselves. Beginnings and ends are never given up (1.6 §3.7; 2.0.1 E04.FR.07 to .09).
import { release } from './calls';
import type { Charger, QueuedCall } from './charger';
import { type Context, note } from './context';
import { bytesOf, queuedBytes, queueTargetBytes, weigh, weightOf } from './queue-budget';
import { raiseSecurityEvent } from './security-events';
import { contextOf, foldInterval, type Thinnable, thinEvenly } from './thinning';

/** How a version's messages are read. */
export interface QueuedWords {
  /** It carries a sample and nothing else. */
  isSample(call: QueuedCall): boolean;
  /** A sample that nobody has seen yet: it may be given up without a trace. */
  isUnseen(call: QueuedCall): boolean;
  /** Where a sample without a transaction was taken. */
  placeOf(call: QueuedCall): number | undefined;
  valuesOf(call: QueuedCall): Thinnable[];
  /** It ends a transaction. */
  isEnd(call: QueuedCall): boolean;
  /** The same payload of an end with these values; `undefined`: without any. */
  withValues(call: QueuedCall, values: Thinnable[] | undefined): unknown;
  /** Names for the log: samples, ends, what ends carry. */
  samples: string;
  ends: string;
  endValues: string;
}

/** What the document remembers of an ended transaction as long as its end is queued, roughly. */
const endedBytes = 400;

const isLight = ({ charger }: Context) => queuedBytes(charger) <= queueTargetBytes;

export function queueRelief(words: QueuedWords) {
  const { isSample, isUnseen, isEnd, valuesOf, withValues } = words;

  /** One thing after the other, until the queue is light enough; each is noted once. Returns the count of what it changed. */
  const reliefs: { give: (context: Context) => number; note: (count: number) => string }[] = [
    { give: thinSamples, note: (count) => `${count} intermediate ${words.samples} given up` },
    { give: shortenEnds, note: (count) => `${words.endValues} of ${count} ${words.ends} shortened` },
    { give: dropEnds, note: (count) => `${words.endValues} of ${count} ${words.ends} given up` },
    { give: dropSamples, note: (count) => `the last ${count} ${words.samples} given up` },
  ];

  /** Gives up every second sample of each series, oldest first, as often as it takes; the newest stays. */
  function thinSamples(context: Context): number {
    let total = 0;
    for (let count = -1; count !== 0 && !isLight(context); total += count) {
      count = giveUp(context, [...seriesOf(context.charger).values()].flatMap(everySecond));
    }
    return total;
  }

  /** Samples of one kind of one transaction, or of a place without one. */
  function seriesOf(charger: Charger): Map<string, QueuedCall[]> {
    const series = new Map<string, QueuedCall[]>();
    for (const call of charger.calls.queue) {
      if (!isSample(call) || !isUnseen(call)) continue;
      const key = `${call.transaction ?? words.placeOf(call)}/${contextOf(valuesOf(call)[0])}`;
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

  const ends = ({ charger }: Context) => charger.calls.queue.filter((call) => isEnd(call) && valuesOf(call).length > 0);

  /** Thins what the ends carry, all of them alike, as often as it takes. */
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
    const values = thinEvenly(before);
    if (values.length === before.length) return false;
    call.payload = withValues(call, values);
    weigh(call);
    return true;
  }

  /** Values are optional (1.6 §6.49): the end itself goes without them. Oldest first. */
  function dropEnds(context: Context): number {
    return untilLight(context, ends(context), (call) => {
      call.payload = withValues(call, undefined);
      return weigh(call);
    });
  }

  function dropSamples(context: Context): number {
    const gone: QueuedCall[] = [];
    const droppable = context.charger.calls.queue.filter(isSample);
    untilLight(context, droppable, (call) => {
      gone.push(call);
      return 0;
    });
    return giveUp(context, gone);
  }

  return {
    /** Makes the queue lighter. */
    relieve(context: Context): void {
      raiseSecurityEvent(context, 'MemoryExhaustion', 'the queue of transaction messages is full');
      for (const relief of reliefs) {
        const count = isLight(context) ? 0 : relief.give(context);
        if (count > 0) note(context, 'warn', `offline queue full: ${relief.note(count)}`);
      }
    },

    /**
     * Why no new transaction may begin: what the CSMS has not taken of others fills the queue, and giving up anything else would not help.
     * `undefined`: one may.
     */
    whyNoRoom(charger: Charger): string | undefined {
      let bytes = 0;
      let count = 0;
      for (const call of charger.calls.queue) {
        if (call.kind !== 'transaction' || isSample(call)) continue;
        const values = isEnd(call) ? valuesOf(call) : [];
        bytes += weightOf(call) - (values.length > 0 ? bytesOf(values) : 0);
        if (isEnd(call)) count += 1;
      }
      if (bytes + count * endedBytes <= queueTargetBytes) return undefined;
      return `no room for another transaction: ${count} that have ended are queued, which the CSMS has not taken yet; bring the charger online, or wait until it has sent them`;
    },
  };
}

function giveUp(context: Context, gone: QueuedCall[]): number {
  const { calls } = context.charger;
  const set = new Set(gone);
  calls.queue = calls.queue.filter((call) => !set.has(call));
  for (const call of gone) release(context, call);
  return gone.length;
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
