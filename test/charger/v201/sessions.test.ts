// Sessions of a 2.0.1 station as people make them: cable first, token first, ended at either side (E02, E03, E07, E09, E10).
import { bootedPairV201, createPairV201, eventsOf, misfits, statusesOf, storyOf } from '../../support/pair-v201';

const address = { evseId: 1 };

describe('sessions of OCPP 2.0.1', () => {
  it('TC_B_01_CS: boots, and tells the status of every connector', () => {
    const pair = createPairV201();
    pair.command({ kind: 'connect' });
    expect(pair.actions()).toEqual([
      'BootNotification',
      'SecurityEventNotification',
      'StatusNotification',
      'StatusNotification',
    ]);
    expect(pair.calls('BootNotification')[0]?.payload).toMatchObject({
      reason: 'PowerUp',
      chargingStation: { model: 'AC22-2S', vendorName: 'ChargerSim' },
    });
    expect([statusesOf(pair, 1), statusesOf(pair, 2)]).toEqual([['Available'], ['Available']]);
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_E_03_CS: cable first', () => {
    const pair = bootedPairV201({ variables: { 'TxCtrlr.TxStartPoint': 'EVConnected' } });
    pair.command({ kind: 'plugIn', address });
    pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
    expect(storyOf(pair)).toEqual([
      'Started CablePluggedIn EVConnected',
      'Updated Authorized EVConnected',
      'Updated ChargingStateChanged Charging',
    ]);
    expect(statusesOf(pair)).toEqual(['Occupied']);
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_E_04_CS: token first; the EVSE is told with the first event, the connector with the cable', () => {
    const pair = bootedPairV201({ variables: { 'TxCtrlr.TxStartPoint': 'Authorized' } });
    pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
    pair.command({ kind: 'plugIn', address });
    expect(storyOf(pair)).toEqual([
      'Started Authorized Idle',
      'Updated CablePluggedIn EVConnected',
      'Updated ChargingStateChanged Charging',
    ]);
    expect(eventsOf(pair).map(({ evse }) => evse)).toEqual([{ id: 1 }, { id: 1, connectorId: 1 }, undefined]);
    expect(eventsOf(pair).map(({ idToken }) => idToken?.idToken)).toEqual(['TAG-1', undefined, undefined]);
  });

  it('TC_E_05_CS: no EV comes within EVConnectionTimeOut', () => {
    const variables = { 'TxCtrlr.TxStartPoint': 'Authorized', 'TxCtrlr.EVConnectionTimeOut': '30' };
    const pair = bootedPairV201({ variables });
    pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
    pair.advance(30_000);
    expect(storyOf(pair)).toEqual(['Started Authorized Idle', 'Ended EVConnectTimeout Idle Timeout']);
    pair.command({ kind: 'plugIn', address });
    expect(pair.charger.v201?.evses[0]?.transaction).toBeUndefined();
  });

  it('TC_E_06_CS: the same token ends it, without a question to the CSMS, and unlocks the cable', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1' });
    pair.advance(600_000);
    pair.clear();
    pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
    expect(pair.actions()).toEqual(['TransactionEvent']);
    const [ended] = eventsOf(pair);
    expect(ended).toMatchObject({ eventType: 'Ended', triggerReason: 'StopAuthorized', idToken: { idToken: 'TAG-1' } });
    expect(ended?.transactionInfo).toMatchObject({ stoppedReason: 'Local', timeSpentCharging: 600 });
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(false);
    pair.command({ kind: 'unplug', address });
    expect(statusesOf(pair)).toEqual(['Available']);
    expect(misfits(pair)).toEqual([]);
  });

  it('numbers events from 0 without gaps, and a new transaction anew (E01.FR.07)', () => {
    const pair = bootedPairV201();
    for (const idToken of ['TAG-1', 'TAG-2']) {
      pair.command({ kind: 'startTransaction', address, idToken });
      pair.advance(180_000);
      pair.command({ kind: 'presentToken', address, idToken });
      pair.command({ kind: 'unplug', address });
    }
    const ids = [...new Set(eventsOf(pair).map(({ transactionInfo }) => transactionInfo.transactionId))];
    expect(ids).toHaveLength(2);
    for (const id of ids) expect(eventsOf(pair, id).map(({ seqNo }) => seqNo)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
