// Meter values (OCPP 1.6 §3.16, §4.7): when samples are taken, what is in them, and that they agree with one another.
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';

const minutes = (count: number) => count * 60_000;

interface Sample {
  value: string;
  measurand: string;
  context: string;
  phase?: string;
  unit?: string;
}
interface Value {
  timestamp: string;
  sampledValue: Sample[];
}

const valuesOf = (payload: Record<string, unknown>, field = 'meterValue') => (payload[field] ?? []) as Value[];
const samples = (pair: Pair, connectorId: number) =>
  pair
    .calls('MeterValues')
    .filter((call) => call.payload.connectorId === connectorId)
    .flatMap((call) => valuesOf(call.payload));
const numbers = (value: Value | undefined, measurand: string) =>
  (value?.sampledValue ?? []).filter((one) => one.measurand === measurand).map((one) => Number(one.value));
const minuteOf = (value: Value) => (Date.parse(value.timestamp) - start) / 60_000;

function charging(configuration: Record<string, string> = {}, options: PairOptions = {}): Pair {
  const pair = bootedPair({ configuration, ...options });
  pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
  return pair;
}

function stopped(pair: Pair): Record<string, unknown> {
  pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG' });
  return pair.calls('StopTransaction')[0]?.payload ?? {};
}

const everything =
  'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC,Power.Factor,Power.Offered,Current.Offered';

describe('TC_070_CS: sampled meter values', () => {
  it('are sent every MeterValueSampleInterval from the start of the transaction, with its id', () => {
    const pair = charging({ MeterValueSampleInterval: '120' });
    pair.advance(minutes(10));
    expect(samples(pair, 1).map(minuteOf)).toEqual([2, 4, 6, 8, 10]);
    expect(pair.calls('MeterValues').every((call) => call.payload.transactionId === 101)).toBe(true);
    expect(samples(pair, 1)[0]?.sampledValue.every((one) => one.context === 'Sample.Periodic')).toBe(true);
  });

  it('hold the measurands of MeterValuesSampledData and no others, every phase of them (§3.16.3)', () => {
    const pair = charging({ MeterValuesSampledData: 'Voltage,SoC' });
    pair.advance(minutes(1));
    const found = samples(pair, 1)[0]?.sampledValue.map((one) => [one.measurand, one.phase]);
    expect(found).toEqual([
      ['Voltage', 'L1-N'],
      ['Voltage', 'L2-N'],
      ['Voltage', 'L3-N'],
      ['SoC', undefined],
    ]);
  });

  it('stop with the transaction, and are not sent outside one', () => {
    const pair = charging();
    pair.advance(minutes(1));
    stopped(pair);
    pair.advance(minutes(10));
    expect(pair.calls('MeterValues')).toHaveLength(1);
  });

  it('§3.16.1: interval 0 sends none; a change counts for the transaction that runs', () => {
    const pair = charging({ MeterValueSampleInterval: '0' });
    pair.advance(minutes(10));
    expect(pair.calls('MeterValues')).toEqual([]);
    pair.ask('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '30' });
    pair.advance(minutes(2));
    expect(pair.calls('MeterValues')).toHaveLength(4);
  });

  it('§3.16.1: no measurands, no message', () => {
    const pair = charging({ MeterValuesSampledData: '' });
    pair.advance(minutes(5));
    expect(pair.calls('MeterValues')).toEqual([]);
  });
});

describe('TC_071_CS: clock-aligned meter values', () => {
  it('are taken at even times of the day, on every connector and the main meter, in a transaction with its id', () => {
    const pair = bootedPair({ configuration: { ClockAlignedDataInterval: '900', MeterValueSampleInterval: '0' } });
    pair.advance(minutes(7));
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'TAG' });
    pair.advance(minutes(30));
    expect([0, 1, 2].map((id) => samples(pair, id).map(minuteOf))).toEqual([
      [15, 30],
      [15, 30],
      [15, 30],
    ]);
    expect(pair.calls('MeterValues').map((call) => call.payload.transactionId)).toEqual([
      undefined,
      101,
      undefined,
      undefined,
      101,
      undefined,
    ]);
    expect(samples(pair, 1)[0]?.sampledValue).toMatchObject([
      { measurand: 'Energy.Active.Import.Register', context: 'Sample.Clock' },
    ]);
  });

  it('start anew at midnight when the interval does not divide the day', () => {
    const pair = bootedPair({ configuration: { ClockAlignedDataInterval: '50000', HeartbeatInterval: '0' } });
    pair.advance(minutes(60 * 48));
    const hours = samples(pair, 1).map((value) => value.timestamp);
    expect(hours).toEqual([
      '2026-01-05T13:53:20.000Z',
      '2026-01-06T00:00:00.000Z',
      '2026-01-06T13:53:20.000Z',
      '2026-01-07T00:00:00.000Z',
    ]);
  });

  it('have their own list of measurands, also for the main meter', () => {
    const pair = bootedPair({ configuration: { ClockAlignedDataInterval: '900', MeterValuesAlignedData: 'Voltage' } });
    pair.advance(minutes(15));
    const found = pair.calls('MeterValues').flatMap((call) => valuesOf(call.payload).flatMap((v) => v.sampledValue));
    expect(new Set(found.map((one) => one.measurand))).toEqual(new Set(['Voltage']));
  });

  it('the main meter counts what all connectors got', () => {
    const pair = bootedPair({ configuration: { ClockAlignedDataInterval: '3600' } });
    for (const connectorId of [1, 2]) {
      pair.command({ kind: 'startTransaction', address: { connectorId }, idToken: `TAG-${connectorId}` });
    }
    pair.advance(minutes(60));
    const register = 'Energy.Active.Import.Register';
    const [main, one, two] = [0, 1, 2].map(
      (id) =>
        numbers(
          samples(pair, id).find((value) => value.sampledValue[0]?.context === 'Sample.Clock'),
          register,
        )[0] ?? 0,
    );
    expect(Math.abs((main ?? 0) - (one ?? 0) - (two ?? 0))).toBeLessThanOrEqual(1);
    expect(main).toBeGreaterThan(15_000);
  });
});

describe('OCPP 1.6 §3.16: transactionData of StopTransaction', () => {
  it('§3.16.5: is absent while both lists are empty', () => {
    const pair = charging();
    pair.advance(minutes(3));
    expect(stopped(pair)).not.toHaveProperty('transactionData');
  });

  it('StopTxnSampledData: begin, every interval, end', () => {
    const pair = charging({ StopTxnSampledData: 'Energy.Active.Import.Register' });
    pair.advance(minutes(2.5));
    const stop = stopped(pair);
    const data = valuesOf(stop, 'transactionData');
    expect(data.map(minuteOf)).toEqual([0, 1, 2, 2.5]);
    expect(data.map((value) => value.sampledValue[0]?.context)).toEqual([
      'Transaction.Begin',
      'Sample.Periodic',
      'Sample.Periodic',
      'Transaction.End',
    ]);
    expect(numbers(data.at(-1), 'Energy.Active.Import.Register')).toEqual([stop.meterStop]);
  });

  it('StopTxnAlignedData: at the clock-aligned times of the transaction', () => {
    const pair = charging({ StopTxnAlignedData: 'SoC', ClockAlignedDataInterval: '900' });
    pair.advance(minutes(40));
    expect(valuesOf(stopped(pair), 'transactionData').map(minuteOf)).toEqual([15, 30]);
  });

  it('goes on being taken when no sampled values are configured for MeterValues', () => {
    const pair = charging({ StopTxnSampledData: 'SoC', MeterValuesSampledData: '' });
    pair.advance(minutes(2));
    expect(valuesOf(stopped(pair), 'transactionData')).toHaveLength(4);
  });

  it('stays bounded in a long transaction, with its begin and its end', () => {
    const pair = charging({ StopTxnSampledData: 'SoC' });
    pair.advance(minutes(300));
    const data = valuesOf(stopped(pair), 'transactionData');
    expect(data.length).toBeLessThanOrEqual(41);
    expect(data[0]?.sampledValue[0]?.context).toBe('Transaction.Begin');
    expect(data.at(-1)?.sampledValue[0]?.context).toBe('Transaction.End');
    expect(data.map(minuteOf)).toEqual([...data.map(minuteOf)].sort((a, b) => a - b));
  });
});

describe('samples agree with one another', () => {
  const evs = [
    ['ac-22kw-two-socket', {}],
    ['ac-22kw-two-socket', { phases: 1 as const, maxPowerW: 3_600 }],
    ['ac-7kw-single-phase', { soc: 85 }],
    ['dc-150kw', { soc: 70, preset: 'sedan-dc' }],
  ] as const;

  it.each(evs)('%s %j: power is volts times amperes times power factor over the phases', (model, ev) => {
    const pair = charging({ MeterValuesSampledData: everything }, { model, ev });
    pair.advance(minutes(5));
    for (const value of samples(pair, 1)) {
      const [powerW = 0] = numbers(value, 'Power.Active.Import');
      const amperes = numbers(value, 'Current.Import');
      const volts = numbers(value, 'Voltage');
      const [factor = 1] = numbers(value, 'Power.Factor');
      const apparent = amperes.reduce((sum, ampere, at) => sum + ampere * (volts[at] ?? 0), 0);
      expect(powerW).toBeGreaterThan(0);
      // Amperes are told to a tenth, volts too.
      const rounding = amperes.reduce((sum, ampere, at) => sum + 0.05 * (volts[at] ?? 0) + 0.05 * ampere, 1);
      expect(Math.abs(apparent * factor - powerW)).toBeLessThan(rounding + powerW * 0.001);
      expect(powerW).toBeLessThanOrEqual((numbers(value, 'Power.Offered')[0] ?? 0) + 0.1);
    }
  });

  it.each(evs)('%s %j: the register grows by the power drawn, the state of charge by the register', (model, ev) => {
    const pair = charging({ MeterValuesSampledData: everything, MeterValueSampleInterval: '10' }, { model, ev });
    pair.advance(minutes(10));
    const all = samples(pair, 1);
    const capacity = pair.charger.evses[0]?.ev?.batteryCapacityWh ?? 1;
    const register = 'Energy.Active.Import.Register';
    all.slice(1).forEach((value, at) => {
      const before = all[at];
      const grown = (numbers(value, register)[0] ?? 0) - (numbers(before, register)[0] ?? 0);
      const powers = [before, value].map((one) => numbers(one, 'Power.Active.Import')[0] ?? 0);
      expect(grown).toBeGreaterThanOrEqual((Math.min(...powers) * 10) / 3600 - 1.001);
      expect(grown).toBeLessThanOrEqual((Math.max(...powers) * 10) / 3600 + 1.001);
    });
    const gained = (numbers(all.at(-1), 'SoC')[0] ?? 0) - (numbers(all[0], 'SoC')[0] ?? 0);
    const energy = (numbers(all.at(-1), register)[0] ?? 0) - (numbers(all[0], register)[0] ?? 0);
    expect(Math.abs(gained - (energy / capacity) * 100)).toBeLessThanOrEqual(1.1);
  });

  it('§4.8: meterStop is the last reading, and the next transaction starts where this one ended', () => {
    const pair = charging();
    pair.advance(minutes(30));
    const { meterStop } = stopped(pair);
    pair.command({ kind: 'unplug', address: {} });
    pair.advance(minutes(30));
    pair.command({ kind: 'startTransaction', address: {}, idToken: 'NEXT' });
    expect(meterStop).toBe(numbers(samples(pair, 1).at(-1), 'Energy.Active.Import.Register')[0]);
    expect(pair.calls('StartTransaction').at(-1)?.payload.meterStart).toBe(meterStop);
  });

  it('intervals add up to the register in each list of their own', () => {
    const interval = 'Energy.Active.Import.Interval';
    const lists = { MeterValuesSampledData: interval, StopTxnSampledData: interval };
    const pair = charging({ ...lists, MeterValuesAlignedData: interval, ClockAlignedDataInterval: '300' });
    pair.advance(minutes(30));
    const stop = stopped(pair);
    const sum = (values: Value[], context: string) =>
      values
        .flatMap((value) => value.sampledValue)
        .filter((one) => one.measurand === interval && one.context === context)
        .reduce((total, one) => total + Number(one.value), 0);
    expect(stop.meterStop).toBeGreaterThan(4000);
    expect(sum(samples(pair, 1), 'Sample.Periodic')).toBe(stop.meterStop);
    expect(sum(samples(pair, 1), 'Sample.Clock')).toBe(stop.meterStop);
    expect(sum(valuesOf(stop, 'transactionData'), 'Sample.Periodic')).toBe(stop.meterStop);
  });

  it('an EV that is full draws nothing, and neither register nor charge move', () => {
    const pair = charging({ MeterValuesSampledData: everything }, { ev: { soc: 100 } });
    pair.advance(minutes(3));
    const values = samples(pair, 1);
    expect(values.map((value) => numbers(value, 'Power.Active.Import'))).toEqual([[0], [0], [0]]);
    expect(values.map((value) => numbers(value, 'SoC'))).toEqual([[100], [100], [100]]);
    expect(new Set(values.flatMap((value) => numbers(value, 'Energy.Active.Import.Register')))).toEqual(new Set([0]));
  });
});
