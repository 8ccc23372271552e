// How large a charger document can get, and what is given up for it: queued messages, samples, commands under way (OCPP 1.6 §3.7,
// §3.16). Starts and stops never are.
import fc from 'fast-check';
import { bytesOf, queueBudgetBytes } from '../../../lib/charger/queue-budget';
import { bootedPair, type Pair, type PairOptions } from '../../support/pair';

const minutes = (count: number) => count * 60_000;

const everything =
  'Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import,Power.Offered,Current.Import,Voltage,SoC,Temperature';

interface Sample {
  timestamp: string;
  sampledValue: { value: string; context: string; measurand: string }[];
}

function offlinePair(configuration: Record<string, string> = {}, options: PairOptions = {}): Pair {
  const pair = bootedPair({
    configuration: { AllowOfflineTxForUnknownId: 'true', ...configuration },
    ev: { batteryCapacityWh: 1_000_000 },
    ...options,
  });
  pair.command({ kind: 'network', state: 'offline' });
  pair.clear();
  return pair;
}

const begin = (pair: Pair, connectorId = 1) =>
  pair.command({ kind: 'startTransaction', address: { connectorId }, idToken: `TAG-${connectorId}` });

function end(pair: Pair, connectorId = 1): void {
  const id = pair.charger.v16?.connectors[connectorId - 1]?.transaction?.id ?? '';
  pair.command({ kind: 'stopTransaction', transactionId: id, unplug: true });
}

const goOnline = (pair: Pair) => pair.command({ kind: 'network', state: 'online' }, 600_000);
const queueNotes = (pair: Pair) => pair.notes().filter((note) => note.startsWith('offline queue full'));
const queueBytes = (pair: Pair) => bytesOf(pair.charger.calls.queue);
const sampleOf = (call: { payload: Record<string, unknown> }) => (call.payload.meterValue as Sample[])[0];
const dataOf = (call: { payload: Record<string, unknown> } | undefined) =>
  (call?.payload.transactionData ?? []) as Sample[];
const wh = (sample: Sample | undefined, measurand: string) =>
  Number(sample?.sampledValue.find((value) => value.measurand === measurand)?.value ?? 0);
const sum = (numbers: number[]) => numbers.reduce((one, other) => one + other, 0);

/** Distances in time, and how uneven they are: the widest by the narrowest. */
function unevenness(samples: (Sample | undefined)[]): number {
  const times = samples.map((sample) => Date.parse(sample?.timestamp ?? ''));
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  return Math.max(...gaps) / Math.min(...gaps);
}

describe('OCPP 1.6 §3.7: the queue of a charger that stays offline', () => {
  it('gives up every second MeterValues in between, of each transaction alike, and no energy of an interval', () => {
    const pair = offlinePair({ MeterValuesSampledData: everything });
    begin(pair, 1);
    begin(pair, 2);
    pair.advance(minutes(300));
    expect(queueNotes(pair).length).toBeGreaterThan(0);
    expect(queueNotes(pair).every((note) => note.includes('intermediate MeterValues given up'))).toBe(true);
    expect(queueBytes(pair)).toBeLessThanOrEqual(queueBudgetBytes * 1.05);
    const registers = pair.charger.evses.map((evse) => Math.floor(evse.energyWh));
    goOnline(pair);
    const bySession = [1, 2].map((connectorId) =>
      pair.calls('MeterValues').filter((call) => call.payload.connectorId === connectorId),
    );
    const [one = [], two = []] = bySession;
    expect(one.length).toBeGreaterThan(20);
    expect(Math.abs(one.length - two.length)).toBeLessThanOrEqual(2);
    bySession.forEach((calls, at) => {
      const intervals = calls.map((call) => wh(sampleOf(call), 'Energy.Active.Import.Interval'));
      expect(sum(intervals)).toBe(
        wh(sampleOf(calls.at(-1) ?? calls[0] ?? { payload: {} }), 'Energy.Active.Import.Register'),
      );
      expect(Math.abs(sum(intervals) - (registers[at] ?? 0))).toBeLessThan(1000);
    });
  });

  it('then shortens transactionData, with its first and its last sample, and says so', () => {
    const pair = offlinePair({ MeterValuesSampledData: '', StopTxnSampledData: everything });
    for (let session = 0; session < 20; session++) {
      begin(pair);
      pair.advance(minutes(40));
      end(pair);
    }
    expect(queueNotes(pair).join()).toMatch(/transactionData of \d+ StopTransaction shortened/);
    expect(queueNotes(pair).join()).not.toContain('StopTransaction given up');
    expect(queueBytes(pair)).toBeLessThanOrEqual(queueBudgetBytes * 1.05);
    goOnline(pair);
    const stops = pair.calls('StopTransaction');
    expect(stops).toHaveLength(20);
    for (const stop of stops) {
      const contexts = dataOf(stop).map((sample) => sample.sampledValue[0]?.context);
      expect([contexts[0], contexts.at(-1)]).toEqual(['Transaction.Begin', 'Transaction.End']);
    }
  });

  it('then leaves transactionData out, oldest first', () => {
    const pair = offlinePair({ StopTxnSampledData: everything, MeterValuesSampledData: '' });
    let sessions = 0;
    while (!queueNotes(pair).some((note) => note.includes('StopTransaction given up')) && ++sessions < 200) {
      begin(pair);
      pair.advance(minutes(1));
      end(pair);
    }
    goOnline(pair);
    const stops = pair.calls('StopTransaction');
    expect(stops).toHaveLength(sessions);
    expect(dataOf(stops[0])).toEqual([]);
    expect(dataOf(stops.at(-1)).length).toBeGreaterThan(0);
  });

  it('and takes no new transaction when nothing helps: it says why, and every other one is reported', () => {
    const pair = offlinePair();
    let started = 0;
    let refusal = begin(pair);
    for (; refusal?.ok; refusal = begin(pair)) {
      started += 1;
      end(pair);
    }
    expect(refusal).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    expect(JSON.stringify(refusal)).toContain('no room for another transaction');
    expect(pair.notes().join()).toContain('TAG-1 may not start: no room for another transaction');
    expect(started).toBeGreaterThan(150);
    expect(bytesOf(pair.charger)).toBeLessThan(512 * 1024);
    pair.clear();
    goOnline(pair);
    expect(pair.calls('StartTransaction')).toHaveLength(started);
    expect(new Set(pair.calls('StopTransaction').map((call) => call.payload.transactionId)).size).toBe(started);
    expect(pair.command({ kind: 'presentToken', address: {}, idToken: 'TAG-1' })?.ok).toBe(true);
    expect(pair.charger.v16?.connectors[0]?.transaction).toBeDefined();
  });

  it('a transaction that runs when there is no room any more ends as any other', () => {
    const pair = offlinePair();
    begin(pair, 2);
    while (begin(pair)?.ok) end(pair);
    pair.clear();
    end(pair, 2);
    goOnline(pair);
    expect(pair.calls('StopTransaction').at(-1)?.payload.idTag).toBe('TAG-2');
  });

  it('rejects RemoteStartTransaction while a CSMS that takes no StartTransaction has filled it', () => {
    const pair = offlinePair({ TransactionMessageAttempts: '100', TransactionMessageRetryInterval: '86400' });
    while (begin(pair)?.ok) end(pair);
    pair.csms.answers.StartTransaction = { callError: 'InternalError' };
    pair.begin({ kind: 'network', state: 'online' });
    expect(pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 2 })).toEqual({ status: 'Rejected' });
    expect(pair.notes().join()).toContain('RemoteStartTransaction rejected: no room for another transaction');
  });
});

describe('OCPP 1.6 §3.16: transactionData of a long transaction', () => {
  const configuration = {
    StopTxnSampledData: 'Energy.Active.Import.Register,Energy.Active.Import.Interval',
    StopTxnAlignedData: 'Energy.Active.Import.Interval',
    ClockAlignedDataInterval: '60',
    MeterValuesSampledData: '',
    MeterValuesAlignedData: '',
  };

  function longSession() {
    const pair = bootedPair({ configuration, ev: { batteryCapacityWh: 1_000_000 } });
    pair.sleep(20_000);
    begin(pair);
    pair.advance(minutes(900));
    const notes = pair.notes().filter((note) => note.includes('transactionData'));
    end(pair);
    const stop = pair.calls('StopTransaction')[0];
    return { notes, stop, data: dataOf(stop) };
  }

  const ofContext = (data: Sample[], context: string) =>
    data.filter((sample) => sample.sampledValue[0]?.context === context);

  it('stays within its bytes, with one note', () => {
    const { data, notes } = longSession();
    expect(bytesOf(data)).toBeLessThanOrEqual(32 * 1024 + 500);
    expect(notes).toHaveLength(1);
  });

  it('§3.16.1, §3.16.2: keeps sampled and clock-aligned data alike, each spread evenly from its first to its last', () => {
    const { data } = longSession();
    const [sampled, aligned] = [ofContext(data, 'Sample.Periodic'), ofContext(data, 'Sample.Clock')];
    expect(Math.abs(sampled.length - aligned.length)).toBeLessThanOrEqual(3);
    expect(sampled.length).toBeGreaterThan(25);
    for (const series of [sampled, aligned]) {
      expect(Date.parse(series.at(-1)?.timestamp ?? '') - Date.parse(series[0]?.timestamp ?? '')).toBeGreaterThan(
        minutes(895),
      );
      // The newest are as dense as they were taken until they are thinned too: by then the others are a few times as far apart.
      expect(unevenness(series.slice(0, -Math.ceil(series.length / 2)))).toBeLessThanOrEqual(4);
    }
    expect(data[0]?.sampledValue[0]?.context).toBe('Transaction.Begin');
    expect(data.at(-1)?.sampledValue[0]?.context).toBe('Transaction.End');
  });

  it('Energy.Active.Import.Interval: the intervals of samples given up are part of the next ones', () => {
    const { data, stop } = longSession();
    const interval = (samples: Sample[]) => sum(samples.map((sample) => wh(sample, 'Energy.Active.Import.Interval')));
    const aligned = ofContext(data, 'Sample.Clock');
    expect(interval(data) - interval(aligned)).toBe(stop?.payload.meterStop);
    expect(Number(stop?.payload.meterStop) - interval(aligned)).toBeLessThan(400);
    expect(interval(aligned)).toBeGreaterThan(50_000);
  });
});

describe('what an ended transaction leaves in the document', () => {
  it('is not what only a running one needs', () => {
    const pair = bootedPair({ configuration: { StopTxnSampledData: 'Energy.Active.Import.Interval' } });
    const period = { startPeriod: 0, limit: 10 };
    pair.command({ kind: 'plugIn', address: {} });
    pair.ask('RemoteStartTransaction', { idTag: 'TAG', connectorId: 1, chargingProfile: profileOf([period]) });
    pair.command({
      kind: 'startTransaction',
      address: { connectorId: 2 },
      idToken: 'TAG-2',
      meterValuesIntervalSeconds: 10,
      stopWhen: { durationSeconds: 100 },
    });
    pair.advance(minutes(3));
    end(pair);
    const { ended = [] } = pair.charger.v16 ?? {};
    expect(ended).toHaveLength(2);
    for (const transaction of ended) {
      const forgotten = [
        'chargingProfile',
        'stopWhen',
        'intervalSeconds',
        'intervalFromWh',
        'data',
        'dataBytes',
        'allowedUntilWh',
      ];
      for (const key of forgotten) expect(transaction).not.toHaveProperty(key);
      expect(bytesOf(transaction)).toBeLessThan(400);
    }
  });
});

const profileOf = (chargingSchedulePeriod: unknown[]) => ({
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod },
});

describe('OCPP 1.6 §9.4 ChargingScheduleMaxPeriods', () => {
  it.each([
    [100, 'Accepted'],
    [101, 'Rejected'],
  ] as const)('RemoteStartTransaction with a profile of %i periods is %s', (count, status) => {
    const pair = bootedPair();
    const periods = Array.from({ length: count }, (_, at) => ({ startPeriod: at * 60, limit: 10 }));
    const request = { idTag: 'TAG', connectorId: 1, chargingProfile: profileOf(periods) };
    expect(pair.ask('RemoteStartTransaction', request)).toEqual({ status });
    const said = pair.notes().some((note) => note.includes('101 periods, more than 100'));
    expect(said).toBe(status === 'Rejected');
  });
});

describe('commands under way', () => {
  it('are 50 at most; disconnecting is always possible, and makes room', () => {
    const pair = bootedPair();
    for (let count = 0; count < 50; count++) pair.begin({ kind: 'awaitMessage', action: 'Reset' });
    expect(pair.command({ kind: 'plugIn', address: {} })).toEqual({
      ok: false,
      refusal: {
        kind: 'wrongState',
        detail: '50 commands are under way, and there may be 50: wait until some have ended',
      },
    });
    expect(Object.keys(pair.charger.commands)).toHaveLength(50);
    expect(pair.command({ kind: 'disconnect' })?.ok).toBe(true);
    expect(pair.charger.commands).toEqual({});
    expect(pair.command({ kind: 'plugIn', address: {} })?.ok).toBe(true);
  });

  const large = 'x'.repeat(64 * 1024);

  it.each([
    ['text', { kind: 'sendFrame', text: large }],
    [
      'payload',
      { kind: 'sendMessage', action: 'DataTransfer', payload: { vendorId: 'x', data: large }, validate: true },
    ],
    ['match', { kind: 'awaitMessage', action: 'DataTransfer', match: { data: large } }],
  ] as const)('bring no %s larger than 64 KiB', (path, command) => {
    const pair = bootedPair();
    const outcome = pair.command(command);
    expect(outcome).toMatchObject({ ok: false, refusal: { kind: 'badInput', errors: [{ path }] } });
    expect(JSON.stringify(outcome)).toContain('must not be larger than 65536 bytes');
    expect(JSON.stringify(outcome)).not.toContain('xxxx');
    expect(pair.seen).toEqual([]);
  });

  it('bring no more than 128 KiB together, while small ones go on being taken', () => {
    const pair = bootedPair({ answers: { DataTransfer: 'silent' } });
    const payload = { vendorId: 'x', data: 'x'.repeat(60_000) };
    const send = () => pair.command({ kind: 'sendMessage', action: 'DataTransfer', payload, validate: true });
    expect([send(), send()]).toEqual([undefined, undefined]);
    expect(send()).toMatchObject({ ok: false, refusal: { kind: 'wrongState' } });
    expect(bytesOf(pair.charger)).toBeLessThan(300 * 1024);
    pair.begin({ kind: 'sendMessage', action: 'Heartbeat', validate: true });
    expect(Object.keys(pair.charger.commands)).toHaveLength(3);
  });
});

describe('any hour of offline sessions', () => {
  const session = fc.record({
    connectorId: fc.constantFrom(1, 2),
    minutes: fc.integer({ min: 0, max: 15 }),
    intervalSeconds: fc.integer({ min: 10, max: 120 }),
  });

  it('leaves a document below 512 KiB, and every transaction is reported from start to stop', () => {
    let relieved = 0;
    fc.assert(
      fc.property(fc.array(session, { minLength: 6, maxLength: 8 }), fc.boolean(), (sessions, data) => {
        const pair = offlinePair({
          MeterValuesSampledData: everything,
          MeterValuesAlignedData: everything,
          ClockAlignedDataInterval: '30',
          ...(data ? { StopTxnSampledData: everything, StopTxnAlignedData: everything } : {}),
        });
        for (const one of sessions) live(pair, one);
        for (const connectorId of [1, 2])
          if (pair.charger.v16?.connectors[connectorId - 1]?.transaction) end(pair, connectorId);
        const started = pair.events.filter((event) => event.kind === 'transaction' && event.change === 'started');
        relieved += queueNotes(pair).length;
        goOnline(pair);
        pair.advance(minutes(1));
        expect(pair.calls('StartTransaction')).toHaveLength(started.length);
        const stops = pair.calls('StopTransaction').map((call) => call.payload.transactionId);
        expect(new Set(stops).size).toBe(started.length);
        expect(pair.charger.calls.queue).toEqual([]);
      }),
      { numRuns: 6, seed: 1 },
    );
    expect(relieved).toBeGreaterThan(0);
  });

  /** Ends what runs on the connector, begins anew, and charges for a while. */
  function live(pair: Pair, one: { connectorId: number; minutes: number; intervalSeconds: number }): void {
    const { connectorId } = one;
    if (pair.charger.v16?.connectors[connectorId - 1]?.transaction) end(pair, connectorId);
    pair.command({
      kind: 'startTransaction',
      address: { connectorId },
      idToken: `TAG-${connectorId}`,
      meterValuesIntervalSeconds: one.intervalSeconds,
    });
    pair.advance(minutes(one.minutes));
    expect(bytesOf(pair.charger)).toBeLessThan(512 * 1024);
  }
});
