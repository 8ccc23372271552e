// Our CALLs: one in flight, timeouts, late, doubled and unknown answers, retries and order (OCPP-J 1.6 §4.1.1, OCPP 1.6 §3.7).
import { bootedPair, type Pair } from '../../support/pair';

const seconds = (count: number) => count * 1000;

const startHere = (pair: Pair, connectorId = 1) =>
  pair.begin({ kind: 'startTransaction', address: { connectorId }, idToken: `TAG-${connectorId}` });

const answerOf = (messageId: string | undefined, payload: unknown) => ({
  kind: 'frame' as const,
  text: JSON.stringify([3, messageId, payload]),
});

const cutAndReconnect = (pair: Pair) => {
  pair.cut();
  pair.advance((pair.charger.timers.reconnect ?? pair.now) - pair.now);
};

const times = (pair: Pair, action: string) => {
  const calls = pair.calls(action);
  return calls.map((call) => (call.at - (calls[0]?.at ?? 0)) / 1000);
};

describe('OCPP-J 1.6 §4.1.1: one call in flight', () => {
  it('sends the next call only when the one before it is answered', () => {
    const pair = bootedPair({ answers: { Authorize: 'silent' } });
    pair.begin({ kind: 'plugIn', address: { connectorId: 2 } });
    pair.clear();
    pair.begin({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(pair.actions()).toEqual(['Authorize']);
    pair.input(answerOf(pair.seen[0]?.messageId, { idTagInfo: { status: 'Accepted' } }));
    expect(pair.actions().slice(0, 2)).toEqual(['Authorize', 'Heartbeat']);
  });

  it('still answers the CSMS meanwhile', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(pair.ask('GetConfiguration', { key: ['NumberOfConnectors'] })?.configurationKey).toHaveLength(1);
  });

  it('goes on after 30 s without an answer', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true }, seconds(60));
    pair.begin({ kind: 'sendMessage', action: 'DataTransfer', validate: true }, seconds(60));
    pair.advance(seconds(30) - 1);
    expect(pair.actions()).toEqual(['Heartbeat']);
    pair.advance(1);
    expect(pair.actions()).toEqual(['Heartbeat', 'DataTransfer']);
    expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'timeout' } });
  });
});

describe('answers nobody waits for', () => {
  it('a late answer is noted and changes nothing', () => {
    const pair = bootedPair({ answers: { Authorize: 'silent' } });
    pair.begin({ kind: 'presentToken', address: {}, idToken: 'TAG' });
    pair.advance(seconds(31));
    const before = JSON.stringify(pair.charger.v16);
    pair.input(answerOf(pair.calls('Authorize')[0]?.messageId, { idTagInfo: { status: 'Accepted' } }));
    expect(JSON.stringify(pair.charger.v16)).toBe(before);
    expect(pair.notes().at(-1)).toContain('late');
  });

  it('a doubled answer counts once', () => {
    const pair = bootedPair();
    startHere(pair);
    const call = pair.calls('StartTransaction')[0];
    pair.input(answerOf(call?.messageId, { transactionId: 999, idTagInfo: { status: 'Blocked' } }));
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(101);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
  });

  it('an answer to a call that was never made is noted, and the one in flight goes on waiting', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    pair.input(answerOf('never-sent', { currentTime: '2026-01-05T08:00:00Z' }));
    pair.input({ kind: 'frame', text: '[4,"never-sent","InternalError","",{}]' });
    expect(pair.outcomes[id]).toBeUndefined();
    expect(pair.notes()).toHaveLength(2);
    pair.input(answerOf(pair.seen[0]?.messageId, { currentTime: '2026-01-05T08:00:00Z' }));
    expect(pair.outcomes[id]?.ok).toBe(true);
  });

  it('an answer to a call of the connection before is not taken for one of this', () => {
    const pair = bootedPair({ answers: { StartTransaction: 'silent' } });
    startHere(pair);
    const old = pair.calls('StartTransaction')[0]?.messageId;
    pair.cut();
    pair.advance(seconds(5));
    expect(pair.calls('StartTransaction')).toHaveLength(2);
    pair.input(answerOf(old, { transactionId: 5, idTagInfo: { status: 'Accepted' } }));
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBeUndefined();
  });
});

describe('OCPP 1.6 §3.7.1: transaction messages that the CSMS fails to process', () => {
  it('are sent TransactionMessageAttempts times, 60 and 120 s apart as in the specification', () => {
    const pair = bootedPair({ answers: { StopTransaction: { callError: 'InternalError' } } });
    startHere(pair);
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    pair.advance(seconds(600));
    expect(times(pair, 'StopTransaction')).toEqual([0, 60, 180]);
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('count the time of a missing answer before the wait', () => {
    const pair = bootedPair({ answers: { StopTransaction: 'silent' } });
    startHere(pair);
    pair.begin({ kind: 'stopTransaction', transactionId: '101' });
    pair.advance(seconds(600));
    expect(times(pair, 'StopTransaction')).toEqual([0, 90, 240]);
  });

  it.each([
    ['1', [0]],
    ['0', [0]],
    ['4', [0, 10, 30, 60]],
  ])('follow TransactionMessageAttempts %s and TransactionMessageRetryInterval 10', (attempts, expected) => {
    const pair = bootedPair({
      configuration: { TransactionMessageAttempts: attempts, TransactionMessageRetryInterval: '10' },
      answers: { StopTransaction: { callError: 'GenericError' } },
    });
    startHere(pair);
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    pair.advance(seconds(600));
    expect(times(pair, 'StopTransaction')).toEqual(expected);
  });

  it('hold back later transaction messages, not the others', () => {
    const pair = bootedPair({ answers: { StartTransaction: { callError: 'InternalError' } } });
    startHere(pair, 1);
    startHere(pair, 2);
    pair.advance(seconds(59));
    expect(pair.calls('StartTransaction').map((call) => call.payload.connectorId)).toEqual([1]);
    expect(pair.statuses(2)).toContain('Charging');
    delete pair.csms.answers.StartTransaction;
    pair.advance(seconds(10));
    const order = pair.calls('StartTransaction').map((call) => call.payload.connectorId);
    expect(order).toEqual([1, 1, 2]);
  });

  it('a StartTransaction given up takes the messages of its transaction with it: none goes out with id -1', () => {
    const pair = bootedPair({ answers: { StartTransaction: { callError: 'InternalError' } } });
    startHere(pair);
    pair.advance(seconds(400));
    const id = pair.charger.v16?.connectors[0]?.transaction?.id ?? '';
    pair.command({ kind: 'stopTransaction', transactionId: id });
    expect(pair.calls('StartTransaction')).toHaveLength(3);
    expect(pair.calls('StopTransaction')).toEqual([]);
    expect(pair.calls('MeterValues')).toEqual([]);
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('a broken connection is no failure of the CSMS: it costs no attempt', () => {
    const pair = bootedPair({ answers: { StopTransaction: 'silent' } });
    startHere(pair);
    pair.begin({ kind: 'stopTransaction', transactionId: '101' });
    for (let cuts = 0; cuts < 5; cuts++) cutAndReconnect(pair);
    delete pair.csms.answers.StopTransaction;
    cutAndReconnect(pair);
    expect(pair.calls('StopTransaction')).toHaveLength(7);
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('the wait for a retry survives a power failure', () => {
    const pair = bootedPair({ answers: { StopTransaction: { callError: 'InternalError' } } });
    startHere(pair);
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    pair.command({ kind: 'power', state: 'cycle' });
    delete pair.csms.answers.StopTransaction;
    pair.advance(seconds(70));
    expect(times(pair, 'StopTransaction')).toEqual([0, 60]);
  });
});

describe('OCPP 1.6 §3.7: order', () => {
  it('an Authorize passes a backlog of transaction messages', () => {
    const pair = bootedPair({ configuration: { LocalAuthorizeOffline: 'true', AllowOfflineTxForUnknownId: 'true' } });
    pair.command({ kind: 'network', state: 'offline' });
    startHere(pair);
    pair.advance(seconds(600));
    pair.csms.answers.StartTransaction = 'silent';
    pair.begin({ kind: 'network', state: 'online' });
    pair.clear();
    pair.begin({ kind: 'presentToken', address: { connectorId: 2 }, idToken: 'URGENT' });
    pair.csms.answers.StartTransaction = () => ({ transactionId: 7, idTagInfo: { status: 'Accepted' } });
    pair.advance(seconds(30));
    expect(pair.actions()[0]).toBe('Authorize');
  });

  it('a Heartbeat does not wait for a message that will be retried', () => {
    const pair = bootedPair({ answers: { StartTransaction: { callError: 'InternalError' } } });
    startHere(pair);
    pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(pair.actions().at(-1)).toBe('Heartbeat');
  });
});

describe('a StartTransaction answered late', () => {
  it('OCPP 1.6 §3.7.1: is not sent again once the answer has come, and the transaction has its id', () => {
    const pair = bootedPair({ answers: { StartTransaction: 'silent' } });
    startHere(pair);
    pair.advance(seconds(35));
    const [start] = pair.calls('StartTransaction');
    pair.input(answerOf(start?.messageId, { idTagInfo: { status: 'Accepted' }, transactionId: 77 }));
    pair.advance(seconds(600));
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    expect(pair.calls('MeterValues')[0]?.payload).toMatchObject({ transactionId: 77 });
  });
});
