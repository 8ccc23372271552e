// Meter values (block J): sampled and clock-aligned, each by its own variables.
import { bootedPairV201, eventsOf, misfits } from '../../support/pair-v201';

const address = { evseId: 1 };

type Pair = ReturnType<typeof bootedPairV201>;
type Sample = {
  value: number;
  context?: string;
  measurand?: string;
  phase?: string;
  unitOfMeasure?: { unit?: string };
};

const start = (pair: Pair) => void pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1' });
const stop = (pair: Pair) => void pair.command({ kind: 'presentToken', address, idToken: 'TAG-1' });
const set = (pair: Pair, key: string, value: string) =>
  pair.command({ kind: 'setConfiguration', entries: [{ key, value }] });

/** Samples of an event, as `context measurand`. */
const samplesOf = (event: ReturnType<typeof eventsOf>[number] | undefined) =>
  (event?.meterValue ?? []).flatMap(({ sampledValue }) => sampledValue as unknown as Sample[]);
const words = (event: ReturnType<typeof eventsOf>[number] | undefined) =>
  samplesOf(event).map(({ context, measurand }) => `${context} ${measurand}`);

describe('J02: sampled', () => {
  it('TC_J_07_CS: TxStartedMeasurands with the first event', () => {
    const pair = bootedPairV201({
      variables: { 'SampledDataCtrlr.TxStartedMeasurands': 'SoC,Energy.Active.Import.Register' },
    });
    start(pair);
    expect(words(eventsOf(pair)[0])).toEqual([
      'Transaction.Begin SoC',
      'Transaction.Begin Energy.Active.Import.Register',
    ]);
  });

  it('TC_J_09_CS: TxUpdatedMeasurands every TxUpdatedInterval', () => {
    const variables = {
      'SampledDataCtrlr.TxUpdatedInterval': '30',
      'SampledDataCtrlr.TxUpdatedMeasurands': 'Power.Active.Import,Current.Import,Voltage',
    };
    const pair = bootedPairV201({ variables });
    start(pair);
    pair.clear();
    pair.advance(90_000);
    const events = eventsOf(pair);
    expect(events.map(({ triggerReason }) => triggerReason)).toEqual(Array(3).fill('MeterValuePeriodic'));
    const samples = samplesOf(events[0]);
    expect(samples.map(({ measurand, phase, unitOfMeasure }) => [measurand, phase, unitOfMeasure?.unit])).toEqual([
      ['Power.Active.Import', undefined, 'W'],
      ['Current.Import', 'L1', 'A'],
      ['Current.Import', 'L2', 'A'],
      ['Current.Import', 'L3', 'A'],
      ['Voltage', 'L1-N', 'V'],
      ['Voltage', 'L2-N', 'V'],
      ['Voltage', 'L3-N', 'V'],
    ]);
    expect(samples[0]?.value).toBe(11_000);
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_J_10_CS: TxEndedMeasurands: begin, every TxEndedInterval, end', () => {
    const pair = bootedPairV201({ variables: { 'SampledDataCtrlr.TxEndedInterval': '60' } });
    start(pair);
    pair.advance(150_000);
    stop(pair);
    const register = 'Energy.Active.Import.Register';
    const ended = eventsOf(pair).at(-1);
    expect(words(ended)).toEqual([
      `Transaction.Begin ${register}`,
      `Sample.Periodic ${register}`,
      `Sample.Periodic ${register}`,
      `Transaction.End ${register}`,
    ]);
    expect(samplesOf(ended).map(({ value }) => value)).toEqual([0, 183, 366, 458]);
  });

  it('intervals follow a change at once; 0 is none; Enabled false is none of all', () => {
    const pair = bootedPairV201({ variables: { 'SampledDataCtrlr.TxUpdatedInterval': '600' } });
    start(pair);
    pair.clear();
    set(pair, 'SampledDataCtrlr.TxUpdatedInterval', '10');
    pair.advance(30_000);
    expect(eventsOf(pair)).toHaveLength(3);
    set(pair, 'SampledDataCtrlr.TxUpdatedInterval', '0');
    pair.advance(60_000);
    expect(eventsOf(pair)).toHaveLength(3);
    const off = bootedPairV201({ variables: { 'SampledDataCtrlr.Enabled': 'false' } });
    start(off);
    off.advance(600_000);
    stop(off);
    expect(eventsOf(off).flatMap(({ meterValue }) => meterValue ?? [])).toEqual([]);
  });

  it('an interval of the order counts for its transaction', () => {
    const pair = bootedPairV201();
    pair.command({ kind: 'startTransaction', address, idToken: 'TAG-1', meterValuesIntervalSeconds: 5 });
    pair.clear();
    pair.advance(20_000);
    expect(eventsOf(pair)).toHaveLength(4);
  });

  it('Energy.Active.Import.Interval: sums to the register, list by list', () => {
    const measurands = 'Energy.Active.Import.Interval,Energy.Active.Import.Register';
    const pair = bootedPairV201({ variables: { 'SampledDataCtrlr.TxUpdatedMeasurands': measurands } });
    start(pair);
    pair.advance(600_000);
    const samples = eventsOf(pair).slice(2).flatMap(samplesOf);
    const sum = samples
      .filter(({ measurand }) => measurand?.endsWith('Interval'))
      .reduce((all, { value }) => all + value, 0);
    expect([samples.length, sum]).toEqual([20, samples.at(-1)?.value]);
  });
});

describe('J01: clock-aligned', () => {
  const aligned = (more: Record<string, string> = {}) =>
    bootedPairV201({
      variables: { 'AlignedDataCtrlr.Interval': '900', 'SampledDataCtrlr.TxUpdatedInterval': '0', ...more },
    });

  it('TC_J_01_CS: without a transaction in MeterValues, of the main meter and every EVSE, at even times', () => {
    const pair = aligned();
    pair.sleep(100_000);
    pair.advance(900_000);
    expect(pair.calls('MeterValues').map(({ payload }) => payload.evseId)).toEqual([0, 1, 2]);
    const [call] = pair.calls('MeterValues');
    expect(call?.payload.meterValue).toMatchObject([
      { timestamp: '2026-01-05T08:15:00.000Z', sampledValue: [{ context: 'Sample.Clock', value: 0 }] },
    ]);
    expect(misfits(pair)).toEqual([]);
  });

  it('TC_J_02_CS: during a transaction with its events', () => {
    const pair = aligned();
    start(pair);
    pair.clear();
    pair.advance(900_000);
    expect(eventsOf(pair)).toMatchObject([{ eventType: 'Updated', triggerReason: 'MeterValueClock' }]);
    expect(pair.calls('MeterValues').map(({ payload }) => payload.evseId)).toEqual([0, 2]);
  });

  it('TC_J_03_CS: AlignedDataCtrlr.TxEndedMeasurands with the last event', () => {
    const pair = aligned({
      'AlignedDataCtrlr.TxEndedInterval': '900',
      'AlignedDataCtrlr.TxEndedMeasurands': 'Energy.Active.Import.Register',
      'SampledDataCtrlr.TxEndedMeasurands': '',
    });
    start(pair);
    pair.advance(2_000_000);
    stop(pair);
    expect(words(eventsOf(pair).at(-1))).toEqual(Array(2).fill('Sample.Clock Energy.Active.Import.Register'));
  });

  it('TC_J_06_CS: SendDuringIdle: nothing while a transaction runs', () => {
    const pair = aligned({ 'AlignedDataCtrlr.SendDuringIdle': 'true' });
    start(pair);
    pair.clear();
    pair.advance(900_000);
    expect(pair.actions().filter((action) => action !== 'Heartbeat')).toEqual([]);
    stop(pair);
    pair.advance(900_000);
    expect(pair.calls('MeterValues')).toHaveLength(3);
  });

  it('follows a change of the interval, and the clock of the CSMS', () => {
    const pair = aligned();
    set(pair, 'AlignedDataCtrlr.Interval', '300');
    pair.advance(600_000);
    expect(pair.calls('MeterValues')).toHaveLength(6);
    set(pair, 'AlignedDataCtrlr.Interval', '0');
    pair.advance(3_600_000);
    expect(pair.calls('MeterValues')).toHaveLength(6);
  });
});
