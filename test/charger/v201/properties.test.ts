// Whatever people, the CSMS, the network and time do in whatever order: the station never throws, stays small, sends nothing against its
// schemas, and tells every transaction from its start to its end, numbered without a gap (OCPP 2.0.1 E01 to E15).
import fc from 'fast-check';
import type { Pair } from '../../support/pair';
import { type Event, eventsOf, misfits } from '../../support/pair-v201';
import { anyLife, live, runningIds, windUp } from './lives';

fc.configureGlobal({ seed: 1 });
const runs = { numRuns: 60 };

const givenUp = (pair: Pair) => pair.notes().filter((note) => note.startsWith('TransactionEvent given up')).length;

/** What the CSMS has seen of each transaction, each number once, in the order of their first arrival. */
function told(pair: Pair): Map<string, Event[]> {
  const all = new Map<string, Event[]>();
  for (const event of eventsOf(pair)) {
    const { transactionId } = event.transactionInfo;
    const before = all.get(transactionId) ?? [];
    const same = before.find(({ seqNo }) => seqNo === event.seqNo);
    if (same) expect(event).toEqual(same);
    else all.set(transactionId, [...before, event]);
  }
  return all;
}

describe('any life of a 2.0.1 charging station', () => {
  it('never throws, and sends nothing that breaks its schema', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        expect(misfits(windUp(live(acts)))).toEqual([]);
      }),
      runs,
    );
  });

  it('keeps its document small: under 8 KB beside the queue of messages', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        live(acts, (pair) => {
          const { calls, ...rest } = pair.charger;
          expect(JSON.stringify(rest).length).toBeLessThan(8_192);
          expect(calls.queue.length).toBeLessThanOrEqual(520);
        });
      }),
      runs,
    );
  });

  it('E01.FR.07, E03, E06: numbers the events of a transaction from 0 without a gap, Started first and Ended last, each once', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        const pair = windUp(live(acts));
        for (const events of told(pair).values()) {
          expect(events.map(({ seqNo }) => seqNo)).toEqual(events.map((_, number) => number));
          const types = events.map(({ eventType }) => eventType);
          expect(types).toEqual(['Started', ...types.slice(1, -1).map(() => 'Updated'), 'Ended']);
        }
      }),
      runs,
    );
  });

  it('E04: tells every transaction that began, in chronological order', () => {
    let transactions = 0;
    fc.assert(
      fc.property(anyLife, (acts) => {
        const pair = windUp(live(acts));
        const begun = pair.events.filter((event) => event.kind === 'transaction' && event.change === 'started');
        const all = told(pair);
        transactions += all.size;
        if (givenUp(pair) === 0) expect(all.size).toBe(begun.length);
        for (const events of all.values()) {
          const times = events.map(({ timestamp }) => timestamp);
          expect([...times].sort()).toEqual(times);
        }
        expect(runningIds(pair)).toEqual([]);
        expect(pair.charger.calls.queue).toEqual([]);
      }),
      runs,
    );
    expect(transactions).toBeGreaterThan(20);
  });

  it('settles every command once, at its time limit at the latest', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        const pair = windUp(live(acts));
        const settled = pair.effects.flatMap((effect) => (effect.kind === 'settle' ? [effect.id] : []));
        expect(new Set(settled).size).toBe(settled.length);
        expect(pair.charger.commands).toEqual({});
      }),
      runs,
    );
  });
});
