// Whatever people, the CSMS, the network and time do in whatever order: the charger never throws, keeps to the status table, stays
// small, and reports every transaction once, in order, to its end (OCPP 1.6 §3.7, §4.9).
import fc from 'fast-check';
import type { Pair } from '../../support/pair';
import { anyLife, live, runningIds, windUp } from './lives';

fc.configureGlobal({ seed: 1 });

const transactional = new Set(['StartTransaction', 'MeterValues', 'StopTransaction']);

interface Message {
  messageId: string;
  action: string;
  /** What makes it this message and no other, whatever id it is sent with. */
  identity: string;
  time: string;
  transactionId: unknown;
}

function messages(pair: Pair): Message[] {
  return pair.seen
    .filter((call) => transactional.has(call.action))
    .map(({ action, messageId, payload }) => {
      const { transactionId } = payload;
      const values = payload.meterValue as { timestamp: string }[] | undefined;
      const time = String(payload.timestamp ?? values?.[0]?.timestamp);
      return { messageId, action, time, transactionId, identity: JSON.stringify([action, payload]) };
    });
}

/** Ids of our calls that the charger has taken an answer to. */
function acknowledged(pair: Pair): Set<string> {
  const results = pair.frames().filter((frame) => frame.direction === 'received' && frame.type === 'result');
  return new Set(results.filter((frame) => !brokenAnswer(pair, frame.messageId)).map((frame) => frame.messageId));
}

/** Answers outside the protocol count as failures to process the message. */
function brokenAnswer(pair: Pair, messageId: string): boolean {
  const frame = pair.frames().find((one) => one.direction === 'received' && one.messageId === messageId);
  return frame?.action === 'StartTransaction' && !('transactionId' in Object(frame.payload));
}

const notesOf = (pair: Pair, text: string) => pair.notes().filter((note) => note.startsWith(text)).length;

const runs = { numRuns: 60 };

describe('any life of a 1.6 charger', () => {
  it('never throws, and OCPP 1.6 §4.9: goes from status to status as the table says', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        const pair = windUp(live(acts));
        const last = new Map<number, string>();
        for (const event of pair.events) {
          if (event.kind !== 'status') continue;
          const from = last.get(event.connectorId) ?? 'Available';
          expect(`${from}: ${table[from]?.join(' ')}`).toContain(event.status);
          last.set(event.connectorId, event.status);
        }
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

  it('OCPP 1.6 §3.7: sends transaction messages in chronological order, and none again that was answered', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        const pair = windUp(live(acts));
        const taken = acknowledged(pair);
        const done = new Set<string>();
        const first: string[] = [];
        const met = new Set<string>();
        for (const message of messages(pair)) {
          expect(done).not.toContain(message.identity);
          if (taken.has(message.messageId)) done.add(message.identity);
          if (!met.has(message.identity)) first.push(message.time);
          met.add(message.identity);
          if (message.action === 'StopTransaction') expect(message.transactionId).toBeGreaterThan(0);
        }
        expect([...first].sort()).toEqual(first);
      }),
      runs,
    );
  });

  it('reports every transaction that was started, and its end, exactly once', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        const pair = windUp(live(acts));
        const taken = acknowledged(pair);
        const started = pair.events.filter((event) => event.kind === 'transaction' && event.change === 'started');
        const all = messages(pair).filter((message) => taken.has(message.messageId));
        const starts = all.filter((message) => message.action === 'StartTransaction');
        const stops = all.filter((message) => message.action === 'StopTransaction');
        const lost = notesOf(pair, 'StartTransaction given up');
        expect(starts.length + lost).toBe(started.length);
        expect(stops.length + notesOf(pair, 'StopTransaction given up')).toBe(started.length);
        expect(new Set(stops.map((stop) => stop.transactionId)).size).toBe(stops.length);
        expect(runningIds(pair)).toEqual([]);
        expect(pair.charger.calls.queue).toEqual([]);
      }),
      runs,
    );
  });

  it('OCPP 1.6 §3.5.3: caches no token that is on the local list', () => {
    fc.assert(
      fc.property(anyLife, (acts) => {
        live(acts, (pair) => {
          const { cache = {}, localList, configuration = {} } = pair.charger.v16 ?? {};
          if (configuration.LocalAuthListEnabled === 'false') return;
          for (const idTag of Object.keys(localList?.entries ?? {})) expect(cache).not.toHaveProperty([idTag]);
        });
      }),
      runs,
    );
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

/** OCPP 1.6 §4.9, and what §5.2 needs beyond it: an idle connector with a cable in it may be made Unavailable and back. */
const table: Record<string, string[]> = {
  Available: ['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Reserved', 'Unavailable', 'Faulted'],
  Preparing: ['Available', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Faulted', 'Unavailable'],
  Charging: ['Available', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEV: ['Available', 'Charging', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEVSE: ['Available', 'Charging', 'SuspendedEV', 'Finishing', 'Unavailable', 'Faulted'],
  Finishing: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Reserved: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Unavailable: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Faulted'],
  Faulted: [
    'Available',
    'Preparing',
    'Charging',
    'SuspendedEV',
    'SuspendedEVSE',
    'Finishing',
    'Reserved',
    'Unavailable',
  ],
};
