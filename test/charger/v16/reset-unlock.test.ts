// Reset and UnlockConnector (OCPP 1.6 §5.14, §5.18).
import { bootedPair, type Pair, type PairOptions } from '../../support/pair';

const at1 = { connectorId: 1 };
const fixed: PairOptions = { model: 'ac-7kw-single-phase' };

function charging(options: PairOptions = {}): Pair {
  const pair = bootedPair({ configuration: { MeterValueSampleInterval: '0' }, ...options });
  pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
  pair.clear();
  return pair;
}

describe('reset', () => {
  it.each([
    ['TC_013_CS', 'Hard'],
    ['TC_014_CS', 'Soft'],
  ])('%s - %s without a transaction: answered, then a reboot: BootNotification, then the statuses', (_id, type) => {
    const pair = bootedPair();
    expect(pair.ask('Reset', { type })).toEqual({ status: 'Accepted' });
    expect(pair.charger.link.state).toBe('down');
    expect(pair.actions()).toEqual([]);
    pair.advance(10_000);
    expect(pair.actions()).toEqual([
      'BootNotification',
      'StatusNotification',
      'StatusNotification',
      'StatusNotification',
    ]);
    expect(pair.statuses(0)).toEqual(['Available']);
    expect(pair.statuses(2)).toEqual(['Available']);
  });

  it('TC_015_CS - Hard with a transaction: StopTransaction HardReset, before the reboot or after it', () => {
    const pair = charging();
    pair.advance(30_000);
    const at = new Date(pair.now).toISOString();
    expect(pair.ask('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
    pair.advance(10_000);
    expect(pair.calls('StopTransaction')).toHaveLength(1);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({
      transactionId: 101,
      reason: 'HardReset',
      meterStop: 91,
      timestamp: at,
    });
    expect(pair.actions().indexOf('BootNotification')).toBeLessThan(pair.actions().indexOf('StopTransaction'));
  });

  it('TC_016_CS - Soft with a transaction: StopTransaction SoftReset is delivered, then the reboot', () => {
    const pair = charging();
    expect(pair.ask('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'SoftReset', transactionId: 101 });
    pair.advance(10_000);
    expect(pair.actions().indexOf('StopTransaction')).toBeLessThan(pair.actions().indexOf('BootNotification'));
    expect(pair.calls('StopTransaction')).toHaveLength(1);
    expect(pair.calls('BootNotification')).toHaveLength(1);
  });

  it('TC_016_CS - stops the transactions of all connectors', () => {
    const pair = charging();
    pair.command({ kind: 'startTransaction', address: { connectorId: 2 }, idToken: 'TAG-2' });
    pair.ask('Reset', { type: 'Soft' });
    pair.advance(10_000);
    expect(pair.calls('StopTransaction').map((call) => call.payload.transactionId)).toEqual([101, 102]);
  });

  it('OCPP 1.6 §5.14 - a StopTransaction that is not answered is queued and delivered after the reboot', () => {
    const pair = charging({ configuration: { MeterValueSampleInterval: '0', TransactionMessageRetryInterval: '10' } });
    pair.csms.answers.StopTransaction = 'silent';
    pair.ask('Reset', { type: 'Soft' });
    pair.advance(31_000);
    delete pair.csms.answers.StopTransaction;
    pair.advance(60_000);
    const actions = pair.actions();
    expect(actions.filter((action) => action === 'StopTransaction')).toHaveLength(2);
    expect(actions.indexOf('BootNotification')).toBeLessThan(actions.lastIndexOf('StopTransaction'));
    expect(pair.charger.calls.queue).toEqual([]);
  });

  it('refuses to do business while it restarts', () => {
    const pair = bootedPair();
    pair.ask('Reset', { type: 'Hard' });
    const outcome = pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({ refusal: { kind: 'wrongState', detail: expect.stringContaining('restarting') } });
  });

  it('a token that is being asked about starts nothing when the charger restarts', () => {
    const configuration = { AllowOfflineTxForUnknownId: 'true' };
    const pair = bootedPair({ configuration, answers: { Authorize: 'silent' } });
    pair.command({ kind: 'plugIn', address: at1 });
    pair.begin({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    pair.ask('Reset', { type: 'Hard' });
    pair.advance(10_000);
    expect(pair.calls('StartTransaction')).toHaveLength(0);
    expect(pair.statuses(1).at(-1)).toBe('Preparing');
  });

  it('takes back a token that waited for its EV', () => {
    const pair = bootedPair();
    pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    pair.ask('Reset', { type: 'Soft' });
    pair.advance(10_000);
    pair.command({ kind: 'plugIn', address: at1 });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
    expect(pair.statuses(1).slice(-2)).toEqual(['Available', 'Preparing']);
  });

  it('an on-demand charger boots again by itself', () => {
    const pair = bootedPair({ connection: 'onDemand' });
    pair.command({ kind: 'connect', holdSeconds: 60 });
    pair.clear();
    pair.ask('Reset', { type: 'Soft' });
    pair.advance(10_000);
    expect(pair.actions()[0]).toBe('BootNotification');
    expect(pair.charger.registration?.status).toBe('Accepted');
  });
});

describe('unlock', () => {
  it('TC_017_1_CS - no session, socket: Unlocked', () => {
    const pair = bootedPair();
    expect(pair.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
  });

  it('TC_017_2_CS - no session, fixed cable: NotSupported', () => {
    expect(bootedPair(fixed).ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'NotSupported' });
  });

  it('TC_018_1_CS - with a session, socket: StopTransaction UnlockCommand, Unlocked, the cable is free', () => {
    const pair = charging();
    expect(pair.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'UnlockCommand', transactionId: 101 });
    expect(pair.statuses(1)).toEqual(['Finishing']);
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(false);
  });

  it('TC_018_2_CS - with a session, fixed cable: NotSupported, and charging goes on', () => {
    const pair = charging(fixed);
    expect(pair.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'NotSupported' });
    expect(pair.calls('StopTransaction')).toHaveLength(0);
  });

  it('TC_030_CS - a lock that fails: UnlockFailed', () => {
    const pair = bootedPair();
    pair.command({ kind: 'raiseFault', address: at1, fault: { errorCode: 'ConnectorLockFailure' } });
    expect(pair.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'UnlockFailed' });
  });

  it('TC_030_CS - a lock that fails during a session: the transaction ends first all the same (§5.18)', () => {
    const pair = charging();
    pair.command({ kind: 'raiseFault', address: at1, fault: { errorCode: 'ConnectorLockFailure' } });
    expect(pair.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'UnlockFailed' });
    expect(pair.calls('StopTransaction')[0]?.payload.reason).toBe('UnlockCommand');
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(true);
  });

  it.each([0, 3, 99])('TC_031_CS - unknown connector %s: NotSupported', (connectorId) => {
    expect(bootedPair().ask('UnlockConnector', { connectorId })).toEqual({ status: 'NotSupported' });
  });

  it('OCPP 1.6 §5.18 - frees a cable that waits for its owner', () => {
    const pair = charging({ configuration: { UnlockConnectorOnEVSideDisconnect: 'false' } });
    pair.command({ kind: 'unplug', address: at1 });
    expect(pair.ask('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    expect(pair.command({ kind: 'unplug', address: at1 })).toMatchObject({ ok: true });
    expect(pair.statuses(1)).toEqual(['Finishing', 'Available']);
  });
});
