// The cable comes out at the EV during a transaction (OCPP 1.6 §4.9, §4.10; TC_005).
import { viewCharger } from '../../../lib/charger/view';
import { bootedPair, type Pair, type PairOptions } from '../../support/pair';

const at1 = { connectorId: 1 };
const token = (pair: Pair, idToken = 'TAG-1') => pair.command({ kind: 'presentToken', address: at1, idToken });
const outOfEv = (pair: Pair) => pair.command({ kind: 'unplug', address: at1, side: 'ev' });
const lock = (pair: Pair) => pair.charger.evses[0]?.connectors[0];
const infos = (pair: Pair) => pair.calls('StatusNotification').map((call) => call.payload.info);

function charging(configuration: Record<string, string>, options: PairOptions = {}): Pair {
  const pair = bootedPair({ configuration: { MeterValueSampleInterval: '0', ...configuration }, ...options });
  pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
  pair.clear();
  return pair;
}

const stopAndUnlock = { StopTransactionOnEVSideDisconnect: 'true', UnlockConnectorOnEVSideDisconnect: 'true' };
const stopAndKeep = { StopTransactionOnEVSideDisconnect: 'true', UnlockConnectorOnEVSideDisconnect: 'false' };
const suspend = { StopTransactionOnEVSideDisconnect: 'false', UnlockConnectorOnEVSideDisconnect: 'true' };

describe('TC_005_1_CS - stop and unlock', () => {
  it('stops with EVDisconnected, says why in info, unlocks; Available with the cable out', () => {
    const pair = charging(stopAndUnlock);
    pair.advance(60_000);
    outOfEv(pair);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'EVDisconnected', meterStop: 183 });
    expect(pair.statuses(1)).toEqual(['Finishing']);
    expect(infos(pair)).toEqual(['EV side disconnected']);
    expect(lock(pair)).toMatchObject({ cable: 'station', locked: false });
    pair.command({ kind: 'unplug', address: at1 });
    expect(pair.statuses(1)).toEqual(['Finishing', 'Available']);
  });

  it('OCPP 1.6 §4.10 - plugged into the EV again, no energy flows without a new transaction', () => {
    const pair = charging(stopAndUnlock);
    outOfEv(pair);
    pair.command({ kind: 'plugIn', address: at1 });
    const before = pair.charger.evses[0]?.energyWh;
    pair.advance(600_000);
    expect(pair.charger.evses[0]?.contactor).toBe('open');
    expect(viewCharger(pair.charger, pair.now)).toMatchObject({
      connectors: [{ meterWh: Math.floor(before ?? -1) }, {}],
    });
    expect(pair.calls('StartTransaction')).toHaveLength(0);
  });
});

describe('TC_005_2_CS - stop and keep locked', () => {
  it('the cable stays locked until the owner presents the token', () => {
    const pair = charging(stopAndKeep);
    outOfEv(pair);
    expect(pair.calls('StopTransaction')[0]?.payload.reason).toBe('EVDisconnected');
    expect(lock(pair)).toMatchObject({ cable: 'station', locked: true });
    expect(token(pair)).toMatchObject({ ok: true, result: { outcome: 'unlocked' } });
    expect(lock(pair)?.locked).toBe(false);
    expect(pair.calls('Authorize')).toHaveLength(0);
    pair.command({ kind: 'unplug', address: at1 });
    expect(pair.statuses(1)).toEqual(['Finishing', 'Available']);
  });

  it('taking out a locked cable is refused with the reason', () => {
    const pair = charging(stopAndKeep);
    outOfEv(pair);
    expect(pair.command({ kind: 'unplug', address: at1 })).toMatchObject({
      ok: false,
      refusal: { kind: 'wrongState', detail: expect.stringContaining('locked'), extra: { locked: true } },
    });
  });

  it("another owner's token neither unlocks the cable nor begins a session with it", () => {
    const pair = charging(stopAndKeep);
    outOfEv(pair);
    expect(token(pair, 'TAG-2')).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    const order = pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-2' });
    expect(order).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    expect(lock(pair)?.locked).toBe(true);
    expect(pair.statuses(1)).toEqual(['Finishing']);
  });
});

describe('TC_005_3_CS - suspend', () => {
  it('keeps the transaction as SuspendedEV with the reason in info, the cable locked', () => {
    const pair = charging(suspend);
    outOfEv(pair);
    expect(pair.statuses(1)).toEqual(['SuspendedEV']);
    expect(infos(pair)).toEqual(['EV side disconnected']);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    expect(lock(pair)).toMatchObject({ cable: 'station', locked: true });
  });

  it('resumes charging in the same transaction when the EV is connected again, with the energy exact', () => {
    const pair = charging(suspend);
    pair.advance(3_600_000 / 11);
    outOfEv(pair);
    pair.advance(1_800_000);
    pair.command({ kind: 'plugIn', address: at1 });
    pair.advance(3_600_000 / 11);
    token(pair);
    expect(pair.statuses(1)).toEqual(['SuspendedEV', 'Charging', 'Finishing']);
    const [stop] = pair.calls('StopTransaction');
    expect(stop?.payload).toMatchObject({ transactionId: 101, meterStop: 2_000, reason: 'Local' });
  });

  it('ends by the token while the EV is away', () => {
    const pair = charging(suspend);
    outOfEv(pair);
    expect(token(pair)).toMatchObject({ ok: true, result: { outcome: 'stopped' } });
    expect(lock(pair)).toMatchObject({ cable: 'station', locked: false });
    expect(pair.statuses(1)).toEqual(['SuspendedEV', 'Finishing']);
  });

  it('suspends and resumes on a fixed cable too', () => {
    const pair = charging(suspend, { model: 'dc-150kw' });
    outOfEv(pair);
    pair.command({ kind: 'plugIn', address: at1 });
    expect(pair.statuses(1)).toEqual(['SuspendedEV', 'Charging']);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
  });
});

describe('the EV suspends and resumes', () => {
  it('OCPP 1.6 §4.9 C4, D3 - SuspendedEV while the EV asks for nothing, Charging when it asks again', () => {
    const pair = charging({});
    pair.command({ kind: 'setEv', address: at1, ev: { suspended: true } });
    const before = pair.charger.evses[0]?.energyWh;
    pair.advance(600_000);
    pair.command({ kind: 'setEv', address: at1, ev: { suspended: false } });
    expect(pair.charger.evses[0]?.energyWh).toBe(before);
    expect(pair.statuses(1)).toEqual(['SuspendedEV', 'Charging']);
  });

  it('OCPP 1.6 §4.9 C4 - a full battery suspends the charging by itself', () => {
    const pair = bootedPair({ ev: { batteryCapacityWh: 10_000, soc: 99 } });
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    pair.clear();
    pair.advance(3_600_000);
    expect(pair.statuses(1)).toEqual(['SuspendedEV']);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' });
    expect(pair.calls('StopTransaction')[0]?.payload.meterStop).toBe(100);
  });

  it('OCPP 1.6 §4.9 B4 - an EV that wants nothing leads from Preparing to SuspendedEV', () => {
    const pair = bootedPair({ ev: { suspended: true } });
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    expect(pair.statuses(1)).toEqual(['Preparing', 'SuspendedEV']);
  });
});
