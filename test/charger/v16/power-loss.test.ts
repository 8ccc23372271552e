// The mains fail and come back (TC_032, TC_034; OCPP 1.6 §4.2, §4.9), and what `power` answers.
import { viewCharger } from '../../../lib/charger/view';
import { bootedPair, createPair, type Pair, type PairOptions } from '../../support/pair';

const at1 = { connectorId: 1 };
const off = (pair: Pair) => pair.command({ kind: 'power', state: 'off' });
const bootTime = 10_000;
const resuming = { MeterValueSampleInterval: '60', 'x-ResumeTransactionsAfterPowerLoss': 'true' };

function charging(configuration: Record<string, string> = {}, start = {}, options: PairOptions = {}): Pair {
  const pair = bootedPair({ configuration: { MeterValueSampleInterval: '0', ...configuration }, ...options });
  pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1', ...start });
  pair.clear();
  return pair;
}

/** Switches on; the outcome is there once the charger has booted. */
function on(pair: Pair) {
  const id = pair.begin({ kind: 'power', state: 'on' });
  pair.advance(bootTime);
  return pair.outcomes[id];
}

describe('power off', () => {
  it('pulls the mains: nothing is sent, the link is cut, nothing charges', () => {
    const pair = charging();
    pair.advance(60_000);
    expect(off(pair)).toMatchObject({ ok: true });
    const energyWh = pair.charger.evses[0]?.energyWh;
    pair.advance(3_600_000);
    expect(pair.actions()).toEqual([]);
    expect(pair.effects).toContainEqual({ kind: 'closeLink', abrupt: true });
    expect(pair.charger).toMatchObject({ power: 'off', link: { state: 'down' } });
    expect(pair.charger.evses[0]).toMatchObject({ energyWh, contactor: 'open' });
  });

  it('keeps no deadline: a charger without power does nothing by itself', () => {
    const pair = charging({}, { stopWhen: { durationSeconds: 60 } });
    off(pair);
    expect(pair.charger.timers).toEqual({});
  });

  it('a token that is being asked about starts nothing when the power goes', () => {
    const configuration = { AllowOfflineTxForUnknownId: 'true' };
    const pair = bootedPair({ configuration, answers: { Authorize: 'silent' } });
    const id = pair.begin({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' });
    off(pair);
    expect(pair.outcomes[id]).toMatchObject({ ok: false, refusal: { kind: 'unreachable' } });
    on(pair);
    expect(pair.calls('StartTransaction')).toHaveLength(0);
  });

  it('refuses what needs power, saying so', () => {
    const pair = bootedPair();
    off(pair);
    for (const outcome of [
      pair.command({ kind: 'connect' }),
      pair.command({ kind: 'plugIn', address: at1 }),
      pair.command({ kind: 'presentToken', address: at1, idToken: 'TAG-1' }),
      pair.command({ kind: 'startTransaction', address: at1, idToken: 'TAG-1' }),
      pair.command({ kind: 'sendMessage', action: 'Heartbeat', validate: true }),
      pair.command({ kind: 'awaitMessage', action: 'Reset' }),
    ]) {
      expect(outcome).toMatchObject({
        ok: false,
        refusal: { kind: 'wrongState', detail: expect.stringContaining('switched off') },
      });
    }
  });
});

describe('power on', () => {
  it('TC_032_2_CS - after the boot: StopTransaction PowerLoss with the reading at the loss', () => {
    const pair = charging();
    pair.advance(60_000);
    off(pair);
    pair.advance(3_600_000);
    const outcome = on(pair);
    expect(outcome).toMatchObject({ ok: true, result: { registration: { status: 'Accepted' } } });
    expect(pair.actions().slice(0, 1)).toEqual(['BootNotification']);
    expect(pair.calls('StopTransaction').map((call) => call.payload)).toMatchObject([
      { transactionId: 101, reason: 'PowerLoss', meterStop: 183 },
    ]);
  });

  it('TC_032_2_CS - a cycle in one command does the same', () => {
    const pair = charging();
    const id = pair.begin({ kind: 'power', state: 'cycle' });
    pair.advance(bootTime);
    expect(pair.outcomes[id]).toMatchObject({ ok: true });
    expect(pair.calls('StopTransaction')[0]?.payload.reason).toBe('PowerLoss');
    expect(pair.connections).toBe(2);
  });

  it('TC_034_CS - Unavailable outlives the power failure', () => {
    const pair = bootedPair();
    pair.ask('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    off(pair);
    pair.clear();
    on(pair);
    expect(pair.statuses(1)).toEqual(['Unavailable']);
    expect(pair.statuses(2)).toEqual(['Available']);
  });

  it('resumes the transaction when configured so: same id, energy goes on, samples go on', () => {
    const pair = charging(resuming);
    pair.advance(60_000);
    off(pair);
    pair.advance(3_600_000);
    pair.clear();
    on(pair);
    expect(pair.calls('StopTransaction')).toHaveLength(0);
    expect(pair.statuses(1)).toEqual(['Charging']);
    pair.advance(120_000);
    expect(pair.calls('MeterValues').length).toBeGreaterThanOrEqual(1);
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    const meterStop = Number(pair.calls('StopTransaction')[0]?.payload.meterStop);
    // 60 s before the loss, 120 s and the rest of the boot time after it, none while the charger starts up.
    expect(meterStop).toBe(Math.floor(((60 + 120 + 5) * 11_000) / 3_600));
  });

  it('does not close the contactor before it has started up', () => {
    const pair = charging(resuming);
    off(pair);
    pair.begin({ kind: 'power', state: 'on' });
    expect(pair.charger.evses[0]?.contactor).toBe('open');
    pair.advance(5_000);
    expect(pair.charger.evses[0]?.contactor).toBe('closed');
  });

  it('ends a transaction to be resumed whose EV was taken off meanwhile: EVDisconnected', () => {
    const pair = charging(resuming);
    off(pair);
    pair.command({ kind: 'unplug', address: at1, side: 'ev' });
    on(pair);
    expect(pair.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'EVDisconnected', transactionId: 101 });
  });

  it('a wish of stopWhen that fell due without power is met after the start', () => {
    const pair = charging(resuming, { stopWhen: { durationSeconds: 60 } });
    off(pair);
    pair.advance(3_600_000);
    on(pair);
    expect(pair.calls('StopTransaction')).toHaveLength(1);
  });

  it('OCPP 1.6 §4.2 - sends nothing before BootNotification is accepted, queued messages included', () => {
    const pair = charging();
    pair.command({ kind: 'network', state: 'offline' });
    pair.command({ kind: 'stopTransaction', transactionId: '101' });
    off(pair);
    pair.command({ kind: 'network', state: 'online' });
    pair.csms.answers.BootNotification = () => ({
      status: 'Pending',
      currentTime: new Date(pair.now).toISOString(),
      interval: 60,
    });
    on(pair);
    expect(pair.actions()).toEqual(['BootNotification']);
    delete pair.csms.answers.BootNotification;
    pair.advance(60_000);
    expect(pair.actions().slice(0, 2)).toEqual(['BootNotification', 'BootNotification']);
    expect(pair.calls('StopTransaction')).toHaveLength(1);
  });

  it('a charger created without power comes to life when switched on', () => {
    const pair = createPair({ power: 'off' });
    pair.settle();
    pair.advance(600_000);
    expect(pair.connections).toBe(0);
    expect(on(pair)).toMatchObject({ ok: true, result: { registration: { status: 'Accepted' } } });
    expect(viewCharger(pair.charger, pair.now)).toMatchObject({ power: 'on', status: 'Available' });
  });

  it('switching on what is on, or off what is off, changes nothing', () => {
    const pair = bootedPair();
    expect(pair.command({ kind: 'power', state: 'on' })).toMatchObject({ ok: true });
    expect(pair.actions()).toEqual([]);
    off(pair);
    expect(off(pair)).toMatchObject({ ok: true });
  });
});
