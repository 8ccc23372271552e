// The CSMS does not accept a token after its transaction began (OCPP 1.6 §3.5.4, StopTransactionOnInvalidId, MaxEnergyOnInvalidId).
import { bootedPair, type Pair } from '../../support/pair';

const at1 = { connectorId: 1 };
const token = (pair: Pair, idToken = 'TAG-1') => pair.command({ kind: 'presentToken', address: at1, idToken });
const noSamples = { MeterValueSampleInterval: '0' };

/** A session whose StartTransaction is answered with `status`; the EV draws 11 kW. */
function invalidated(configuration: Record<string, string>, status = 'Invalid'): Pair {
  const pair = bootedPair({
    configuration: { ...noSamples, ...configuration },
    answers: { StartTransaction: { transactionId: 7, idTagInfo: { status } } },
  });
  pair.command({ kind: 'plugIn', address: at1 });
  token(pair);
  return pair;
}

describe('StopTransactionOnInvalidId=true', () => {
  it.each(['Invalid', 'Blocked', 'Expired', 'ConcurrentTx'])(
    'OCPP 1.6 §3.5.4 - %s stops the transaction as DeAuthorized, with the cable locked',
    (status) => {
      const pair = invalidated({ StopTransactionOnInvalidId: 'true' }, status);
      expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({
        transactionId: 7,
        reason: 'DeAuthorized',
        meterStop: 0,
      });
      expect(pair.statuses(1).at(-1)).toBe('Finishing');
      expect(pair.charger.evses[0]).toMatchObject({ contactor: 'open', connectors: [{ locked: true }] });
    },
  );

  it('OCPP 1.6 §3.5.4 - the cable is locked until the owner presents the token', () => {
    const pair = invalidated({ StopTransactionOnInvalidId: 'true' });
    pair.command({ kind: 'unplug', address: at1 });
    expect(pair.charger.evses[0]?.connectors[0]).toMatchObject({ cable: 'station', locked: true });
    expect(token(pair)).toMatchObject({ result: { outcome: 'unlocked' } });
    pair.command({ kind: 'unplug', address: at1 });
    expect(pair.statuses(1).at(-1)).toBe('Available');
  });

  it('MaxEnergyOnInvalidId - delivers that much to the Wh, then stops as DeAuthorized', () => {
    const pair = invalidated({ StopTransactionOnInvalidId: 'true', MaxEnergyOnInvalidId: '500' });
    expect(pair.statuses(1).at(-1)).toBe('Charging');
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction')).toHaveLength(1);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'DeAuthorized', meterStop: 500 });
  });

  it('MaxEnergyOnInvalidId - a user may stop before it is used up', () => {
    const pair = invalidated({ StopTransactionOnInvalidId: 'true', MaxEnergyOnInvalidId: '500' });
    pair.advance(60_000);
    token(pair);
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction').map((call) => call.payload.reason)).toEqual(['Local']);
  });

  it('an order to start tells that the CSMS did not accept it', () => {
    const pair = bootedPair({ answers: { StartTransaction: { transactionId: 7, idTagInfo: { status: 'Blocked' } } } });
    const outcome = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(outcome).toMatchObject({
      ok: false,
      refusal: { kind: 'refusedByCsms', detail: expect.stringContaining('Blocked') },
    });
    expect(outcome).toMatchObject({
      refusal: { extra: { transaction: { authorization: 'Blocked', state: 'ended' } } },
    });
  });
});

describe('StopTransactionOnInvalidId=false', () => {
  it('OCPP 1.6 §3.5.4 - only stops the energy: SuspendedEVSE, the transaction goes on', () => {
    const pair = invalidated({ StopTransactionOnInvalidId: 'false' });
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    expect(pair.statuses(1).at(-1)).toBe('SuspendedEVSE');
    expect(pair.charger.evses[0]).toMatchObject({ contactor: 'open', energyWh: 0 });
  });

  it('the token ends it, and the cable is free', () => {
    const pair = invalidated({ StopTransactionOnInvalidId: 'false' });
    token(pair);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'Local', meterStop: 0 });
    expect(pair.charger.evses[0]?.connectors[0]?.locked).toBe(false);
  });

  it('MaxEnergyOnInvalidId - delivers that much to the Wh, then SuspendedEVSE', () => {
    const pair = invalidated({ StopTransactionOnInvalidId: 'false', MaxEnergyOnInvalidId: '500' });
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    expect(pair.statuses(1).at(-1)).toBe('SuspendedEVSE');
    pair.command({ kind: 'stopTransaction', transactionId: '7' });
    expect(pair.calls('StopTransaction')[0]?.payload.meterStop).toBe(500);
  });

  it('stays suspended when the EV is taken off and on again', () => {
    const pair = invalidated({ StopTransactionOnInvalidId: 'false', StopTransactionOnEVSideDisconnect: 'false' });
    pair.command({ kind: 'unplug', address: at1, side: 'ev' });
    pair.command({ kind: 'plugIn', address: at1 });
    pair.advance(600_000);
    expect(pair.charger.evses[0]?.energyWh).toBe(0);
    expect(pair.statuses(1).at(-1)).toBe('SuspendedEVSE');
  });
});
