// sendMessage on a 1.6 charger: filled from the state, checked unless told otherwise, answered with the response.
import { draftMessage } from '../../../lib/charger/draft';
import { messagesV16 } from '../../../lib/ocpp/v16/messages';
import { bootedPair, createPair, type Pair } from '../../support/pair';

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
  ])('%s is filled from the state and passes its schema', (action) => {
    const pair = bootedPair({ answers: { LogStatusNotification: {} } });
    expect(send(pair, action)).toMatchObject({ ok: true, result: { response: expect.any(Object) } });
    expect(pair.calls(action)).toHaveLength(1);
  });

  it('StopTransaction is filled from the transaction; without one it needs a transactionId', () => {
    const pair = bootedPair();
    expect(send(pair, 'StopTransaction')).toMatchObject(refusal('badInput', 'transactionId'));
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    expect(send(pair, 'StopTransaction')).toMatchObject({ ok: true });
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ transactionId: 101 });
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

  it('StopTransaction is filled in from the transaction that it names', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: { connectorId: 1 }, idToken: 'TAG-1' });
    pair.advance(3_600_000);
    pair.command({ kind: 'startTransaction', address: { connectorId: 2 }, idToken: 'TAG-2' });
    pair.clear();
    send(pair, 'StopTransaction', { transactionId: 102 });
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ transactionId: 102, meterStop: 0 });
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

  it('fill=false sends the payload as it is, checked all the same', () => {
    const pair = bootedPair();
    const only = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
    const sent = (payload: Record<string, unknown>) =>
      pair.command({ kind: 'sendMessage', action: 'StatusNotification', payload, validate: true, fill: false });
    expect(sent(only)).toMatchObject({ ok: true });
    expect(pair.calls('StatusNotification')[0]?.payload).toEqual(only);
    expect(sent({ connectorId: 1 })).toMatchObject(refusal('badInput', 'status'));
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

describe('draftMessage', () => {
  const actions = Object.entries(messagesV16).flatMap(([action, { from }]) => (from === 'csms' ? [] : [action]));

  it.each(actions)('%s is what sendMessage sends at that moment, and leaves the charger as it is', (action) => {
    const pair = bootedPair({ answers: { LogStatusNotification: {} } });
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    pair.clear();
    const before = JSON.stringify(pair.charger);
    const { payload, problems } = draftMessage(pair.charger, action, pair.now, {});
    expect(JSON.stringify(pair.charger)).toBe(before);
    const outcome = send(pair, action);
    if (problems.length > 0) return expect(outcome).toMatchObject(refusal('badInput', problems[0]?.path ?? ''));
    expect(pair.calls(action)[0]?.payload).toEqual(payload);
  });

  it('misses nothing but the CSR while a transaction runs', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    const lacking = actions.filter((action) => draftMessage(pair.charger, action, pair.now, {}).problems.length > 0);
    expect(lacking).toEqual(['SignCertificate']);
  });
});
