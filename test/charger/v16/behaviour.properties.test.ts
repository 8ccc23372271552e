// Any life of a charger that testers bend meanwhile: however it is told to answer and to speak, it never throws, keeps to the status
// table, stays small, reports every transaction once, and is exact again once the behaviour is cleared.
import fc from 'fast-check';
import type { BehaviourWish } from '../../../lib/charger/behaviour';
import type { Pair } from '../../support/pair';
import { type Act, anyLife, live, runningIds, windUp } from './lives';

fc.configureGlobal({ seed: 1 });

const incoming = fc.record(
  {
    action: fc.constantFrom(
      'RemoteStartTransaction',
      'Reset',
      'ChangeConfiguration',
      'UnlockConnector',
      'SetChargingProfile',
    ),
    times: fc.integer({ min: 0, max: 3 }),
    skip: fc.integer({ min: 0, max: 2 }),
    delayMs: fc.integer({ min: 0, max: 90_000 }),
    status: fc.constantFrom('Accepted', 'Rejected', 'Odd'),
    callError: fc.constant({ code: 'InternalError' }),
    noAnswer: fc.constant(true as const),
    fields: fc.constant({ 'status.deep': 1, extra: null }),
    carriesOut: fc.boolean(),
  },
  { requiredKeys: [] },
);

const outgoing = fc.record(
  {
    times: fc.integer({ min: 0, max: 5 }),
    fields: fc.constantFrom<Record<string, unknown>[]>(
      { reason: 'Odd' },
      { idTag: 'X', 'meterValue.0.sampledValue.0.value': 'x' },
      { timestamp: null },
      { connectorId: 'one', 'meterValue.0': null },
    ),
    action: fc.constantFrom('StartTransaction', 'StopTransaction', 'MeterValues', 'StatusNotification', 'Authorize'),
    dataTransfer: fc.constant({ vendorId: 'v' }),
  },
  { requiredKeys: ['action'] },
);

const meter = fc.record(
  {
    measurand: fc.constantFrom('Energy.Active.Import.Register', 'SoC'),
    connectorId: fc.constantFrom(0, 1, 2),
    value: fc.integer({ min: -1000, max: 1_000_000 }),
    driftPerHour: fc.integer({ min: -1000, max: 1000 }),
  },
  { requiredKeys: ['measurand'] },
);

const clock = fc.record(
  { skewSeconds: fc.integer({ min: -100_000, max: 100_000 }), speed: fc.constantFrom(1, 2, 60, 600) },
  { requiredKeys: [] },
);

const wishes: fc.Arbitrary<BehaviourWish> = fc.record({
  incoming: fc.array(incoming, { maxLength: 4 }),
  outgoing: fc.array(outgoing, { maxLength: 3 }),
  meter: fc.array(meter, { maxLength: 2 }),
  clock,
});

const bends: fc.Arbitrary<Act> = wishes.map((behaviour) =>
  Object.assign((pair: Pair) => pair.begin({ kind: 'setBehaviour', behaviour }), {
    [fc.toStringMethod]: () => JSON.stringify(behaviour),
  }),
);

/** A life in which the charger is bent now and then, from its beginning. */
const bentLife = fc
  .tuple(bends, anyLife, fc.array(fc.tuple(bends, fc.nat({ max: 60 })), { maxLength: 4 }))
  .map(([first, acts, more]) => more.reduce((life, [act, at]) => life.toSpliced(at, 0, act), [first, ...acts]));

function straighten(pair: Pair): Pair {
  pair.command({ kind: 'setBehaviour', behaviour: {} });
  return windUp(pair);
}

const notesOf = (pair: Pair, text: string) => pair.notes().filter((note) => note.startsWith(text)).length;

const runs = { numRuns: 60 };

describe('any life of a 1.6 charger that is bent', () => {
  it('OCPP 1.6 §4.9: never throws, and settles every command once', () => {
    fc.assert(
      fc.property(bentLife, (acts) => {
        const pair = straighten(live(acts));
        const settled = pair.effects.flatMap((effect) => (effect.kind === 'settle' ? [effect.id] : []));
        expect(new Set(settled).size).toBe(settled.length);
        expect(pair.charger.commands).toEqual({});
      }),
      runs,
    );
  });

  it('OCPP 1.6 §3.7: reports every transaction that was started, and its end, exactly once', () => {
    fc.assert(
      fc.property(bentLife, (acts) => {
        const pair = straighten(live(acts));
        const started = pair.events.filter((event) => event.kind === 'transaction' && event.change === 'started');
        const taken = pair.frames().filter(({ direction, type }) => direction === 'received' && type === 'result');
        const starts = taken.filter(
          ({ action, payload }) => action === 'StartTransaction' && 'transactionId' in Object(payload),
        );
        const stops = taken.filter(({ action }) => action === 'StopTransaction');
        expect(starts.length + notesOf(pair, 'StartTransaction given up')).toBe(started.length);
        expect(stops.length + notesOf(pair, 'StopTransaction given up')).toBe(started.length);
        expect(runningIds(pair)).toEqual([]);
        expect(pair.charger.calls.queue).toEqual([]);
      }),
      runs,
    );
  });

  it('leaves nothing in the document once the behaviour is cleared, and no call waits', () => {
    fc.assert(
      fc.property(bentLife, (acts) => {
        const pair = live(acts, (one) => {
          const { calls: _, ...rest } = one.charger;
          expect(JSON.stringify(rest).length).toBeLessThan(12_288);
        });
        straighten(pair);
        expect(pair.charger).not.toHaveProperty('behaviour');
        expect(pair.charger.timers).not.toHaveProperty('behaviour');
        expect(pair.ask('ClearCache', {})).toEqual({ status: 'Accepted' });
      }),
      runs,
    );
  });
});
