// Remote start and stop (OCPP 1.6 §5.11, §5.12).
import { bootedPair, createPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const remoteStart = (pair: Pair, more: Record<string, unknown> = { connectorId: 1 }) =>
  pair.ask('RemoteStartTransaction', { idTag: 'REMOTE', ...more });
const plug = (pair: Pair) => pair.command({ kind: 'plugIn', address: at1 });
const authorizing = { configuration: { AuthorizeRemoteTxRequests: 'true' } };
const profile = (chargingProfilePurpose: string) => ({
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose,
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
});

describe('remote start', () => {
  it('TC_010_CS - with the cable in: answered first, then StartTransaction with the tag, then Charging', () => {
    const pair = bootedPair();
    plug(pair);
    expect(remoteStart(pair)).toEqual({ status: 'Accepted' });
    const sent = pair.frames().filter((frame) => frame.direction === 'sent');
    const answered = sent.findIndex((frame) => frame.action === 'RemoteStartTransaction');
    expect(sent.findIndex((frame) => frame.action === 'StartTransaction')).toBeGreaterThan(answered);
    expect(pair.calls('StartTransaction')[0]?.payload).toMatchObject({ connectorId: 1, idTag: 'REMOTE' });
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging']);
    expect(pair.calls('Authorize')).toHaveLength(0);
  });

  it('TC_011_1_CS - before the cable: Preparing, and the transaction begins with the cable', () => {
    const pair = bootedPair();
    expect(remoteStart(pair)).toEqual({ status: 'Accepted' });
    expect(pair.statuses(1)).toEqual(['Preparing']);
    plug(pair);
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Charging']);
  });

  it('TC_011_2_CS - no cable within ConnectionTimeOut: Available again, no transaction', () => {
    const pair = bootedPair();
    remoteStart(pair);
    pair.advance(60_000);
    plug(pair);
    expect(pair.statuses(1)).toEqual(['Preparing', 'Available', 'Preparing']);
    expect(pair.calls('StartTransaction')).toHaveLength(0);
  });

  it('OCPP 1.6 §5.11 - AuthorizeRemoteTxRequests asks the CSMS first', () => {
    const pair = bootedPair(authorizing);
    plug(pair);
    expect(remoteStart(pair)).toEqual({ status: 'Accepted' });
    expect(pair.actions().slice(-3)).toEqual(['Authorize', 'StartTransaction', 'StatusNotification']);
    expect(pair.calls('Authorize')[0]?.payload).toEqual({ idTag: 'REMOTE' });
  });

  it.each(['Invalid', 'Blocked', 'Expired'])('TC_023_5_CS - Authorize answered %s: no transaction', (status) => {
    const pair = bootedPair({ ...authorizing, answers: { Authorize: { idTagInfo: { status } } } });
    plug(pair);
    expect(remoteStart(pair)).toEqual({ status: 'Accepted' });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
    expect(pair.statuses(1)).toEqual(['Preparing']);
  });

  it('TC_026_CS - Rejected on a connector in a transaction, faulted or out of service', () => {
    const pair = bootedPair();
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(remoteStart(pair)).toEqual({ status: 'Rejected' });
    pair.ask('ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
    expect(remoteStart(pair, { connectorId: 2 })).toEqual({ status: 'Rejected' });
    pair.ask('ChangeAvailability', { connectorId: 2, type: 'Operative' });
    pair.command({ kind: 'raiseFault', address: { connectorId: 2 }, fault: { errorCode: 'GroundFailure' } });
    expect(remoteStart(pair, { connectorId: 2 })).toEqual({ status: 'Rejected' });
    expect(pair.calls('StartTransaction')).toHaveLength(1);
  });

  it('TC_027_CS - connector 0 is Rejected, and so is one that does not exist', () => {
    const pair = bootedPair();
    expect(remoteStart(pair, { connectorId: 0 })).toEqual({ status: 'Rejected' });
    expect(remoteStart(pair, { connectorId: 3 })).toEqual({ status: 'Rejected' });
    expect(pair.statuses(1)).toEqual([]);
  });

  it('OCPP 1.6 §5.11 - without a connector the charger chooses: one with an EV first, then any that is free', () => {
    const pair = bootedPair();
    pair.command({ kind: 'plugIn', address: { connectorId: 2 } });
    expect(remoteStart(pair, {})).toEqual({ status: 'Accepted' });
    expect(pair.calls('StartTransaction')[0]?.payload.connectorId).toBe(2);
    expect(remoteStart(pair, { idTag: 'OTHER' })).toEqual({ status: 'Accepted' });
    expect(pair.statuses(1)).toEqual(['Preparing']);
    expect(remoteStart(pair, { idTag: 'THIRD' })).toEqual({ status: 'Rejected' });
  });

  it('OCPP 1.6 §4.2 - Rejected while the registration is Pending', () => {
    const currentTime = '2026-01-05T08:00:00Z';
    const pair = createPair({ answers: { BootNotification: { status: 'Pending', currentTime, interval: 600 } } });
    pair.command({ kind: 'connect' });
    expect(remoteStart(pair)).toEqual({ status: 'Rejected' });
    expect(pair.ask('RemoteStopTransaction', { transactionId: 1 })).toEqual({ status: 'Rejected' });
  });

  const limits = (pair: Pair) => pair.charger.v16?.chargingProfiles?.map(({ purpose, periods }) => [purpose, periods]);

  it('TC_059_CS - a TxProfile that comes along becomes that of the transaction, and is obeyed', () => {
    const pair = bootedPair();
    plug(pair);
    expect(remoteStart(pair, { connectorId: 1, chargingProfile: profile('TxProfile') })).toEqual({
      status: 'Accepted',
    });
    expect(limits(pair)).toEqual([['TxProfile', [[0, 10]]]]);
    expect(pair.charger.evses[0]?.limitW).toBe(10 * 3 * 230);
  });

  it('TC_059_CS - the profile is kept through the wait for the cable too', () => {
    const pair = bootedPair(authorizing);
    remoteStart(pair, { connectorId: 1, chargingProfile: profile('TxProfile') });
    plug(pair);
    expect(limits(pair)).toEqual([['TxProfile', [[0, 10]]]]);
  });

  it.each(['TxDefaultProfile', 'ChargePointMaxProfile'])('TC_060_CS - a %s that comes along is Rejected', (purpose) => {
    const pair = bootedPair();
    plug(pair);
    expect(remoteStart(pair, { connectorId: 1, chargingProfile: profile(purpose) })).toEqual({ status: 'Rejected' });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
  });

  it('OCPP 1.6 §5.16.2 - a profile that names a transaction is Rejected: there is none yet', () => {
    const pair = bootedPair();
    const chargingProfile = { ...profile('TxProfile'), transactionId: 1 };
    expect(remoteStart(pair, { connectorId: 1, chargingProfile })).toEqual({ status: 'Rejected' });
  });
});

describe('remote stop', () => {
  it('TC_012_CS - answered first, then StopTransaction Remote without idTag; unlocked, Finishing', () => {
    const pair = bootedPair();
    plug(pair);
    remoteStart(pair);
    pair.advance(30_000);
    pair.clear();
    expect(pair.ask('RemoteStopTransaction', { transactionId: 101 })).toEqual({ status: 'Accepted' });
    const sent = pair.frames().filter((frame) => frame.direction === 'sent');
    expect(sent.map((frame) => frame.action)).toEqual([
      'RemoteStopTransaction',
      'StopTransaction',
      'StatusNotification',
    ]);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({
      transactionId: 101,
      reason: 'Remote',
      meterStop: 91,
    });
    expect(pair.calls('StopTransaction')[0]?.payload).not.toHaveProperty('idTag');
    expect(pair.charger.evses[0]?.connectors[0]).toMatchObject({ cable: 'connected', locked: false });
    pair.command({ kind: 'unplug', address: at1 });
    expect(pair.statuses(1)).toEqual(['Finishing', 'Available']);
  });

  it('TC_028_CS - Rejected for a transaction that there is not, and for one that has ended', () => {
    const pair = bootedPair();
    plug(pair);
    remoteStart(pair);
    expect(pair.ask('RemoteStopTransaction', { transactionId: 999 })).toEqual({ status: 'Rejected' });
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    pair.ask('RemoteStopTransaction', { transactionId: 101 });
    expect(pair.ask('RemoteStopTransaction', { transactionId: 101 })).toEqual({ status: 'Rejected' });
    expect(pair.calls('StopTransaction')).toHaveLength(1);
  });
});
