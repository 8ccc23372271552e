// What the pages make of frames and payloads, without a browser: pairs, filters, diagrams, lines of JSON, what a form begins with.
import type { ChargerView, Frame } from '../../web/lib/api-types';
import { defaultsOf, knownOf } from '../../web/lib/csms-defaults';
import { jsonLines, saidAt } from '../../web/lib/json-lines';
import { fitting, type LogFilter, type LogFrame, ndjsonOf, pairsOf } from '../../web/lib/log';
import { isSame, typedAs, withoutFleeting, withPart } from '../../web/lib/payload';
import type { Schema } from '../../web/lib/schema';
import { findings } from '../../web/lib/schema-check';
import { mermaidOf, sequenceOf } from '../../web/lib/sequence';
import { messagesOf, protocols } from '../support/web-versions';

const at = (second: number) => `2026-01-05T08:00:${String(second).padStart(2, '0')}.000Z`;
const frame = (chargerId: string, second: number, more: Partial<Frame>): LogFrame => ({
  chargerId,
  frame: {
    ...{ at: at(second), direction: 'sent', type: 'call', action: 'Heartbeat', messageId: '1', payload: {} },
    ...more,
  },
});
const all: LogFilter = {
  ...{ text: '', action: '', from: '', outcome: '' },
  ...{ broken: false, bent: false, since: '', until: '' },
};
const back = { direction: 'received', type: 'result' } as const;

describe('the log as pairs', () => {
  it('pairs by charger, side and message id; what is told twice counts once', () => {
    const frames = [
      frame('A', 1, {}),
      frame('B', 1, {}),
      frame('A', 2, back),
      frame('A', 2, { direction: 'received', action: 'Reset' }),
      frame('A', 3, { type: 'error', action: 'Reset', error: { code: 'NotSupported', description: '' } }),
    ];
    const pairs = pairsOf([...frames, ...frames]);
    expect(pairs.map(({ chargerId, from, action, outcome }) => [chargerId, from, action, outcome])).toEqual([
      ['A', 'CSMS', 'Reset', 'error'],
      ['B', 'charger', 'Heartbeat', 'no answer'],
      ['A', 'charger', 'Heartbeat', 'answered'],
    ]);
    expect(ndjsonOf(pairs, true).split('\n')[0]).toContain('{"chargerId":"A","at":');
  });

  it('filters by violations, by what was bent, and by time', () => {
    const pairs = pairsOf([
      frame('A', 1, { violations: ['callInParallel'] }),
      frame('A', 5, { messageId: '2', networkFaults: ['drop'] }),
      frame('A', 9, { messageId: '3' }),
    ]);
    const ids = (filter: Partial<LogFilter>) =>
      fitting(pairs, { ...all, ...filter }).map(({ call }) => call?.messageId);
    expect([ids({ broken: true }), ids({ bent: true })]).toEqual([['1'], ['2']]);
    expect(ids({ since: at(5) })).toEqual(['3', '2']);
    expect(ids({ since: at(2), until: at(5) })).toEqual(['2']);
  });
});

describe('the sequence diagram', () => {
  const pairs = pairsOf([
    frame('B', 1, { action: 'Boot;#' }),
    frame('B', 2, { ...back, action: 'Boot;#', durationMs: 6000 }),
    frame('A', 3, { networkFaults: ['drop'] }),
    frame('A', 4, { ...back, direction: 'received', type: 'invalid', messageId: '9' }),
  ]);

  it('has a line for each charger and the CSMS, and tells lost, late and invalid ones apart', () => {
    const { lines, arrows } = sequenceOf(pairs);
    expect(lines).toEqual(['A', 'B', 'CSMS']);
    expect(arrows.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      ['B', 'CSMS', 'call'],
      ['CSMS', 'B', 'late'],
      ['A', 'CSMS', 'lost'],
      ['CSMS', 'A', 'invalid'],
    ]);
  });

  it('is Mermaid text with what means something there written out', () => {
    expect(mermaidOf(sequenceOf(pairs)).split('\n').slice(3, 6)).toEqual([
      '  participant P2 as CSMS',
      '  P1->>P2: Boot#59;#35; (08:00:01.000)',
      '  P2--)P1: Boot#59;#35; answered 6000 ms, late (08:00:02.000)',
    ]);
  });
});

describe('JSON with what is wrong in place', () => {
  const value = { a: [{ b: 1, c: undefined }, []], d: 'x', e: {} };

  it('has the lines of the pretty text', () => {
    const lines = jsonLines(value).map(({ text }) => text);
    expect(lines.join('\n')).toBe(JSON.stringify(value, null, 2));
  });

  it('says it at the line of the value; what is missing, at its parent', () => {
    const schema: Schema = {
      type: 'object',
      required: ['z'],
      properties: { a: { type: 'array', items: { type: 'object', properties: { b: { type: 'string' } } } }, z: {} },
    };
    const lines = jsonLines(value);
    const said = saidAt(lines, findings(schema, value));
    expect([...said].map(([number, words]) => [lines[number]?.text.trim(), words])).toEqual([
      ['"b": 1', ['must be a string, is a number']],
      ['[]', ['must be an object, is an array']],
      ['{', ['z is missing']],
    ]);
  });
});

describe('a payload that is changed by hand', () => {
  it('goes to the charger without what is fleeting and unchanged, with null for what was taken away', () => {
    const draft = { connectorId: 1, timestamp: 't', meterValue: [{ a: 1, b: 2 }], info: 'x', seqNo: 3 };
    const payload = { connectorId: 1, timestamp: 'u', meterValue: [{ b: 2, a: 1 }], seqNo: 3 };
    expect(withoutFleeting(payload, draft)).toEqual({ connectorId: 1, timestamp: 'u', info: null });
    expect(isSame({ a: [1] }, { a: [1, 2] })).toBe(false);
  });

  it('is changed at a path, in objects and lists, or loses what is there', () => {
    expect(withPart({ a: [{ b: 1 }, 2] }, ['a', 0, 'b'], 3)).toEqual({ a: [{ b: 3 }, 2] });
    expect(withPart({ a: [1, 2] }, ['a', 0], undefined)).toEqual({ a: [2] });
    expect(withPart({ a: 1 }, ['b'], {})).toEqual({ a: 1, b: {} });
  });

  it('keeps what is no number as it was typed', () => {
    const typed = ['', '12', '1.', '1.50', '-', '0x1', '1e5', '007', '99999999999999999999'];
    expect(typed.map((text) => typedAs(text, { type: 'integer' }))).toEqual([undefined, 12, ...typed.slice(2)]);
  });
});

describe('what a message of the CSMS begins with', () => {
  const charger = {
    connectors: [
      { connectorId: 1, status: 'Available' },
      { connectorId: 2, status: 'Charging', transaction: { id: 'T1', transactionId: 17, idToken: 'CARD' } },
    ],
  } as unknown as ChargerView;
  const known = knownOf(charger, Date.parse(at(0)));

  it('knows the running transaction, its token and its connector', () => {
    const requests = messagesOf('ocpp1.6');
    const begin = (action: string) => defaultsOf(requests[action]?.request ?? {}, known);
    expect(begin('RemoteStopTransaction')).toEqual({ transactionId: 17 });
    expect(begin('RemoteStartTransaction')).toEqual({ connectorId: 2, idTag: 'CARD' });
    expect(begin('ReserveNow')).toMatchObject({
      connectorId: 2,
      idTag: 'CARD',
      expiryDate: '2026-01-05T09:00:00.000Z',
    });
  });

  it.each(protocols)('minds nothing but what only a person can say: %s', (protocol) => {
    const lacking = Object.entries(messagesOf(protocol)).flatMap(([action, { from, request }]) =>
      from === 'charger'
        ? []
        : findings(request, defaultsOf(request, known)).map(({ path, message }) => [action, path.join('.'), message]),
    );
    expect(lacking.filter(([, , message]) => message !== 'is missing')).toEqual([]);
  });
});
