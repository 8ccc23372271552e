// Meters that are pinned or drift, clocks that are wrong, time that runs faster: what the CSMS sees of it, what stays true, and what
// stays real, on a virtual clock.
import type { BehaviourWish } from '../../lib/charger/behaviour';
import { nextDeadline } from '../../lib/charger/step';
import { listTransactions, viewCharger } from '../../lib/charger/view';
import { bootedPair, type Pair, type PairOptions, start } from '../support/pair';

const seconds = (count: number) => count * 1000;
const minutes = (count: number) => seconds(60 * count);

function bent(behaviour: BehaviourWish, options: PairOptions = {}): Pair {
  const pair = bootedPair(options);
  pair.command({ kind: 'setBehaviour', behaviour });
  pair.clear();
  return pair;
}

const begin = { kind: 'startTransaction', address: {}, idToken: 'TAG' } as const;

function stop(pair: Pair): void {
  const [id] = pair.charger.v16?.connectors.flatMap((one) => one.transaction?.id ?? []) ?? [];
  pair.command({ kind: 'stopTransaction', transactionId: id ?? '' });
}

interface Value {
  timestamp: string;
  sampledValue: { measurand: string; value: string; phase?: string }[];
}

const valuesOf = (pair: Pair) =>
  pair.calls('MeterValues').flatMap(({ payload }) => (payload.meterValue ?? []) as Value[]);

const told = (pair: Pair, measurand: string) =>
  valuesOf(pair).map(({ sampledValue }) =>
    sampledValue.filter((one) => one.measurand === measurand).map(({ value }) => value),
  );

const times = (pair: Pair, action: string) =>
  pair.calls(action).map(({ payload }) => Date.parse(String(payload.timestamp)));

const register = 'Energy.Active.Import.Register';

describe('a meter that is pinned or drifts', () => {
  it('OCPP 1.6 §6.45, §6.49: a stuck register in start, samples and stop; what has flowed stays true', () => {
    const pair = bent({ meter: [{ measurand: register, value: 1234 }] });
    pair.command(begin);
    pair.advance(minutes(3));
    stop(pair);
    expect(told(pair, register)).toEqual([['1234'], ['1234'], ['1234']]);
    expect(pair.calls('StartTransaction')[0]?.payload.meterStart).toBe(1234);
    expect(pair.calls('StopTransaction')[0]?.payload.meterStop).toBe(1234);
    expect(listTransactions(pair.charger, pair.now)[0]?.energyWh).toBeGreaterThan(300);
  });

  it('a transaction that is to end after some energy does so by what has flowed', () => {
    const pair = bent({ meter: [{ measurand: register, value: 9_999_999 }] });
    pair.command({ ...begin, stopWhen: { energyWh: 500 } });
    pair.advance(minutes(30));
    const [ended] = listTransactions(pair.charger, pair.now);
    expect(ended).toMatchObject({ state: 'ended', energyWh: 500 });
  });

  it('OCPP 1.6 §7.31: one measurand, or one phase of it; on one connector', () => {
    const pair = bent({
      meter: [
        { measurand: 'Voltage.L2', value: 253.25 },
        { measurand: 'SoC', value: 7, connectorId: 2 },
        { measurand: 'Power.Active.Import', value: -5, connectorId: 1 },
      ],
    });
    pair.command(begin);
    pair.advance(minutes(1));
    const [voltage] = told(pair, 'Voltage');
    expect(voltage?.[1]).toBe('253.25');
    expect(Number(voltage?.[0])).toBeLessThan(231);
    expect(told(pair, 'Power.Active.Import')).toEqual([['-5']]);
    expect(told(pair, 'SoC')).not.toEqual([['7']]);
  });

  it('drifts by the hour, from the true value or from a pinned one', () => {
    const pair = bent({
      meter: [
        { measurand: 'Power.Active.Import', value: 1000, driftPerHour: 600 },
        { measurand: register, driftPerHour: -60 },
      ],
    });
    pair.command(begin);
    pair.advance(minutes(3));
    expect(told(pair, 'Power.Active.Import')).toEqual([['1010'], ['1020'], ['1030']]);
    const exact = bent({});
    exact.command(begin);
    exact.advance(minutes(3));
    const behind = told(exact, register).map(([value], at) => Number(value) - Number(told(pair, register)[at]?.[0]));
    expect(behind).toEqual([1, 2, 3]);
  });

  it('OCPP 1.6 §3.16.4: the main meter too, where no connector is named', () => {
    const options = { configuration: { ClockAlignedDataInterval: '60' } };
    const pair = bent({ meter: [{ measurand: register, value: 5 }] }, options);
    pair.advance(minutes(1));
    expect(pair.calls('MeterValues').map(({ payload }) => payload.connectorId)).toEqual([0, 1, 2]);
    expect(told(pair, register)).toEqual([['5'], ['5'], ['5']]);
    pair.command({ kind: 'setBehaviour', behaviour: { meter: [{ measurand: register, value: 5, connectorId: 1 }] } });
    pair.clear();
    pair.advance(minutes(1));
    expect(told(pair, register)).toEqual([['0'], ['5'], ['0']]);
  });

  it('must be of a measurand that the charger samples', () => {
    const pair = bootedPair();
    const outcome = pair.command({ kind: 'setBehaviour', behaviour: { meter: [{ measurand: 'Speed', value: 1 }] } });
    expect(outcome).toMatchObject({
      ok: false,
      refusal: { kind: 'badInput', errors: [{ path: 'meter.0.measurand' }] },
    });
    expect(pair.charger).not.toHaveProperty('behaviour');
  });
});

describe('a clock that is wrong', () => {
  it('OCPP 1.6 §4.6: stays wrong by as much, whatever the CSMS says the time is', () => {
    const pair = bent({ clock: { skewSeconds: -7200 } });
    pair.command({ kind: 'plugIn', address: {} });
    pair.advance(minutes(11));
    expect(pair.calls('Heartbeat')).toHaveLength(2);
    pair.command({ kind: 'unplug', address: {} });
    const [first, second] = times(pair, 'StatusNotification');
    expect(first).toBe(start - seconds(7200));
    expect(second).toBe(pair.now - seconds(7200));
    pair.command({ kind: 'setBehaviour', behaviour: {} });
    pair.clear();
    pair.command({ kind: 'plugIn', address: {} });
    expect(times(pair, 'StatusNotification')).toEqual([pair.now]);
    expect(pair.charger).not.toHaveProperty('behaviour');
  });

  it('OCPP 1.6 §9.1 ClockAlignedDataInterval: samples come when the wrong clock says so', () => {
    const options = { configuration: { ClockAlignedDataInterval: '600' } };
    const pair = bent({ clock: { skewSeconds: 240 } }, options);
    pair.advance(minutes(7));
    expect(valuesOf(pair).map(({ timestamp }) => timestamp)).toEqual(new Array(3).fill('2026-01-05T08:10:00.000Z'));
    expect(pair.calls('MeterValues')[0]?.at).toBe(start + minutes(6));
  });
});

describe('time that runs faster', () => {
  const fast = (speed: number, options: PairOptions = {}) => bent({ clock: { speed } }, options);

  it('OCPP 1.6 §4.6: heartbeats come at the faster pace', () => {
    const pair = fast(60);
    pair.advance(seconds(20));
    expect(pair.calls('Heartbeat').map(({ at }) => at - start)).toEqual([5, 10, 15, 20].map(seconds));
  });

  it('OCPP 1.6 §4.7: samples come at the faster pace, with timestamps and energy to match', () => {
    const pair = fast(60);
    pair.command(begin);
    pair.advance(minutes(1));
    stop(pair);
    expect(pair.calls('MeterValues').map(({ at }) => at - start)).toEqual(
      Array.from({ length: 60 }, (_, n) => seconds(n + 1)),
    );
    expect(valuesOf(pair).map(({ timestamp }) => Date.parse(timestamp) - start)).toEqual(
      Array.from({ length: 60 }, (_, n) => minutes(n + 1)),
    );
    const [started] = times(pair, 'StartTransaction');
    const [stopped] = times(pair, 'StopTransaction');
    expect((stopped ?? 0) - (started ?? 0)).toBe(minutes(60));
    const exact = bent({});
    exact.command(begin);
    exact.advance(minutes(60));
    stop(exact);
    expect(pair.calls('StopTransaction')[0]?.payload.meterStop).toBe(
      exact.calls('StopTransaction')[0]?.payload.meterStop,
    );
    expect(told(pair, register)).toEqual(told(exact, register));
  });

  it('an order that lasts an hour is over in a second, at ×3600', () => {
    const pair = fast(3600);
    pair.command({ ...begin, stopWhen: { durationSeconds: 3600 } });
    pair.advance(seconds(1) + 10);
    const [ended] = listTransactions(pair.charger, pair.now);
    expect(ended?.state).toBe('ended');
    expect(Date.parse(ended?.stoppedAt ?? '') - Date.parse(ended?.startedAt ?? '')).toBe(minutes(60));
    expect(told(pair, register)).toHaveLength(59);
  });

  it('a host that sleeps finds the samples of its charger’s time', () => {
    const pair = fast(60);
    pair.command(begin);
    pair.sleep(seconds(30));
    pair.input({ kind: 'wake' });
    expect(valuesOf(pair).map(({ timestamp }) => Date.parse(timestamp) - start)).toEqual(
      Array.from({ length: 30 }, (_, n) => minutes(n + 1)),
    );
  });

  it('does not make the host spin: at ×3600 it is woken every 10 ms at most', () => {
    const pair = fast(3600, { configuration: { MeterValueSampleInterval: '1' } });
    pair.command(begin);
    let wakes = 0;
    for (let due = nextDeadline(pair.charger); due !== undefined && due <= start + 1000; wakes++) {
      pair.advance(due - pair.now);
      due = nextDeadline(pair.charger);
    }
    expect(wakes).toBeLessThanOrEqual(101);
    expect(valuesOf(pair).length).toBeGreaterThan(2_500);
  });

  it('OCPP-J 1.6 §4.1.1: waits for answers in real time, and sends again in real time', () => {
    const pair = fast(3600, { configuration: { HeartbeatInterval: '0', MeterValueSampleInterval: '0' } });
    pair.csms.answers.StartTransaction = 'silent';
    pair.begin(begin, seconds(300));
    pair.advance(seconds(89));
    expect(pair.calls('StartTransaction')).toHaveLength(1);
    pair.advance(seconds(1));
    expect(pair.calls('StartTransaction').map(({ at }) => at - start)).toEqual([0, seconds(90)]);
  });

  it('commands, delayed answers and network faults take real time', () => {
    const pair = bent({ clock: { speed: 3600 }, incoming: [{ action: 'ClearCache', delayMs: 2_000 }] });
    const id = pair.begin({ kind: 'awaitMessage', action: 'Reset' }, seconds(5));
    pair.call('ClearCache', {});
    pair.command({
      kind: 'setNetworkFaults',
      faults: [{ kind: 'latency', delayMs: 1_000, direction: 'sent', action: 'DataTransfer' }],
    });
    pair.begin({ kind: 'sendMessage', action: 'DataTransfer', validate: true });
    const seen: (number | undefined)[] = [];
    for (let ms = 0; ms <= 5_000; ms += 500) {
      if (pair.replies['csms-1']) seen[0] ??= ms;
      if (pair.calls('DataTransfer').length > 0) seen[1] ??= ms;
      if (pair.outcomes[id]) seen[2] ??= ms;
      pair.advance(500);
    }
    expect(seen).toEqual([2_000, 1_000, 5_000]);
    expect(pair.frames().at(0)?.at).toBe(start);
  });

  it('OCPP-J 1.6 §4.2.3: waits for what comes back to a broken frame in real time', () => {
    const pair = fast(3600);
    const id = pair.begin({ kind: 'sendFrame', text: 'no frame', waitSeconds: 2 });
    pair.advance(seconds(1));
    expect(pair.outcomes[id]).toBeUndefined();
    pair.advance(seconds(1));
    expect(pair.outcomes[id]).toMatchObject({ ok: true });
  });

  it('OCPP 1.6 §5.14: a soft reset gives the CSMS real time to take what is reported', () => {
    const pair = fast(3600);
    pair.command(begin);
    pair.csms.answers.StopTransaction = 'silent';
    pair.call('Reset', { type: 'Soft' });
    pair.advance(seconds(20));
    expect([pair.charger.link.state, pair.calls('BootNotification')]).toEqual(['up', []]);
    pair.advance(seconds(15));
    expect(pair.calls('BootNotification')).toHaveLength(1);
  });

  it('an order does not report a transaction that ended before it', () => {
    const pair = fast(3600);
    pair.command(begin);
    pair.advance(seconds(5));
    stop(pair);
    pair.advance(seconds(5));
    const unplugged = pair.command({ kind: 'unplug', address: {} });
    expect(unplugged).toMatchObject({ ok: true, result: { connector: { status: 'Available' } } });
    expect(unplugged).not.toHaveProperty('result.transaction');
  });

  it('reconnects and holds in real time', () => {
    const pair = fast(3600, { connection: 'onDemand', configuration: { HeartbeatInterval: '0' } });
    pair.command({ kind: 'connect', holdSeconds: 20 });
    pair.advance(seconds(19));
    expect(pair.charger.link.state).toBe('up');
    pair.advance(seconds(2));
    expect(pair.charger.link.state).toBe('down');
    const persistent = fast(3600);
    persistent.csms.unreachable = true;
    persistent.cut();
    persistent.clear();
    persistent.advance(seconds(10));
    expect(persistent.effects.filter(({ kind }) => kind === 'openLink').length).toBeLessThan(4);
  });

  it('OCPP 1.6 §4.2: a boot that the CSMS puts off comes back at the faster pace', () => {
    const pair = fast(60);
    pair.csms.answers.BootNotification = {
      status: 'Pending',
      currentTime: new Date(start).toISOString(),
      interval: 300,
    };
    pair.command({ kind: 'power', state: 'cycle' });
    pair.clear();
    pair.advance(seconds(11));
    expect(pair.calls('BootNotification').length).toBeGreaterThanOrEqual(2);
    const { registration } = viewCharger(pair.charger, pair.now);
    expect(Date.parse(String((registration as { retryAt: string }).retryAt)) - pair.now).toBeLessThanOrEqual(5_000);
  });

  it('OCPP 1.6 §4.6: does not take the time of the CSMS meanwhile, and takes it again afterwards', () => {
    const pair = fast(60);
    pair.command(begin);
    pair.advance(minutes(2));
    expect(pair.calls('Heartbeat').length).toBeGreaterThan(10);
    expect(viewCharger(pair.charger, pair.now).clock).toBe(new Date(start + minutes(120)).toISOString());
    pair.command({ kind: 'setBehaviour', behaviour: {} });
    const energy = listTransactions(pair.charger, pair.now)[0]?.energyWh ?? 0;
    expect(energy).toBeGreaterThan(10_000);
    pair.clear();
    pair.advance(minutes(1));
    expect(valuesOf(pair).map(({ timestamp }) => Date.parse(timestamp))).toEqual([start + minutes(121)]);
    pair.advance(minutes(5));
    expect(pair.calls('Heartbeat')).toHaveLength(1);
    expect(viewCharger(pair.charger, pair.now).clock).toBe(new Date(pair.now).toISOString());
    const after = listTransactions(pair.charger, pair.now)[0]?.energyWh ?? 0;
    expect(after - energy).toBeGreaterThan(800);
    expect(after - energy).toBeLessThan(1_500);
  });

  it('goes faster and slower without a jump, survives a lost host, and is shown', () => {
    const pair = fast(60);
    pair.advance(minutes(1));
    pair.command({ kind: 'setBehaviour', behaviour: { clock: { speed: 10 } } });
    pair.input({ kind: 'linkDown', reason: 'hostLost', detail: 'the process is gone' });
    pair.advance(minutes(1));
    const view = viewCharger(pair.charger, pair.now);
    expect(view).toMatchObject({
      behaviour: { clock: { speed: 10 } },
      clock: new Date(start + minutes(70)).toISOString(),
    });
  });

  it('nothing is left of a speed that never ran', () => {
    const pair = fast(60);
    pair.command({ kind: 'setBehaviour', behaviour: {} });
    expect(pair.charger).not.toHaveProperty('pace');
  });
});
