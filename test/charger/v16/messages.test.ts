// sendMessage, sendFrame and DataTransfer on a 1.6 charger, and what they say when the CSMS fails.
import { bootedPair, createPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const send = (pair: Pair, action: string, payload?: Record<string, unknown>, validate = true) =>
  pair.command({ kind: 'sendMessage', action, ...(payload ? { payload } : {}), validate });
const refusal = (kind: string, text: string) => ({
  ok: false,
  refusal: { kind, detail: expect.stringContaining(text) },
});

describe('sendMessage', () => {
  it.each([
    'Authorize',
    'BootNotification',
    'DataTransfer',
    'DiagnosticsStatusNotification',
    'FirmwareStatusNotification',
    'Heartbeat',
    'LogStatusNotification',
    'MeterValues',
    'SecurityEventNotification',
    'SignedFirmwareStatusNotification',
    'StartTransaction',
    'StatusNotification',
    'StopTransaction',
  ])('%s is filled from the state and passes its schema', (action) => {
    const pair = bootedPair({ answers: { LogStatusNotification: {} } });
    expect(send(pair, action)).toMatchObject({ ok: true, result: { response: expect.any(Object) } });
    expect(pair.calls(action)).toHaveLength(1);
  });

  it('hands back the response of the CSMS', () => {
    const pair = bootedPair({ answers: { DataTransfer: { status: 'Rejected', data: 'no' } } });
    const outcome = send(pair, 'DataTransfer', { vendorId: 'org.example', data: 'x' });
    expect(outcome).toMatchObject({ ok: true, result: { response: { status: 'Rejected', data: 'no' } } });
    expect(pair.calls('DataTransfer')[0]?.payload).toEqual({ vendorId: 'org.example', data: 'x' });
  });

  it('fills in from the connector and the transaction it is about', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: { connectorId: 2 }, idToken: 'TAG-1' });
    pair.clear();
    send(pair, 'StatusNotification', { connectorId: 2 });
    expect(pair.calls('StatusNotification')[0]?.payload).toMatchObject({
      connectorId: 2,
      status: 'Charging',
      errorCode: 'NoError',
    });
    send(pair, 'MeterValues', { connectorId: 2 });
    expect(pair.calls('MeterValues')[0]?.payload).toMatchObject({ connectorId: 2, transactionId: 101 });
    send(pair, 'StopTransaction');
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ transactionId: 101, reason: 'Local' });
  });

  it('null leaves a filled-in field out', () => {
    const pair = bootedPair();
    send(pair, 'StatusNotification', { timestamp: null });
    expect(pair.calls('StatusNotification')[0]?.payload).not.toHaveProperty('timestamp');
  });

  it("a tester's own StartTransaction does not start one", () => {
    const pair = bootedPair();
    send(pair, 'StartTransaction', { idTag: 'TAG-7' });
    expect(pair.charger.v16?.connectors[0]?.transaction).toBeUndefined();
    expect(pair.statuses(1)).toEqual([]);
  });

  it('refuses an action that 1.6 does not have, one of the CSMS, and a payload that the schema forbids', () => {
    const pair = bootedPair();
    expect(send(pair, 'MakeCoffee')).toMatchObject(refusal('badInput', 'not an action'));
    expect(send(pair, 'Reset')).toMatchObject(refusal('badInput', 'sent by the CSMS'));
    const wrong = send(pair, 'StatusNotification', { status: 'Sleeping' });
    expect(wrong).toMatchObject(refusal('badInput', 'validate=false'));
    expect(wrong).toMatchObject({ refusal: { errors: [{ path: 'payload.status' }] } });
    expect(pair.actions()).toEqual([]);
  });

  it('validate=false sends what the schema forbids, and actions that there are not', () => {
    const pair = bootedPair({ answers: { MakeCoffee: { callError: 'NotImplemented' } } });
    expect(send(pair, 'StatusNotification', { status: 'Sleeping' }, false)).toMatchObject({ ok: true });
    expect(pair.calls('StatusNotification')[0]?.payload).toMatchObject({ connectorId: 1, status: 'Sleeping' });
    expect(send(pair, 'MakeCoffee', { sugar: 2 }, false)).toMatchObject({
      ok: false,
      refusal: { kind: 'refusedByCsms', extra: { callError: { code: 'NotImplemented' } } },
    });
    expect(pair.calls('MakeCoffee')[0]?.payload).toEqual({ sugar: 2 });
  });

  it('boots an on-demand charger first where it must, and releases the socket after', () => {
    const pair = createPair({ connection: 'onDemand' });
    expect(send(pair, 'Heartbeat')).toMatchObject({ ok: true });
    expect(pair.actions()[0]).toBe('BootNotification');
    expect(pair.calls('Heartbeat')).toHaveLength(1);
    expect(pair.charger.link.state).toBe('down');
  });

  it('OCPP 1.6 §4.2 - while Pending it is refused with the registration; validate=false breaks the rule', () => {
    const currentTime = '2026-01-05T08:00:00Z';
    const pair = createPair({ answers: { BootNotification: { status: 'Pending', currentTime, interval: 600 } } });
    pair.command({ kind: 'connect' });
    expect(send(pair, 'Heartbeat')).toMatchObject(refusal('wrongState', 'Pending'));
    expect(pair.calls('Heartbeat')).toHaveLength(0);
    expect(send(pair, 'Heartbeat', {}, false)).toMatchObject({ ok: true });
  });
});

describe('a CSMS that fails', () => {
  it('cannot be reached: unreachable, with the address and the reason', () => {
    for (const connection of ['onDemand', 'persistent'] as const) {
      const pair = createPair({ connection, unreachable: true });
      expect(pair.command({ kind: 'connect' })).toMatchObject(refusal('unreachable', 'ws://csms.test/ocpp'));
      expect(send(pair, 'Heartbeat')).toMatchObject({
        refusal: { kind: 'unreachable', extra: { reason: 'unreachable' } },
      });
    }
  });

  it('cannot be reached: startTransaction is unreachable, and says what became of it', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.csms.unreachable = true;
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ refusal: { kind: 'unreachable', extra: { connector: { status: 'Preparing' } } } });
    expect(pair.charger.v16?.connectors[0]?.transaction).toBeUndefined();
  });

  it('closes in the middle: unreachable', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    pair.cut();
    expect(pair.outcomes[id]).toMatchObject(refusal('unreachable', 'connection reset'));
  });

  it('is silent: timeout after the time of the command, naming what was not answered', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true }, 7_000);
    pair.advance(7_000);
    expect(pair.outcomes[id]).toMatchObject(refusal('timeout', 'did not answer Heartbeat within 7 s'));
  });

  it('is silent to BootNotification: timeout of connect', () => {
    const pair = createPair({ answers: { BootNotification: 'silent' } });
    const id = pair.begin({ kind: 'connect' }, 5_000);
    pair.advance(5_000);
    expect(pair.outcomes[id]).toMatchObject(refusal('timeout', 'BootNotification'));
  });

  it('is silent to StartTransaction: timeout, the transaction runs and its message is kept', () => {
    const pair = bootedPair({ answers: { StartTransaction: 'silent' } });
    const id = pair.begin({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' }, 10_000);
    pair.advance(10_000);
    expect(pair.outcomes[id]).toMatchObject({
      refusal: { kind: 'timeout', extra: { transaction: { state: 'running' } } },
    });
    delete pair.csms.answers.StartTransaction;
    pair.advance(600_000);
    expect(pair.charger.v16?.connectors[0]?.transaction?.transactionId).toBe(101);
  });

  it('answers with CALLERROR: refusedByCsms with code and description', () => {
    const pair = bootedPair({ answers: { Heartbeat: { callError: 'InternalError' } } });
    expect(send(pair, 'Heartbeat')).toMatchObject({
      refusal: { kind: 'refusedByCsms', extra: { callError: { code: 'InternalError', description: '' } } },
    });
  });

  it('answers connect with CALLERROR: refusedByCsms', () => {
    const pair = createPair({ answers: { BootNotification: { callError: 'SecurityError' } } });
    expect(pair.command({ kind: 'connect' })).toMatchObject(refusal('refusedByCsms', 'BootNotification'));
  });

  it('answers outside the protocol: protocol, with what is wrong where', () => {
    const pair = bootedPair({ answers: { Authorize: { idTagInfo: { status: 'Perhaps' } } } });
    expect(send(pair, 'Authorize', { idTag: 'TAG-1' })).toMatchObject({
      refusal: {
        kind: 'protocol',
        detail: expect.stringContaining('Authorize'),
        errors: [{ path: 'idTagInfo.status' }],
      },
    });
  });

  it('answers Authorize outside the protocol: an order to start fails as protocol, no transaction', () => {
    const pair = bootedPair({ answers: { Authorize: {} } });
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ refusal: { kind: 'protocol' } });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
  });

  it('answers connect outside the protocol: protocol', () => {
    const pair = createPair({ answers: { BootNotification: { status: 'Welcome' } } });
    expect(pair.command({ kind: 'connect' })).toMatchObject(refusal('protocol', 'BootNotification'));
  });
});

describe('sendFrame', () => {
  it('a CALL is sent as it is, and its answer handed back', () => {
    const pair = bootedPair();
    const outcome = pair.command({ kind: 'sendFrame', text: '[2, "mine-1",  "Heartbeat", {}]' });
    expect(pair.effects).toContainEqual({ kind: 'send', text: '[2, "mine-1",  "Heartbeat", {}]', durable: false });
    expect(outcome).toMatchObject({ ok: true, result: { response: { payload: { currentTime: expect.any(String) } } } });
  });

  it('a CALL that the CSMS answers with CALLERROR hands that back: the tester wanted to know', () => {
    const pair = bootedPair({ answers: { Heartbeat: { callError: 'FormationViolation' } } });
    const outcome = pair.command({ kind: 'sendFrame', text: '[2,"mine-1","Heartbeat",{}]' });
    expect(outcome).toMatchObject({ ok: true, result: { response: { code: 'FormationViolation' } } });
  });

  it.each(['not json', '{}', '[2]', '[9,"x",{}]', ''])(
    'what is no frame (%j) goes out all the same, and a reaction is waited for',
    (text) => {
      const pair = bootedPair();
      const id = pair.begin({ kind: 'sendFrame', text, waitSeconds: 2 });
      expect(pair.effects).toContainEqual({ kind: 'send', text, durable: false });
      pair.advance(1_999);
      expect(pair.outcomes[id]).toBeUndefined();
      pair.advance(1);
      expect(pair.outcomes[id]).toMatchObject({ ok: true });
    },
  );

  it('waits for the link of an on-demand charger', () => {
    const pair = createPair({ connection: 'onDemand' });
    const outcome = pair.command({ kind: 'sendFrame', text: '[2,"mine-1","Heartbeat",{}]' });
    expect(outcome).toMatchObject({ ok: true, result: { response: { payload: expect.any(Object) } } });
  });

  it('without a CSMS: unreachable; without an answer: timeout', () => {
    const text = '[2,"mine-1","Heartbeat",{}]';
    const gone = createPair({ unreachable: true });
    expect(gone.command({ kind: 'sendFrame', text })).toMatchObject({ refusal: { kind: 'unreachable' } });
    const silent = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = silent.begin({ kind: 'sendFrame', text }, 3_000);
    silent.advance(3_000);
    expect(silent.outcomes[id]).toMatchObject({ refusal: { kind: 'timeout' } });
  });

  it('cut off before the answer: unreachable', () => {
    const pair = bootedPair({ answers: { Heartbeat: 'silent' } });
    const id = pair.begin({ kind: 'sendFrame', text: '[2,"mine-1","Heartbeat",{}]' });
    pair.cut();
    expect(pair.outcomes[id]).toMatchObject({ refusal: { kind: 'unreachable' } });
  });
});

describe('DataTransfer of the CSMS', () => {
  const vendorId = 'org.charger-simulator';

  it('TC_062_CS - an unknown vendor: UnknownVendorId without data (§4.3)', () => {
    const answer = bootedPair().ask('DataTransfer', { vendorId: 'com.example', messageId: 'M', data: 'x' });
    expect(answer).toEqual({ status: 'UnknownVendorId' });
  });

  it('TC_062_CS - a known vendor with an unknown message: UnknownMessageId', () => {
    expect(bootedPair().ask('DataTransfer', { vendorId, messageId: 'M' })).toEqual({ status: 'UnknownMessageId' });
  });

  it('TC_062_CS - a known message: Accepted, with data', () => {
    const answer = bootedPair().ask('DataTransfer', { vendorId, messageId: 'Echo', data: 'x' });
    expect(answer).toEqual({ status: 'Accepted', data: 'x' });
  });
});
