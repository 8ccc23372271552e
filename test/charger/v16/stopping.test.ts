// How transactions end: every reason, and the wishes of stopWhen (OCPP 1.6 §4.10, §7.36).
import { stopReasons } from '../../../lib/charger/v16/state';
import { findTransaction } from '../../../lib/charger/view';
import { bootedPair, type PairOptions } from '../../support/pair';

const at1 = { connectorId: 1 };
type StartOptions = { stopWhen?: { energyWh?: number; soc?: number; durationSeconds?: number } };

function charging(start: StartOptions = {}, options: PairOptions = {}) {
  const pair = bootedPair(options);
  pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1', ...start });
  pair.clear();
  return pair;
}

describe('stopTransaction', () => {
  it.each(stopReasons)('OCPP 1.6 §7.36 - reason %s', (reason) => {
    const pair = charging();
    pair.advance(30_000);
    const outcome = pair.command({ kind: 'stopTransaction', transactionId: '101', reason });
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ transactionId: 101, meterStop: 91, reason });
    expect(outcome).toMatchObject({
      ok: true,
      result: { transactionId: 101, transaction: { stopReason: reason, energyWh: 91 } },
    });
  });

  it('OCPP 1.6 §4.10 - names the token when the user stops, none when the charger does', () => {
    const user = charging();
    user.command({ kind: 'stopTransaction', transactionId: '101' });
    expect(user.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'Local', idTag: 'TAG-1' });
    const charger = charging();
    charger.command({ kind: 'stopTransaction', transactionId: '101', reason: 'EmergencyStop' });
    expect(charger.calls('StopTransaction')[0]?.payload).not.toHaveProperty('idTag');
  });

  it('refuses a reason that 1.6 does not have, and names those that it has', () => {
    const outcome = charging().command({ kind: 'stopTransaction', transactionId: '101', reason: 'Bored' });
    expect(outcome).toMatchObject({
      ok: false,
      refusal: { kind: 'badInput', detail: expect.stringContaining('EVDisconnected'), errors: [{ path: 'reason' }] },
    });
  });

  it('refuses a transaction that there is not, and one that has ended', () => {
    const pair = charging();
    expect(pair.command({ kind: 'stopTransaction', transactionId: '9' })).toMatchObject({
      refusal: { kind: 'notFound' },
    });
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    const again = pair.command({ kind: 'stopTransaction', transactionId: '101' });
    expect(again).toMatchObject({ refusal: { kind: 'wrongState', detail: expect.stringContaining('ended') } });
  });

  it('finds the transaction by our id as well as by the one of the CSMS', () => {
    const pair = charging();
    const id = findTransaction(pair.charger, '101', pair.now)?.id ?? '';
    expect(pair.command({ kind: 'stopTransaction', transactionId: id })).toMatchObject({
      ok: true,
      result: { transactionId: 101 },
    });
  });

  it('takes the cable out too when asked', () => {
    const pair = charging();
    pair.command({ kind: 'stopTransaction', transactionId: '101', unplug: true });
    expect(pair.statuses(1)).toEqual(['Finishing', 'Available']);
    expect(pair.charger.evses[0]?.connectors[0]?.cable).toBe('none');
  });

  it('takes the cable out too when the token had to be asked about first', () => {
    const idTagInfo = { status: 'Accepted', parentIdTag: 'FAMILY' };
    const pair = charging(
      {},
      { answers: { Authorize: { idTagInfo }, StartTransaction: { transactionId: 101, idTagInfo } } },
    );
    pair.command({ kind: 'stopTransaction', transactionId: '101', idToken: 'TAG-2', unplug: true });
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ idTag: 'TAG-2' });
    expect(pair.statuses(1)).toEqual(['Finishing', 'Available']);
  });
});

describe('stopWhen', () => {
  it.each([1, 37, 5_000, 12_345])('energyWh %s: the register stands at exactly that', (energyWh) => {
    const pair = charging({ stopWhen: { energyWh } }, { ev: { soc: 10 } });
    pair.advance(4 * 3_600_000);
    expect(pair.calls('StopTransaction').map((call) => call.payload)).toMatchObject([
      { meterStop: energyWh, reason: 'Local', idTag: 'TAG-1' },
    ]);
  });

  it('energyWh counts from the start of the transaction, not of the register', () => {
    const pair = charging({ stopWhen: { energyWh: 700 } });
    pair.advance(3_600_000);
    pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1', stopWhen: { energyWh: 300 } });
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction').map((call) => call.payload.meterStop)).toEqual([700, 1_000]);
  });

  it('energyWh is met to the Wh although nobody woke the charger for hours', () => {
    const pair = charging({ stopWhen: { energyWh: 5_000 } });
    const startedAt = pair.now;
    pair.sleep(5 * 3_600_000);
    pair.input({ kind: 'wake' });
    const [stop] = pair.calls('StopTransaction');
    expect(stop?.payload.meterStop).toBe(5_000);
    const expected = startedAt + (5_000 / 11_000) * 3_600_000;
    expect(Math.abs(Date.parse(String(stop?.payload.timestamp)) - expected)).toBeLessThan(200_000);
    expect(stop?.at).toBe(pair.now);
  });

  it('soc: stops when the battery has it', () => {
    const pair = charging({ stopWhen: { soc: 50 } }, { ev: { batteryCapacityWh: 40_000, soc: 20 } });
    pair.advance(4 * 3_600_000);
    expect(pair.calls('StopTransaction')[0]?.payload.meterStop).toBe(12_000);
    expect(findTransaction(pair.charger, '101', pair.now)).toMatchObject({ soc: 50, state: 'ended' });
  });

  it('soc that the battery has already: stops at once', () => {
    const pair = charging({ stopWhen: { soc: 50 } }, { ev: { soc: 80 } });
    expect(findTransaction(pair.charger, '101', pair.now)).toMatchObject({ state: 'ended', energyWh: 0 });
  });

  it('durationSeconds: stops to the second', () => {
    const pair = charging({ stopWhen: { durationSeconds: 90 } });
    const startedAt = pair.now;
    pair.advance(3_600_000);
    const [stop] = pair.calls('StopTransaction');
    expect(stop?.payload.timestamp).toBe(new Date(startedAt + 90_000).toISOString());
  });

  it('the first of several wishes that is met counts', () => {
    const pair = charging({ stopWhen: { energyWh: 5_000, soc: 90, durationSeconds: 60 } });
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction').map((call) => call.payload.meterStop)).toEqual([183]);
  });

  it('durationSeconds runs on while the EV is away', () => {
    const configuration = { StopTransactionOnEVSideDisconnect: 'false' };
    const pair = charging({ stopWhen: { durationSeconds: 90 } }, { configuration });
    pair.advance(30_000);
    pair.command({ kind: 'unplug', address: at1, side: 'ev' });
    pair.advance(60_000);
    expect(pair.calls('StopTransaction').map((call) => call.payload.meterStop)).toEqual([91]);
  });

  it('energyWh is met later when the EV pauses in between', () => {
    const pair = charging({ stopWhen: { energyWh: 1_000 } });
    pair.advance(60_000);
    pair.command({ kind: 'setEv', address: at1, ev: { suspended: true } });
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    pair.command({ kind: 'setEv', address: at1, ev: { suspended: false } });
    pair.advance(3_600_000);
    expect(pair.calls('StopTransaction')[0]?.payload.meterStop).toBe(1_000);
  });
});
