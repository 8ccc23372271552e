// Sessions at the charger, from plug or token to the cable out again (OCPP 1.6 §3.5, §4.1, §4.8 to §4.10).
import { findTransaction, viewCharger } from '../../../lib/charger/view';
import { bootedPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const token = (pair: Pair, idToken = 'TAG-1') => pair.command({ kind: 'presentToken', address: at1, idToken });
const plug = (pair: Pair) => pair.command({ kind: 'plugIn', address: at1 });
const unplug = (pair: Pair) => pair.command({ kind: 'unplug', address: at1 });

describe('regular sessions', () => {
  it('TC_003_CS - plug first: Preparing, Authorize, StartTransaction, Charging, StopTransaction, Finishing, Available', () => {
    const pair = bootedPair();
    plug(pair);
    token(pair);
    pair.advance(30_000);
    token(pair);
    unplug(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging', 'Finishing', 'Available']);
    const others = pair.actions().filter((action) => action !== 'StatusNotification');
    expect(others).toEqual(['Authorize', 'StartTransaction', 'StopTransaction']);
  });

  it('TC_003_CS - StartTransaction and StopTransaction carry ids, whole Wh and the times of the events', () => {
    const pair = bootedPair();
    plug(pair);
    const startedAt = new Date(pair.now).toISOString();
    token(pair);
    pair.advance(59_000);
    token(pair);
    const [begin] = pair.calls('StartTransaction');
    expect(begin?.payload).toEqual({ connectorId: 1, idTag: 'TAG-1', meterStart: 0, timestamp: startedAt });
    const [end] = pair.calls('StopTransaction');
    expect(end?.payload).toMatchObject({ transactionId: 101, idTag: 'TAG-1', meterStop: 180, reason: 'Local' });
    expect(end?.payload.timestamp).toBe(new Date(pair.now).toISOString());
  });

  it('TC_004_1_CS - token first: Preparing before the cable, StartTransaction with it', () => {
    const pair = bootedPair();
    token(pair);
    expect(pair.statuses(1)).toEqual(['Preparing']);
    expect(pair.actions()).not.toContain('StartTransaction');
    pair.advance(59_000);
    plug(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging']);
    expect(pair.calls('Authorize')).toHaveLength(1);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });

  it('TC_004_2_CS - ConnectionTimeOut takes the authorization back', () => {
    const pair = bootedPair({ configuration: { ConnectionTimeOut: '45' } });
    token(pair);
    pair.advance(44_999);
    expect(pair.statuses(1)).toEqual(['Preparing']);
    pair.advance(1);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Available']);
    plug(pair);
    expect(pair.actions()).not.toContain('StartTransaction');
  });

  it('OCPP 1.6 §4.9 B1 - the same token again before the cable ends the intended usage', () => {
    const pair = bootedPair();
    token(pair);
    const outcome = token(pair);
    expect(outcome).toMatchObject({ ok: true, result: { outcome: 'cancelled' } });
    expect(pair.statuses(1)).toEqual(['Preparing', 'Available']);
    pair.advance(120_000);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Available']);
  });

  it('OCPP 1.6 §4.9 B1 - a plug taken out again without a token goes back to Available', () => {
    const pair = bootedPair();
    plug(pair);
    unplug(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Available']);
  });

  it('OCPP 1.6 §4.9 F2 - a token during Finishing begins a new transaction', () => {
    const pair = bootedPair();
    plug(pair);
    token(pair);
    token(pair);
    token(pair, 'TAG-2');
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging', 'Finishing', 'Preparing', 'Charging']);
    expect(pair.calls('StartTransaction').map((call) => call.payload.idTag)).toEqual(['TAG-1', 'TAG-2']);
  });

  it('OCPP 1.6 §4.10 - the cable is locked during the transaction and unlocked at its end', () => {
    const pair = bootedPair();
    const lock = () => pair.charger.evses[0]?.connectors[0]?.locked;
    plug(pair);
    expect(lock()).toBe(false);
    token(pair);
    expect(lock()).toBe(true);
    token(pair);
    expect(lock()).toBe(false);
  });

  it('OCPP 1.6 §4.9 C1 - a fixed cable taken out of the EV needs no user action: Available at once', () => {
    const pair = bootedPair({ model: 'ac-7kw-single-phase' });
    plug(pair);
    token(pair);
    unplug(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging', 'Available']);
    expect(pair.calls('StopTransaction')[0]?.payload.reason).toBe('EVDisconnected');
  });

  it('runs transactions on both connectors side by side', () => {
    const pair = bootedPair();
    for (const connectorId of [1, 2]) {
      pair.command({ kind: 'startTransaction', address: { connectorId }, idToken: `TAG-${connectorId}` });
    }
    pair.advance(60_000);
    pair.command({ kind: 'stopTransaction', transactionId: '102' });
    expect(pair.calls('StopTransaction').map((call) => call.payload.transactionId)).toEqual([102]);
    expect(findTransaction(pair.charger, '101', pair.now)).toMatchObject({ state: 'running', connectorId: 1 });
    expect(viewCharger(pair.charger, pair.now)).toMatchObject({
      connectors: [{ status: 'Charging' }, { status: 'Finishing' }],
    });
  });

  it('charges one EV at a time on an EVSE with two cables', () => {
    const pair = bootedPair({ model: 'dc-50kw-ccs-chademo' });
    plug(pair);
    const outcome = pair.command({ kind: 'plugIn', address: { connectorId: 2 } });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    const other = pair.command({ kind: 'presentToken', address: { connectorId: 2 }, idToken: 'TAG-1' });
    expect(other).toMatchObject({
      ok: false,
      refusal: { kind: 'wrongState', detail: expect.stringContaining('EVSE') },
    });
  });
});

describe('sessions that do not begin', () => {
  it.each(['Invalid', 'Blocked', 'Expired', 'ConcurrentTx'])(
    'TC_023_4_CS - Authorize answered %s: no transaction',
    (status) => {
      const pair = bootedPair({ answers: { Authorize: { idTagInfo: { status } } } });
      plug(pair);
      const outcome = token(pair);
      expect(outcome).toMatchObject({ ok: true, result: { outcome: 'refused', authorization: { status } } });
      expect(pair.statuses(1)).toEqual(['Preparing']);
      expect(pair.actions()).not.toContain('StartTransaction');
    },
  );

  it('TC_023_4_CS - an order to start fails with what the CSMS said', () => {
    const pair = bootedPair({ answers: { Authorize: { idTagInfo: { status: 'Blocked' } } } });
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({
      ok: false,
      refusal: { kind: 'refusedByCsms', detail: expect.stringContaining('Blocked') },
    });
  });

  it('TC_024_CS - a lock that fails after the token keeps the transaction from starting: Faulted, ConnectorLockFailure', () => {
    const pair = bootedPair();
    token(pair);
    pair.command({ kind: 'raiseFault', address: at1, fault: { errorCode: 'ConnectorLockFailure' } });
    plug(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Faulted/ConnectorLockFailure']);
    expect(pair.actions()).not.toContain('StartTransaction');
  });

  it('TC_024_CS - the transaction starts once the lock works again within ConnectionTimeOut', () => {
    const pair = bootedPair();
    token(pair);
    pair.command({ kind: 'raiseFault', address: at1, fault: { errorCode: 'ConnectorLockFailure' } });
    plug(pair);
    pair.command({ kind: 'clearFault', faultId: pair.charger.faults[0]?.id ?? '' });
    expect(pair.statuses(1)).toEqual(['Preparing', 'Faulted/ConnectorLockFailure', 'Preparing', 'Charging']);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });

  it('TC_024_CS - an order to start on a connector that cannot lock is refused with the reason', () => {
    const pair = bootedPair();
    pair.command({ kind: 'raiseFault', address: at1, fault: { errorCode: 'ConnectorLockFailure' } });
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'wrongState', extra: { status: 'Faulted' } } });
  });
});
