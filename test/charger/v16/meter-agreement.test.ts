// What the samples of a charger say agrees: energy, power, current, voltage and state of charge (OCPP 1.6 §3.16, §4.7, §4.8).
import { charging, minutes, numbers, samples, stopped, type Value, valuesOf } from './samples';

const everything =
  'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC,Power.Factor,Power.Offered,Current.Offered';

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
