// What becomes of counts: parts put together, percentiles of all chargers, CSV, the page.
import { runInNewContext } from 'node:vm';
import { readFactV16 } from '../../lib/charger/v16/facts';
import { Latency } from '../../lib/fleet/latency';
import { buildReport, type RunReport } from '../../lib/fleet/report';
import { reportCsv } from '../../lib/fleet/report-csv';
import { reportPage } from '../../lib/fleet/report-page';
import type { PartResult } from '../../lib/fleet/result';
import type { RunDocument } from '../../lib/fleet/run';
import { noTransactions } from '../../lib/fleet/transaction-ledger';

const at = Date.UTC(2026, 0, 5, 8);

const run: RunDocument = {
  id: 'R-1',
  spec: { seed: 7, phases: [{ kind: 'connect', timeoutSeconds: 30 }] },
  state: 'finished',
  chargers: 20,
  parts: 2,
  createdAt: at,
  endedAt: at + 5_000,
};

function histogram(...values: number[]): string {
  const latency = Latency.create();
  for (const value of values) latency.record(value);
  return latency.encode();
}

const tenTimes = (value: number) => Array.from({ length: 10 }, () => value);

function part(bootMs: number[], action = 'Heartbeat'): PartResult {
  const latency = histogram(...bootMs);
  return {
    phases: [
      {
        kind: 'connect',
        beganAt: at,
        endedAt: at + 2_000,
        acts: { connect: { ok: bootMs.length, failed: { timeout: 1 }, latency, firstFailure: 'no answer' } },
        booted: latency,
        attempts: histogram(1, 1, 4),
        turnedAway: 2,
      },
    ],
    actions: [{ action, from: 'charger', calls: 11, results: 9, errors: 1, latency }],
    violations: [
      { rule: 'badInterval', section: '§6.4', count: 2, example: { chargerId: 'CP-1', action, detail: 'is -1' } },
    ],
    transactions: {
      ...noTransactions,
      begun: 6,
      started: 5,
      ended: 4,
      lost: 1,
      energyWh: 100,
      meteredWh: 90,
      inconsistent: 1,
      discrepancies: [{ chargerId: 'CP-1', transactionId: '7', startWh: 0, lastWh: 30, stopWh: 25 }],
    },
    gaps: histogram(10),
    unended: 1,
    links: { up: 9, down: 1 },
    series: [],
  };
}

describe('the report', () => {
  it('puts the parts of a run together', () => {
    const report = buildReport(run, [part(tenTimes(100)), part(tenTimes(300))]);
    expect(report.phases).toHaveLength(1);
    expect(report.phases[0]).toMatchObject({
      commands: [{ command: 'connect', ok: 20, failed: { timeout: 2 }, durationMs: { count: 20, p50: 100, max: 300 } }],
      booted: { count: 20, of: 20, ms50: 100, ms95: 300, ms100: 300 },
      endedAt: new Date(at + 2_000).toISOString(),
    });
    expect(report.actions).toMatchObject([{ action: 'Heartbeat', calls: 22, results: 18, errors: 2, unanswered: 2 }]);
    expect(report.transactions).toEqual({
      begun: 12,
      started: 10,
      ended: 8,
      open: 2,
      lost: 2,
      doubled: 0,
      sharedIds: 0,
      energyWh: 200,
      meteredWh: 180,
      unmetered: 0,
      gapWh: { count: 2, p50: 10, p95: 10, p99: 10, max: 10 },
      inconsistentMeterValues: 2,
      discrepancies: [expect.objectContaining({ lastWh: 30 }), expect.objectContaining({ stopWh: 25 })],
    });
    expect(report.violations).toEqual([expect.objectContaining({ rule: 'badInterval', section: '§6.4', count: 4 })]);
    expect(report.links).toEqual({ up: 18, down: 2 });
    expect(report.phases[0]).toMatchObject({ attempts: { count: 6, p50: 1, max: 4 }, turnedAway: 4 });
  });

  it('tells until when so many percent of all were there, not of those that came', () => {
    const report = buildReport(run, [part(tenTimes(100))]);
    expect(report.phases[0]?.booted).toEqual({ count: 10, of: 20, ms50: 100 });
  });

  it('adds up the courses of the parts, taken at different times', () => {
    const sample = (second: number, connected: number) => {
      const rates = { callsPerSecond: 0.1, errorsPerSecond: 0, violationsPerSecond: 0 };
      return { at: at + second * 1_000, connected, charging: 1, ...rates };
    };
    const one = { ...part([1]), series: [sample(1, 3), sample(3, 5), sample(5, 7)] };
    const other = { ...part([1]), series: [sample(2.5, 10), sample(4.5, 20), sample(5.5, 30)] };
    const { series } = buildReport(run, [one, other]);
    expect(series.map(({ at: when, connected, charging }) => [Date.parse(when) - at, connected, charging])).toEqual([
      [2_500, 13, 2],
      [4_500, 25, 2],
      [5_500, 37, 2],
    ]);
    expect(series[0]?.callsPerSecond).toBe(0.2);
  });

  it('says how often processes went, where they did', () => {
    expect(buildReport(run, [part([1])])).not.toHaveProperty('interruptions');
    const parts = [part([1]), { ...part([1]), interruptions: 2, strays: 3 }, { ...part([1]), interruptions: 1 }];
    const report = buildReport(run, parts);
    expect(report.interruptions).toEqual({ count: 3, strayTransactions: 3 });
    expect(reportCsv(report)).toMatch(/\r\nrun,,interruptions,,3,.*\r\nrun,,strayTransactions,,3,/);
    expect(reportPage(report)).toContain('Interrupted 3 times; 3 transactions that only chargers knew of were stopped');
  });

  it('takes the end of a phase for over when it is over for all', () => {
    const open = part([1]);
    delete open.phases[0]?.endedAt;
    expect(buildReport(run, [part([1]), open]).phases[0]).not.toHaveProperty('endedAt');
  });
});

describe('CSV', () => {
  it('has one table of everything, quoted where it must be', () => {
    const report = buildReport({ ...run, detail: 'well' }, [part([5, 5], 'a "strange", one')]);
    expect(reportCsv(report).split('\r\n')).toEqual([
      'part,phase,name,from,count,ok,failed,unanswered,p50,p95,p99,max,unit,detail',
      'run,,state,,,,,,,,,,,finished: well',
      'run,,id,,,,,,,,,,,R-1',
      'run,,seed,,7,,,,,,,,,',
      'run,,chargers,,20,,,,,,,,,',
      'run,,startedAt,,,,,,,,,,,2026-01-05T08:00:00.000Z',
      'run,,endedAt,,,,,,,,,,,2026-01-05T08:00:05.000Z',
      'command,1 connect,connect,,3,2,1,,5,5,5,5,ms,timeout 1: no answer',
      'until,1 connect,booted,,20,2,18,,,,,,ms,',
      'attempts,1 connect,"attempts to connect, per charger",,3,,,,1,4,4,4,attempts,',
      'turnedAway,1 connect,cars,,2,,,,,,,,,',
      'action,,"a ""strange"", one",charger,11,9,1,1,5,5,5,5,ms,',
      'transactions,,begun,,6,,,,,,,,,',
      'transactions,,started,,5,,,,,,,,,',
      'transactions,,ended,,4,,,,,,,,,',
      'transactions,,open,,1,,,,,,,,,',
      'transactions,,lost,,1,,,,,,,,,',
      'transactions,,doubled,,0,,,,,,,,,',
      'transactions,,sharedIds,,0,,,,,,,,,',
      'transactions,,unmetered,,0,,,,,,,,,',
      'transactions,,energy by stops,,100,,,,,,,,Wh,',
      'transactions,,energy by meter values,,90,,,,,,,,Wh,',
      'transactions,,stop beyond the last meter value,,1,,,,10,10,10,10,Wh,',
      'transactions,,inconsistent meter values,,1,,,,,,,,,',
      'discrepancy,,CP-1,,,,,,,,,,Wh,"transaction 7: start 0, meter values up to 30, stop 25"',
      'violation,,badInterval,csms,2,,,,,,,,,§6.4: is -1',
      '',
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@x'])('makes no formula of an action %s', (action) => {
    expect(reportCsv(buildReport(run, [part([5], action)]))).toContain(`\naction,,'${action},`);
  });
});

describe('the page', () => {
  const page = (report: RunReport) => reportPage(report);
  const nasty = '</script><script>alert(1)</script>';

  it('needs nothing but itself, and takes no text for markup', () => {
    const report = buildReport({ ...run, detail: nasty }, [part([5], nasty)]);
    const html = page(report);
    expect(html).not.toMatch(/(src|href)=/);
    expect(html.match(/alert\(1\)<\/script>/g)).toBeNull();
    expect(html).toContain('&lt;/script>');
  });

  it('shows violations, sessions that contradict themselves, attempts to connect', () => {
    const html = page(buildReport(run, [part([5])]));
    expect(html).toContain('<td>badInterval</td><td>§6.4</td><td>2</td><td>CP-1</td><td>Heartbeat</td><td>is -1</td>');
    expect(html).toContain('<td>CP-1</td><td>7</td><td>0</td><td>30</td><td>25</td>');
    expect(html).toContain('<td>attempts to connect</td><td>3</td><td>0</td><td>1</td><td>4</td><td>4</td><td>4</td>');
    expect(page(buildReport(run, [{ ...part([5]), violations: [] }]))).toContain('broke no rule');
  });

  it('draws the course and the latencies with scripts that run', () => {
    const series = [0, 1, 2].map((n) => ({
      at: new Date(at + n * 1000).toISOString(),
      connected: n,
      charging: 0,
      callsPerSecond: 1,
      errorsPerSecond: 0,
      violationsPerSecond: 3 - n,
    }));
    const html = page({ ...buildReport(run, [part([5, 10])]), series });
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(html)?.[1];
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)];
    const drawn: unknown[][] = [];
    const sandbox = {
      document: { getElementById: () => ({ textContent: data }) },
      innerWidth: 800,
      uPlot: class {
        constructor(...made: unknown[]) {
          drawn.push(made);
        }
      },
    };
    runInNewContext(scripts.at(-1)?.[1] ?? '', sandbox);
    const titles = drawn.map(([options]) => (options as { title: string }).title);
    expect(titles).toEqual(['Chargers', 'Per second', 'Time to the answer, ms']);
    const seconds = series.map((s) => Date.parse(s.at) / 1000);
    const [chargers, rates, latencies] = drawn.map(([, values]) => values);
    expect(chargers).toEqual([seconds, [0, 1, 2], [0, 0, 0]]);
    expect(rates).toEqual([seconds, [1, 1, 1], [0, 0, 0], [3, 2, 1]]);
    expect(latencies).toEqual([
      [0, 1, 2, 3],
      [5, 10, 10, 10],
    ]);
  });
});

describe('facts of OCPP 1.6 frames', () => {
  const frame = (action: string, payload: unknown, type: 'call' | 'result' = 'call') => ({
    at,
    direction: type === 'call' ? ('sent' as const) : ('received' as const),
    type,
    action,
    messageId: 'm-1',
    payload,
  });
  const values = (...sampledValue: object[]) => ({ transactionId: 1, meterValue: [{ sampledValue }] });

  it.each([
    ['the register is the measurand where none is named', [{ value: '10' }], 10],
    ['kWh are a thousand Wh', [{ value: '1.5', unit: 'kWh', measurand: 'Energy.Active.Import.Register' }], 1_500],
    [
      'other measurands and phases are others',
      [{ value: '7', measurand: 'Power.Active.Import' }, { value: '3', phase: 'L1' }, { value: '20' }],
      20,
    ],
  ])('OCPP 1.6 §7.43: %s', (_, samples, meterWh) => {
    expect(readFactV16(frame('MeterValues', values(...samples)))).toEqual({
      kind: 'metered',
      transactionId: '1',
      meterWh,
    });
  });

  it.each([
    ['MeterValues', values({ value: 'much' })],
    ['MeterValues', values({ value: '5', measurand: 'Voltage' })],
    ['MeterValues', { transactionId: 1, meterValue: 'x' }],
    ['StartTransaction', { meterStart: '0' }],
    ['StopTransaction', null],
    ['Unheard', {}],
  ])('%s that says nothing is no fact', (action, payload) => {
    expect(readFactV16(frame(action, payload))).toBeUndefined();
  });

  it('a boot counts when it is accepted', () => {
    expect(readFactV16(frame('BootNotification', { status: 'Accepted' }, 'result'))).toEqual({ kind: 'booted' });
    expect(readFactV16(frame('BootNotification', { status: 'Pending' }, 'result'))).toBeUndefined();
  });
});
