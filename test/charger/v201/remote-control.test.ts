// Remote control (block F): starts and stops of the CSMS, unlocking, triggers.
import { messagesV201 } from '../../../lib/ocpp/v201/messages';
import {
  bootedPairV201,
  createPairV201,
  eventsOf,
  misfits,
  type PairOptionsV201,
  statusesOf,
  storyOf,
} from '../../support/pair-v201';

const address = { evseId: 1 };
const quiet = { 'SampledDataCtrlr.TxUpdatedInterval': '0' };
const token = { idToken: 'TAG-1', type: 'ISO14443' };
const start = { idToken: token, remoteStartId: 7, evseId: 1 };

const pairWith = ({ variables, ...more }: PairOptionsV201 = {}) =>
  bootedPairV201({ ...more, variables: { ...quiet, ...variables } });

type Pair = ReturnType<typeof pairWith>;

function charging(options: PairOptionsV201 = {}): Pair {
  const pair = pairWith(options);
  pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1' });
  pair.advance(60_000);
  pair.clear();
  return pair;
}

const running = (pair: Pair) => pair.charger.v201?.evses[0]?.transaction?.id ?? '';

describe('F01, F02: RequestStartTransaction', () => {
  it('TC_F_01_CS: cable first; the answer names a transaction that is under way', () => {
    const pair = pairWith({ variables: { 'TxCtrlr.TxStartPoint': 'EVConnected' } });
    pair.command({ kind: 'plugIn', address });
    const transactionId = running(pair);
    expect(pair.ask('RequestStartTransaction', start)).toEqual({ status: 'Accepted', transactionId });
    expect(storyOf(pair)).toEqual([
      'Started CablePluggedIn EVConnected',
      'Updated RemoteStart EVConnected',
      'Updated ChargingStateChanged Charging',
    ]);
    const remote = eventsOf(pair).map(({ transactionInfo }) => transactionInfo.remoteStartId);
    expect(remote).toEqual([undefined, 7, undefined]);
    expect(misfits(pair)).toEqual([]);
  });

  it.each([
    ['TC_F_02_CS', 'true', ['Authorize']],
    ['TC_F_03_CS', 'false', []],
  ])('%s: request first, AuthorizeRemoteStart is %s', (_id, first, asked) => {
    const pair = pairWith({ variables: { 'AuthCtrlr.AuthorizeRemoteStart': first } });
    expect(pair.ask('RequestStartTransaction', start)).toEqual({ status: 'Accepted' });
    expect(pair.actions()).toEqual(asked);
    pair.command({ kind: 'plugIn', address });
    expect(storyOf(pair)).toEqual(['Started CablePluggedIn EVConnected', 'Updated ChargingStateChanged Charging']);
    expect(eventsOf(pair)[0]).toMatchObject({ idToken: token, transactionInfo: { remoteStartId: 7 } });
  });

  it('TC_E_13_CS: it begins the transaction where TxStartPoint is Authorized', () => {
    const pair = pairWith({ variables: { 'TxCtrlr.TxStartPoint': 'Authorized' } });
    const answer = pair.ask('RequestStartTransaction', start);
    expect(storyOf(pair)).toEqual(['Started RemoteStart Idle']);
    expect(answer).toEqual({ status: 'Accepted', transactionId: running(pair) });
  });

  it('TC_F_04_CS: no EV comes in time', () => {
    const pair = pairWith();
    pair.ask('RequestStartTransaction', start);
    pair.advance(61_000);
    pair.command({ kind: 'plugIn', address });
    expect(storyOf(pair)).toEqual([]);
  });

  it('a refused token starts nothing (F01.FR.02)', () => {
    const answers = { Authorize: { idTokenInfo: { status: 'Blocked' } } };
    const pair = pairWith({ answers, variables: { 'AuthCtrlr.AuthorizeRemoteStart': 'true' } });
    pair.command({ kind: 'plugIn', address });
    expect(pair.ask('RequestStartTransaction', start)).toEqual({ status: 'Accepted' });
    expect(storyOf(pair)).toEqual([]);
  });

  it('without an EVSE it takes one where an EV waits', () => {
    const pair = pairWith();
    pair.command({ kind: 'plugIn', address: { evseId: 2 } });
    pair.ask('RequestStartTransaction', { idToken: token, remoteStartId: 1 });
    expect(eventsOf(pair)[0]?.evse).toEqual({ id: 2, connectorId: 1 });
  });

  it('is rejected where it cannot be: no such EVSE, in use, faulted, out of service', () => {
    const pair = charging();
    const ask = (evseId: number) => pair.ask('RequestStartTransaction', { ...start, evseId });
    expect(ask(9)).toMatchObject({ status: 'Rejected', statusInfo: { reasonCode: 'UnknownEvse' } });
    expect(ask(1)).toMatchObject({ status: 'Rejected' });
    pair.command({ kind: 'raiseFault', address: { evseId: 2 }, fault: { errorCode: 'GroundFailure' } });
    expect(ask(2)).toMatchObject({ status: 'Rejected' });
    pair.command({ kind: 'clearFault', faultId: pair.charger.faults[0]?.id ?? '' });
    pair.ask('ChangeAvailability', { evse: { id: 2 }, operationalStatus: 'Inoperative' });
    expect(ask(2)).toMatchObject({ status: 'Rejected' });
  });

  it('B02.FR.05: is rejected while the registration is Pending', () => {
    const answers = { BootNotification: { status: 'Pending', currentTime: '2026-01-05T08:00:00Z', interval: 300 } };
    const pair = createPairV201({ answers });
    pair.command({ kind: 'connect' });
    expect(pair.ask('RequestStartTransaction', start)).toMatchObject({ status: 'Rejected' });
    expect(pair.ask('RequestStopTransaction', { transactionId: 'T' })).toMatchObject({ status: 'Rejected' });
  });
});

describe('F03: RequestStopTransaction', () => {
  it('TC_F_08_CS, TC_E_21_CS', () => {
    const pair = charging();
    expect(pair.ask('RequestStopTransaction', { transactionId: running(pair) })).toEqual({ status: 'Accepted' });
    expect(storyOf(pair)).toEqual(['Ended RemoteStop EVConnected Remote']);
  });

  it('TC_E_35_CS: PowerPathClosed as the stop point', () => {
    const pair = charging({ variables: { 'TxCtrlr.TxStopPoint': 'PowerPathClosed' } });
    pair.ask('RequestStopTransaction', { transactionId: running(pair) });
    expect(storyOf(pair)).toEqual(['Ended RemoteStop EVConnected Remote']);
  });

  it('with EVConnected as the stop point the energy ends, and the transaction with the EV', () => {
    const pair = charging({ variables: { 'TxCtrlr.TxStopPoint': 'EVConnected' } });
    pair.ask('RequestStopTransaction', { transactionId: running(pair) });
    pair.command({ kind: 'unplug', address });
    expect(storyOf(pair)).toEqual(['Updated RemoteStop EVConnected', 'Ended EVCommunicationLost Idle EVDisconnected']);
  });

  it('TC_F_09_CS: an unknown one', () => {
    expect(charging().ask('RequestStopTransaction', { transactionId: 'nothing' })).toMatchObject({
      status: 'Rejected',
    });
  });
});

describe('F05: UnlockConnector', () => {
  const one = { evseId: 1, connectorId: 1 };

  it('TC_F_05_CS: not during an authorized transaction', () => {
    const pair = charging();
    expect(pair.ask('UnlockConnector', one)).toEqual({ status: 'OngoingAuthorizedTransaction' });
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(true);
  });

  it('TC_F_06_CS: a cable that stayed locked', () => {
    const pair = charging({ variables: { 'OCPPCommCtrlr.UnlockOnEVSideDisconnect': 'false' } });
    pair.command({ kind: 'unplug', address, side: 'ev' });
    expect(pair.ask('UnlockConnector', one)).toEqual({ status: 'Unlocked' });
    expect(pair.command({ kind: 'unplug', address })?.ok).toBe(true);
  });

  it('TC_F_07_CS, TC_F_10_CS: no cable; no such connector', () => {
    const pair = pairWith();
    expect(pair.ask('UnlockConnector', one)).toEqual({ status: 'Unlocked' });
    expect(pair.ask('UnlockConnector', { evseId: 1, connectorId: 5 })).toEqual({ status: 'UnknownConnector' });
  });

  it('fails where the lock does (G05), and where there is none', () => {
    const pair = pairWith();
    pair.command({ kind: 'raiseFault', address, fault: { errorCode: 'ConnectorLockFailure' } });
    expect(pair.ask('UnlockConnector', one)).toEqual({ status: 'UnlockFailed' });
    expect(pairWith({ model: 'dc-150kw' }).ask('UnlockConnector', one)).toMatchObject({ status: 'UnlockFailed' });
  });
});

describe('F06: TriggerMessage', () => {
  const trigger = (pair: Pair, requestedMessage: string, evse?: object) =>
    pair.ask('TriggerMessage', { requestedMessage, ...(evse ? { evse } : {}) });

  it.each([
    ['TC_F_11_CS', { id: 2 }, [2]],
    ['TC_F_12_CS', undefined, [1, 2]],
  ])('%s: MeterValues of what AlignedDataCtrlr wants', (_id, evse, evses) => {
    const pair = pairWith();
    expect(trigger(pair, 'MeterValues', evse)).toEqual({ status: 'Accepted' });
    expect(pair.calls('MeterValues').map(({ payload }) => payload.evseId)).toEqual(evses);
    const [value] = pair
      .calls('MeterValues')
      .map(({ payload }) => (payload.meterValue as { sampledValue: object[] }[])[0]);
    expect(value?.sampledValue).toMatchObject([{ context: 'Trigger', measurand: 'Energy.Active.Import.Register' }]);
    expect(misfits(pair)).toEqual([]);
  });

  it.each([
    ['TC_F_13_CS', { id: 1 }],
    ['TC_F_14_CS', undefined],
  ])('%s: TransactionEvent', (_id, evse) => {
    const pair = charging();
    expect(trigger(pair, 'TransactionEvent', evse)).toEqual({ status: 'Accepted' });
    expect(storyOf(pair)).toEqual(['Updated Trigger Charging']);
    const samples = eventsOf(pair)[0]?.meterValue?.[0]?.sampledValue ?? [];
    expect(samples.map(({ context }) => context)).toContain('Trigger');
    expect(trigger(pair, 'TransactionEvent', { id: 2 })).toEqual({ status: 'Rejected' });
  });

  it('TC_F_20_CS: Heartbeat', () => {
    const pair = pairWith();
    expect(trigger(pair, 'Heartbeat')).toEqual({ status: 'Accepted' });
    expect(pair.actions()).toEqual(['Heartbeat']);
  });

  it('TC_F_23_CS, TC_F_24_CS: StatusNotification of one connector, which has to be named', () => {
    const pair = pairWith();
    expect(trigger(pair, 'StatusNotification', { id: 1, connectorId: 1 })).toEqual({ status: 'Accepted' });
    pair.command({ kind: 'plugIn', address });
    trigger(pair, 'StatusNotification', { id: 1, connectorId: 1 });
    expect(statusesOf(pair)).toEqual(['Available', 'Occupied', 'Occupied']);
    expect(trigger(pair, 'StatusNotification')).toEqual({ status: 'Rejected' });
    expect(trigger(pair, 'StatusNotification', { id: 1 })).toEqual({ status: 'Rejected' });
  });

  it('TC_F_26_CS: BootNotification only while the station is not accepted; then at once', () => {
    expect(trigger(pairWith(), 'BootNotification')).toEqual({ status: 'Rejected' });
    const answers = { BootNotification: { status: 'Pending', currentTime: '2026-01-05T08:00:00Z', interval: 300 } };
    const pair = createPairV201({ answers });
    pair.command({ kind: 'connect' });
    expect(trigger(pair, 'BootNotification')).toEqual({ status: 'Accepted' });
    expect(pair.calls('BootNotification').map(({ payload }) => payload.reason)).toEqual(['PowerUp', 'Triggered']);
  });

  it('B02.FR.02: what is triggered is sent while the registration is Pending', () => {
    const answers = { BootNotification: { status: 'Pending', currentTime: '2026-01-05T08:00:00Z', interval: 300 } };
    const pair = createPairV201({ answers });
    pair.command({ kind: 'connect' });
    trigger(pair, 'StatusNotification', { id: 2, connectorId: 1 });
    expect(statusesOf(pair, 2)).toEqual(['Available']);
  });

  it('TC_F_27_CS: everything that may be asked for is there; of an EVSE that is not, Rejected', () => {
    const pair = pairWith();
    const { requestedMessage } = messagesV201.TriggerMessage.request.shape;
    for (const message of requestedMessage.options) {
      expect({ message, ...trigger(pair, message) }).not.toEqual({ message, status: 'NotImplemented' });
    }
    expect(trigger(pair, 'MeterValues', { id: 9 })).toEqual({ status: 'Rejected' });
  });
});
