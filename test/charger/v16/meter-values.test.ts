// Meter values (OCPP 1.6 §3.16, §4.7): when samples are taken, and what is in them.
import { bootedPair } from '../../support/pair';
import { charging, minuteOf, minutes, numbers, samples, stopped, valuesOf } from './samples';

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
    expect(JSON.stringify(data).length).toBeLessThanOrEqual(32 * 1024);
    expect(data.length).toBeLessThan(250);
    expect(data[0]?.sampledValue[0]?.context).toBe('Transaction.Begin');
    expect(data.at(-1)?.sampledValue[0]?.context).toBe('Transaction.End');
    expect(data.map(minuteOf)).toEqual([...data.map(minuteOf)].sort((a, b) => a - b));
  });
});
