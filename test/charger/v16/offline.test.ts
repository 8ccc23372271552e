// Offline: what is queued, what is dropped, and how it is replayed (OCPP 1.6 §3.7, §3.5.4; TC_036 to TC_039).
import { bootedPair, type Pair, type PairOptions } from '../../support/pair';

const minutes = (count: number) => count * 60_000;

const unknownMay = { AllowOfflineTxForUnknownId: 'true', LocalAuthorizeOffline: 'true' };
const transactionActions = ['StartTransaction', 'MeterValues', 'StopTransaction'];

function charging(options: PairOptions = {}): Pair {
  const pair = bootedPair({ configuration: unknownMay, ...options });
  pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
  pair.clear();
  return pair;
}

function offlineStarted(options: PairOptions = {}): Pair {
  const { configuration, ...rest } = options;
  const pair = bootedPair({ configuration: { ...unknownMay, ...(configuration as Record<string, string>) }, ...rest });
  pair.command({ kind: 'network', state: 'offline' });
  pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
  pair.clear();
  return pair;
}

const goOnline = (pair: Pair) => pair.command({ kind: 'network', state: 'online' });
const business = (pair: Pair) => pair.seen.filter((call) => transactionActions.includes(call.action));
const meterTimes = (pair: Pair) =>
  pair.calls('MeterValues').map((call) => (call.payload.meterValue as { timestamp: string }[])[0]?.timestamp);

describe('TC_036_CS: connection loss during a transaction', () => {
  it('charges on, keeps its samples with their own times, and delivers them in order', () => {
    const pair = charging();
    const cutAt = pair.now;
    pair.command({ kind: 'network', state: 'offline' });
    pair.advance(minutes(3));
    expect(pair.seen).toEqual([]);
    goOnline(pair);
    expect(meterTimes(pair)).toEqual([1, 2, 3].map((m) => new Date(cutAt + minutes(m)).toISOString()));
    expect(pair.calls('MeterValues').every((call) => call.payload.transactionId === 101)).toBe(true);
    expect(pair.calls('StartTransaction')).toEqual([]);
    expect(pair.charger.v16?.connectors[0]?.status).toBe('Charging');
  });

  it('sends a StartTransaction that was on the wire again, once, and the answer of the second counts', () => {
    const pair = bootedPair({ answers: { StartTransaction: 'silent' } });
    pair.begin({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    pair.cut();
    delete pair.csms.answers.StartTransaction;
    pair.advance(minutes(2));
    const [first, second, ...more] = pair.calls('StartTransaction');
    expect(second?.payload).toEqual(first?.payload);
    expect(second?.messageId).not.toBe(first?.messageId);
    expect(more).toEqual([]);
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(101);
  });
});

describe('TC_037: offline start', () => {
  it('TC_037_1_CS: valid idTag: the start is reported with its own time, and the transaction goes on', () => {
    const pair = offlineStarted();
    const startedAt = new Date(pair.now).toISOString();
    pair.advance(minutes(5));
    goOnline(pair);
    expect(business(pair)[0]).toMatchObject({
      action: 'StartTransaction',
      payload: { connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: startedAt },
    });
    expect(pair.calls('MeterValues')).toHaveLength(5);
    expect(pair.calls('MeterValues').every((call) => call.payload.transactionId === 101)).toBe(true);
    expect(pair.statuses(1)).toEqual(['Charging']);
  });

  const invalid = { StartTransaction: () => ({ transactionId: 33, idTagInfo: { status: 'Invalid' } }) };

  it('TC_037_2_CS: invalid idTag, StopTransactionOnInvalidId false: only delivery ends', () => {
    const pair = offlineStarted({ answers: invalid, configuration: { StopTransactionOnInvalidId: 'false' } });
    pair.advance(minutes(1));
    goOnline(pair);
    expect(pair.statuses(1).at(-1)).toBe('SuspendedEVSE');
    pair.advance(minutes(10));
    expect(pair.calls('StopTransaction')).toEqual([]);
    expect(pair.charger.v16?.connectors[0]?.transaction?.deauthorized).toBe(true);
  });

  it('TC_037_3_CS: invalid idTag, StopTransactionOnInvalidId true: stopped as DeAuthorized, the cable stays locked', () => {
    const pair = offlineStarted({ answers: invalid, configuration: { StopTransactionOnInvalidId: 'true' } });
    pair.advance(minutes(1));
    goOnline(pair);
    expect(pair.calls('StopTransaction')).toMatchObject([{ payload: { transactionId: 33, reason: 'DeAuthorized' } }]);
    expect(pair.statuses(1).at(-1)).toBe('Finishing');
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(true);
  });
});

describe('TC_038_CS: offline stop', () => {
  it('reports the stop with its own time and register after the samples before it', () => {
    const pair = charging();
    pair.command({ kind: 'network', state: 'offline' });
    pair.advance(minutes(6));
    const stoppedAt = new Date(pair.now).toISOString();
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    const { meterStopWh } = pair.charger.v16?.ended.at(-1) ?? {};
    pair.advance(minutes(10));
    goOnline(pair);
    const sent = business(pair);
    expect(sent.map((call) => call.action)).toEqual([...Array(6).fill('MeterValues'), 'StopTransaction']);
    expect(sent.at(-1)?.payload).toMatchObject({ transactionId: 101, timestamp: stoppedAt, meterStop: meterStopWh });
    expect(meterStopWh).toBeGreaterThan(1000);
  });
});

describe('TC_039_CS: offline transaction', () => {
  it('replays start, samples and stop in order, once, with the id that the CSMS gives on replay', () => {
    const pair = offlineStarted();
    pair.advance(minutes(2));
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.advance(minutes(30));
    goOnline(pair);
    pair.advance(minutes(30));
    expect(business(pair).map((call) => [call.action, call.payload.transactionId])).toEqual([
      ['StartTransaction', undefined],
      ['MeterValues', 101],
      ['MeterValues', 101],
      ['StopTransaction', 101],
    ]);
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('keeps two of them apart, on one connector and on two', () => {
    const pair = offlineStarted();
    pair.command({ kind: 'startTransaction', address: { connectorId: 2 }, idToken: 'OTHER' });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.command({ kind: 'unplug', address: {} });
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'THIRD' });
    pair.command({ kind: 'presentToken', address: { connectorId: 2 }, idToken: 'OTHER' });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'THIRD' });
    goOnline(pair);
    expect(business(pair).map((call) => [call.action, call.payload.idTag, call.payload.transactionId])).toEqual([
      ['StartTransaction', 'TAG', undefined],
      ['StartTransaction', 'OTHER', undefined],
      ['StopTransaction', 'TAG', 101],
      ['StartTransaction', 'THIRD', undefined],
      ['StopTransaction', 'OTHER', 102],
      ['StopTransaction', 'THIRD', 103],
    ]);
  });

  it('survives a second cut in the middle of the replay: nothing lost, nothing doubled that was answered', () => {
    const pair = offlineStarted();
    pair.advance(minutes(5));
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    let meterValues = 0;
    pair.csms.answers.MeterValues = () => (++meterValues === 3 ? 'silent' : {});
    pair.begin({ kind: 'network', state: 'online' });
    pair.cut();
    pair.advance(minutes(1));
    const answered = new Set(meterTimes(pair));
    expect(answered.size).toBe(5);
    expect(pair.calls('MeterValues')).toHaveLength(6);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    expect(pair.calls('StopTransaction')).toHaveLength(1);
  });

  it('survives a power failure before the replay', () => {
    const pair = offlineStarted();
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.command({ kind: 'power', state: 'cycle' });
    pair.advance(minutes(1));
    goOnline(pair);
    expect(pair.actions()[0]).toBe('BootNotification');
    expect(business(pair).map((call) => [call.action, call.payload.transactionId])).toEqual([
      ['StartTransaction', undefined],
      ['StopTransaction', 101],
    ]);
  });

  it('an order to go online is done when everything has been replayed', () => {
    const pair = offlineStarted();
    pair.advance(minutes(3));
    const outcome = goOnline(pair);
    expect(outcome?.ok).toBe(true);
    expect(pair.charger.calls.queue).toEqual([]);
    expect(pair.calls('MeterValues')).toHaveLength(3);
  });
});

describe('an order to start where a token was presented before', () => {
  it.each(['online', 'offline'] as const)('starts one transaction, not two: %s', (state) => {
    const pair = bootedPair({ configuration: unknownMay });
    pair.command({ kind: 'network', state });
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    expect(pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' })?.ok).toBe(true);
    goOnline(pair);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });
});

describe('what is not kept while offline', () => {
  it('a message of a tester fails at once, and is not sent later', () => {
    const pair = charging();
    pair.command({ kind: 'network', state: 'offline' });
    const outcome = pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    goOnline(pair);
    expect(pair.calls('Heartbeat')).toEqual([]);
  });

  it('beyond its budget in bytes the queue loses every second sample in between, never starts and stops', () => {
    const pair = charging();
    pair.command({ kind: 'network', state: 'offline' });
    pair.advance(minutes(700));
    pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    expect(JSON.stringify(pair.charger.calls.queue).length).toBeLessThan(256 * 1024);
    expect(pair.notes().filter((note) => note.includes('offline queue full')).length).toBeLessThanOrEqual(5);
    expect(pair.notes().join()).toContain('intermediate MeterValues given up');
    goOnline(pair);
    const stamps = meterTimes(pair);
    expect([...stamps].sort()).toEqual(stamps);
    expect(stamps.length).toBeGreaterThan(100);
    expect(pair.calls('StopTransaction')).toHaveLength(1);
  });
});
