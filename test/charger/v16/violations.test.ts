// What a CSMS does against OCPP-J 1.6 and OCPP 1.6: each rule of the table is broken once here; what is recorded of it, and where it shows.
import fc from 'fast-check';
import { rulesV16 } from '../../../lib/charger/v16/rules';
import { countByRule, listViolations } from '../../../lib/charger/violations';
import { bootedPair, createPair, type Pair, type PairOptions } from '../../support/pair';
import { lawfulLife, live, windUp } from './lives';

fc.configureGlobal({ seed: 1 });

const seconds = (count: number) => count * 1000;
const frame = (pair: Pair, ...parts: unknown[]) => pair.input({ kind: 'frame', text: JSON.stringify(parts) });
const text = (pair: Pair, said: string) => pair.input({ kind: 'frame', text: said });

const send = (pair: Pair, action: string, payload: Record<string, unknown> = {}) =>
  pair.command({ kind: 'sendMessage', action, payload, validate: true });

const session = (pair: Pair, connectorId = 1) =>
  pair.command({ kind: 'startTransaction', address: { connectorId }, idToken: `TAG-${connectorId}` });

/** A charger whose boot gets this answer. */
function booting(answer: Record<string, unknown>): Pair {
  const now = '2026-01-05T08:00:00Z';
  const pair = createPair({
    answers: { BootNotification: { status: 'Accepted', currentTime: now, interval: 300, ...answer } },
  });
  pair.command({ kind: 'connect' });
  return pair;
}

/** A charger that gets this answer to a message of its own. */
function answering(action: string, answer: NonNullable<PairOptions['answers']>[string], payload = {}): Pair {
  const pair = bootedPair({ answers: { [action]: answer } });
  send(pair, action, payload);
  return pair;
}

function starting(answer: Record<string, unknown>, sessions = 1): Pair {
  const pair = bootedPair({ answers: { StartTransaction: answer } });
  for (let connectorId = 1; connectorId <= sessions; connectorId++) session(pair, connectorId);
  return pair;
}

function stopping(answer: Record<string, unknown>, reason: string): Pair {
  const pair = bootedPair({ answers: { StopTransaction: answer } });
  session(pair);
  pair.command({ kind: 'stopTransaction', transactionId: '101', reason });
  return pair;
}

function called(action: string, payload: unknown, pair = bootedPair()): Pair {
  pair.call(action, payload);
  return pair;
}

function told(said: string): Pair {
  const pair = bootedPair();
  text(pair, said);
  return pair;
}

const accepted = { idTagInfo: { status: 'Accepted' } };
const period = { startPeriod: 0, limit: 16 };
const profile = (changes: Record<string, unknown>) => ({
  idTag: 'T',
  chargingProfile: {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [period] },
    ...changes,
  },
});

/** Ways to break each rule, and the section that the record cites. */
const scenes: [rule: keyof typeof rulesV16, what: string, section: string, play: () => Pair][] = [
  ['malformedFrame', 'text that is not JSON', 'OCPP-J 1.6 §4.1.2', () => told('hello')],
  ['malformedFrame', 'JSON that is no array', 'OCPP-J 1.6 §4.1.2', () => told('{"a":1}')],
  ['unknownMessageType', 'type 5', 'OCPP-J 1.6 §4.1.3', () => told('[5,"x",{}]')],
  ['badMessageId', 'no string', 'OCPP-J 1.6 §4.1.4', () => told('[2,7,"ClearCache",{}]')],
  ['badMessageId', '37 characters', 'OCPP-J 1.6 §4.1.4', () => told(`[2,"${'i'.repeat(37)}","ClearCache",{}]`)],
  ['malformedCall', 'three elements', 'OCPP-J 1.6 §4.2.1', () => told('[2,"x","ClearCache"]')],
  ['malformedCall', 'a text for payload', 'OCPP-J 1.6 §4.2.1', () => told('[2,"x","ClearCache","now"]')],
  ['malformedAnswer', 'a result without payload', 'OCPP-J 1.6 §4.2.2, §4.2.3', () => told('[3,"x"]')],
  ['malformedAnswer', 'an error without code', 'OCPP-J 1.6 §4.2.2, §4.2.3', () => told('[4,"x"]')],
  [
    'messageIdReused',
    'the same id for two calls',
    'OCPP-J 1.6 §4.1.4',
    () => {
      const pair = bootedPair();
      for (let i = 0; i < 2; i++) frame(pair, 2, 'same', 'GetConfiguration', {});
      return pair;
    },
  ],
  [
    'callInParallel',
    'a call while the answer to another follows from a task',
    'OCPP-J 1.6 §4.1.1',
    () => {
      const pair = bootedPair();
      pair.charger.owed = { 'x/1': { action: 'GetDiagnostics', messageId: 'before', payload: {}, since: pair.now } };
      return called('ClearCache', {}, pair);
    },
  ],
  ['unknownAnswer', 'an id that no call had', 'OCPP-J 1.6 §4.1.4', () => told('[3,"nobody",{}]')],
  ['unknownAnswer', 'a number that is still to come', 'OCPP-J 1.6 §4.1.4', () => told('[3,"n1-99",{}]')],
  [
    'repeatedAnswer',
    'a second answer',
    'OCPP-J 1.6 §4.1',
    () => {
      const pair = bootedPair();
      send(pair, 'Heartbeat');
      frame(pair, 3, pair.seen[0]?.messageId, { currentTime: '2026-01-05T08:00:00Z' });
      return pair;
    },
  ],
  [
    'unknownErrorCode',
    'a code of 2.0.1',
    'OCPP-J 1.6 §4.2.3',
    () => answering('Heartbeat', { callError: 'FormatViolation' }),
  ],
  [
    'incompleteCallError',
    'no description and no details',
    'OCPP-J 1.6 §4.2.3',
    () => answering('Heartbeat', { raw: '[4,"n1-5","InternalError"]' }),
  ],
  ['unknownAction', 'an action of 2.0.1', 'OCPP 1.6 §6', () => called('GetVariables', {})],
  ['wrongDirection', 'a Heartbeat to the charger', 'OCPP 1.6 §4', () => called('Heartbeat', {})],
  ['callSchema', 'a missing field', 'OCPP 1.6 §6.39', () => called('Reset', {})],
  ['callSchema', 'a field too many', 'OCPP 1.6 §6.11', () => called('ClearCache', { all: true })],
  ['answerSchema', 'a missing field', 'OCPP 1.6 §6.30', () => answering('Heartbeat', {})],
  [
    'answerSchema',
    'a field that the answer to a stop may not have',
    'OCPP 1.6 §6.50',
    () => stopping({ status: 'Accepted' }, 'EVDisconnected'),
  ],
  ['missingIdTagInfo', 'of Authorize.conf', 'OCPP 1.6 §6.2', () => answering('Authorize', {}, { idTag: 'T' })],
  ['missingIdTagInfo', 'of StartTransaction.conf', 'OCPP 1.6 §6.46', () => starting({ transactionId: 7 })],
  ['unknownStatus', 'of a boot', 'OCPP 1.6 §6.4', () => booting({ status: 'Fine' })],
  ['unknownStatus', 'of an idTag', 'OCPP 1.6 §6.46', () => starting({ transactionId: 7, idTagInfo: { status: 'OK' } })],
  [
    'callWhileRejected',
    'a Reset',
    'OCPP 1.6 §4.2',
    () => called('Reset', { type: 'Soft' }, booting({ status: 'Rejected' })),
  ],
  [
    'remoteWhilePending',
    'a remote start',
    'OCPP 1.6 §4.2',
    () => called('RemoteStartTransaction', { idTag: 'T' }, booting({ status: 'Pending' })),
  ],
  [
    'remoteWhilePending',
    'a remote stop',
    'OCPP 1.6 §4.2',
    () => called('RemoteStopTransaction', { transactionId: 1 }, booting({ status: 'Pending' })),
  ],
  ['badInterval', 'less than nothing', 'OCPP 1.6 §6.4', () => booting({ interval: -1 })],
  ['badCurrentTime', 'of a boot', 'OCPP 1.6 §6.4', () => booting({ currentTime: '1970-01-01T00:00:00Z' })],
  [
    'badCurrentTime',
    'of a heartbeat',
    'OCPP 1.6 §6.30',
    () => answering('Heartbeat', { currentTime: '9999-01-01T00:00:00Z' }),
  ],
  [
    'concurrentTxUnasked',
    'to an Authorize',
    'OCPP 1.6 §7.2',
    () => answering('Authorize', { idTagInfo: { status: 'ConcurrentTx' } }, { idTag: 'T' }),
  ],
  [
    'concurrentTxUnasked',
    'to a stop',
    'OCPP 1.6 §7.2',
    () => stopping({ idTagInfo: { status: 'ConcurrentTx' } }, 'Local'),
  ],
  [
    'transactionIdReused',
    'for two transactions at once',
    'OCPP 1.6 errata 4.0 §3.54',
    () => starting({ ...accepted, transactionId: 7 }, 2),
  ],
  ['transactionIdNotPositive', '0', 'OCPP 1.6 errata 4.0 §3.54', () => starting({ ...accepted, transactionId: 0 })],
  ['idTagInfoUnasked', 'nobody stopped it', 'OCPP 1.6 §6.50', () => stopping(accepted, 'EVDisconnected')],
  [
    'vendorDataUnasked',
    'UnknownVendorId with data',
    'OCPP 1.6 §4.3',
    () => answering('DataTransfer', { status: 'UnknownVendorId', data: 'x' }),
  ],
  [
    'badConnectorId',
    'of a remote start',
    'OCPP 1.6 §6.33',
    () => called('RemoteStartTransaction', { idTag: 'T', connectorId: 0 }),
  ],
  ['badConnectorId', 'to be unlocked', 'OCPP 1.6 §6.53', () => called('UnlockConnector', { connectorId: 0 })],
  [
    'remoteStartProfile',
    'of another purpose',
    'OCPP 1.6 §5.16.2',
    () => called('RemoteStartTransaction', profile({ chargingProfilePurpose: 'TxDefaultProfile' })),
  ],
  [
    'remoteStartProfile',
    'with a transaction',
    'OCPP 1.6 §5.16.2',
    () => called('RemoteStartTransaction', profile({ transactionId: 7 })),
  ],
];

describe('violations', () => {
  it.each(scenes)('%s: %s is recorded as against %s, once, and named on the frame', (rule, _, section, play) => {
    const pair = play();
    expect(pair.violations()).toEqual([rule]);
    const [violation] = listViolations(pair.charger);
    expect(violation).toMatchObject({ rule, section, at: new Date(pair.now).toISOString() });
    expect(violation?.detail).not.toBe('');
    const named = pair.frames().filter((one) => one.violations);
    expect(named).toMatchObject([{ direction: 'received', violations: [rule] }]);
    expect([violation?.action ?? '', violation?.messageId ?? '']).toEqual([named[0]?.action, named[0]?.messageId]);
    expect(pair.notes().join()).toContain(section);
  });

  it('every rule of the table is broken here', () => {
    const broken = new Set<string>(scenes.map(([rule]) => rule)).add('wrongSubprotocol');
    expect(Object.keys(rulesV16).filter((rule) => !broken.has(rule))).toEqual([]);
  });

  it('a whole session with a CSMS that keeps to the rules breaks none, and leaves nothing in the document', () => {
    const pair = bootedPair();
    session(pair);
    pair.advance(seconds(3600));
    pair.ask('GetConfiguration', {});
    pair.ask('RemoteStopTransaction', { transactionId: 101 });
    pair.command({ kind: 'unplug', address: {} });
    expect(pair.violations()).toEqual([]);
    expect(pair.charger.violations).toBeUndefined();
  });

  it('any life of a charger with a CSMS that keeps to the rules breaks none', () => {
    fc.assert(
      fc.property(lawfulLife, (acts) => {
        const pair = windUp(live(acts));
        expect(pair.violations()).toEqual([]);
        expect(pair.seen.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });

  it('OCPP-J 1.6 §3.2: a handshake that selects no subprotocol, or another, is recorded without a frame', () => {
    const pair = createPair();
    pair.csms.refuses = () => ({ reason: 'subprotocol', detail: 'the CSMS selected subprotocol none' });
    pair.command({ kind: 'connect' });
    expect(pair.violations()).toEqual(['wrongSubprotocol']);
    expect(listViolations(pair.charger)).toEqual([
      {
        rule: 'wrongSubprotocol',
        section: 'OCPP-J 1.6 §3.2',
        at: new Date(pair.now).toISOString(),
        detail: 'the CSMS selected subprotocol none',
      },
    ]);
  });

  it.each([
    ['unreachable', 'connection refused'],
    ['unauthorized', 'HTTP 401'],
    ['notFound', 'HTTP 404'],
    ['tls', 'expired'],
  ] as const)('OCPP-J 1.6 §3.2: a connection that fails otherwise (%s) is none', (reason, detail) => {
    const pair = createPair();
    pair.csms.refuses = () => ({ reason, detail });
    pair.command({ kind: 'connect' });
    expect(pair.violations()).toEqual([]);
  });

  it('OCPP 1.6 §6: a call that a tester has answered otherwise is looked at all the same, once, when it comes', () => {
    const pair = bootedPair();
    const incoming = [
      { action: 'Reset', status: 'Rejected' },
      { action: 'ClearCache', delayMs: 5000 },
    ];
    pair.command({ kind: 'setBehaviour', behaviour: { incoming } });
    pair.call('Reset', {});
    pair.call('ClearCache', { all: true });
    expect(pair.violations()).toEqual(['callSchema', 'callSchema']);
    pair.advance(seconds(60));
    expect(pair.violations()).toEqual(['callSchema', 'callSchema']);
    expect(pair.frames().flatMap(({ action, violations = [] }) => (violations.length > 0 ? [action] : []))).toEqual([
      'Reset',
      'ClearCache',
    ]);
  });

  it('one frame can break several rules: each counts, and the known fields still do', () => {
    const pair = starting({ transactionId: -1, idTagInfo: { status: 'Accepted' }, mood: 'good' });
    expect(pair.violations()).toEqual(['answerSchema', 'transactionIdNotPositive']);
    expect(pair.frames().find((one) => one.violations)?.violations).toEqual(pair.violations());
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(-1);
  });

  it.each([-1, 0])('transactionId %d is no violation where the idTag is refused: there is no transaction', (id) => {
    expect(starting({ transactionId: id, idTagInfo: { status: 'Blocked' } }).violations()).toEqual([]);
  });
});

describe('OCPP-J 1.6 §4.1.1: what looks like a violation and is none', () => {
  it('an answer that comes after the time-out', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    pair.advance(seconds(31));
    const messageId = pair.calls('Heartbeat')[0]?.messageId;
    frame(pair, 3, messageId, { currentTime: '2026-01-05T08:00:00Z' });
    expect(pair.violations()).toEqual([]);
    expect(pair.notes().at(-1)).toContain('too late');
    frame(pair, 3, messageId, { currentTime: '2026-01-05T08:00:00Z' });
    expect(pair.violations()).toEqual(['repeatedAnswer']);
  });

  it('OCPP 1.6 §3.7: two answers to a StartTransaction that was sent twice, though the first one settled it', () => {
    const pair = bootedPair({ answers: { StartTransaction: 'silent' } });
    pair.begin({ kind: 'startTransaction', address: { connectorId: 1 }, idToken: 'TAG-1' });
    pair.advance(seconds(91));
    const sent = pair.calls('StartTransaction');
    expect(sent).toHaveLength(2);
    for (const { messageId } of sent) frame(pair, 3, messageId, { ...accepted, transactionId: 7 });
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(7);
    expect(pair.violations()).toEqual([]);
  });

  it('OCPP 1.6 §5.14: answers that still come while a charger that restarts closes its connection', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    const messageId = pair.calls('Heartbeat')[0]?.messageId;
    pair.call('Reset', { type: 'Hard' });
    expect(pair.charger.link.state).toBe('down');
    frame(pair, 3, messageId, { currentTime: '2026-01-05T08:00:00Z' });
    expect(pair.violations()).toEqual([]);
  });

  it('the answer to a frame that a tester sent, also when nobody waits for it any more; a second one is', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    pair.begin({ kind: 'sendFrame', text: '[2,"mine","Heartbeat",{}]' }, seconds(5));
    pair.advance(seconds(10));
    frame(pair, 3, 'mine', {});
    expect(pair.violations()).toEqual([]);
    frame(pair, 3, 'mine', {});
    expect(pair.violations()).toEqual(['unknownAnswer']);
  });

  it('a call that comes when the one before must have timed out', () => {
    const pair = bootedPair();
    pair.charger.owed = { 'x/1': { action: 'GetLog', messageId: 'before', payload: {}, since: pair.now } };
    pair.sleep(seconds(10));
    pair.call('ClearCache', {});
    expect(pair.violations()).toEqual([]);
  });

  it('§4.1.4: a message id used again on another connection', () => {
    const pair = bootedPair();
    frame(pair, 2, 'same', 'ClearCache', {});
    pair.cut();
    pair.advance(seconds(10));
    frame(pair, 2, 'same', 'ClearCache', {});
    expect(pair.violations()).toEqual([]);
  });

  it.each(['drop', 'duplicate', 'reorder', 'truncate', 'corrupt', 'wrongMessageId'] as const)(
    'what a network that does %s has done to a frame, and what comes after it on that connection',
    (kind) => {
      const pair = bootedPair();
      pair.command({ kind: 'setNetworkFaults', faults: [{ kind, direction: 'received', times: 1 }], seed: 5 });
      frame(pair, 2, 'c-1', 'Reset', { type: 'Gentle' });
      frame(pair, 3, 'nobody', {});
      pair.command({ kind: 'setNetworkFaults', faults: [], seed: 5 });
      frame(pair, 3, 'nobody', {});
      expect(pair.violations()).toEqual([]);
      expect(pair.charger.violations).toBeUndefined();
      pair.cut();
      pair.advance(seconds(10));
      frame(pair, 3, 'nobody', {});
      expect(pair.violations()).toEqual(['unknownAnswer']);
    },
  );

  it.each(['duplicate', 'truncate', 'corrupt', 'wrongMessageId'] as const)(
    'what comes back to a frame of ours that a network has reached by %s',
    (kind) => {
      const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
      pair.command({ kind: 'setNetworkFaults', faults: [{ kind, direction: 'sent', times: 1 }], seed: 5 });
      pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
      frame(pair, 4, 'wrong-7', 'FormatViolation', '', {});
      frame(pair, 3, 'wrong-7', {});
      expect(pair.violations()).toEqual([]);
    },
  );

  it.each(['latency', 'lateAnswer'] as const)('but a network with %s alone hides nothing', (kind) => {
    const pair = bootedPair();
    pair.command({ kind: 'setNetworkFaults', faults: [{ kind, direction: 'received' }], seed: 5 });
    frame(pair, 3, 'nobody', {});
    pair.advance(seconds(60));
    expect(pair.violations()).toEqual(['unknownAnswer']);
  });

  it('an answer, under whatever id, to text that a tester sent by hand and that is no frame', () => {
    const pair = bootedPair();
    pair.begin({ kind: 'sendFrame', text: '[2,"x' }, seconds(5));
    frame(pair, 4, '-1', 'FormationViolation', '', {});
    expect(pair.violations()).toEqual([]);
    expect(pair.notes().at(-1)).toContain('sent by hand');
    frame(pair, 2, 'c', 'Reset', {});
    expect(pair.violations()).toEqual(['callSchema']);
  });

  it('OCPP 1.6 §6.50: the answer to a stop whose idTag a tester had added on its way', () => {
    const pair = bootedPair({ answers: { StopTransaction: accepted } });
    session(pair);
    const outgoing = [{ action: 'StopTransaction', fields: { idTag: 'TAG-1' } }];
    pair.command({ kind: 'setBehaviour', behaviour: { outgoing } });
    pair.command({ kind: 'stopTransaction', transactionId: '101', reason: 'EVDisconnected' });
    expect(pair.calls('StopTransaction').map(({ payload }) => payload.idTag)).toEqual(['TAG-1']);
    expect(pair.violations()).toEqual([]);
  });
});

describe('the record', () => {
  it('counts all by rule and remembers the latest ten, newest first, in a few kilobytes', () => {
    const pair = bootedPair();
    const before = JSON.stringify(pair.charger).length;
    text(pair, 'first of all');
    for (let i = 0; i < 30; i++) frame(pair, 2, `${i}-${'i'.repeat(500)}`, `Action${'x'.repeat(10_000)}`, { i });
    for (let i = 0; i < 30; i++) frame(pair, 2, `c-${i}`, 'Reset', { type: 'x'.repeat(10_000) });
    for (let i = 0; i < 30; i++) frame(pair, 3, `s-${i}-${'i'.repeat(500)}`, {});
    const counts = countByRule(pair.charger).map(({ rule, count }) => [rule, count]);
    expect(Object.fromEntries(counts)).toEqual({
      malformedFrame: 1,
      badMessageId: 30,
      callSchema: 30,
      unknownAnswer: 30,
    });
    const latest = listViolations(pair.charger);
    expect(latest.map(({ messageId }) => messageId?.slice(0, 4))).toEqual(
      [29, 28, 27, 26, 25, 24, 23, 22, 21, 20].map((i) => `s-${i}`),
    );
    expect(JSON.stringify(pair.charger).length - before).toBeLessThan(5000);
  });

  it('is shown with the charger, and cleared on request', () => {
    const pair = told('hello');
    expect(pair.command({ kind: 'clearViolations' })).toMatchObject({ ok: true, result: { cleared: 1 } });
    expect(pair.charger.violations).toBeUndefined();
    expect(listViolations(pair.charger)).toEqual([]);
  });

  it('holds no secret', () => {
    const pair = bootedPair();
    const location = 'ftp://user:SECRET@host/?sig=SECRET';
    frame(pair, 2, 'x', 'GetDiagnostics', { location, SECRETS: 1 });
    frame(pair, 2, 'w', 'ChangeConfiguration', { key: 'AuthorizationKey', value: 'SECRET', type: 'SECRET' });
    frame(pair, 2, 'y', 'ChangeConfiguration', { key: 'AuthorizationKey', value: { in: 'SECRET' } });
    expect(JSON.stringify(pair.charger.violations).replace('SECRETS', '')).not.toContain('SECRET');
  });
});
