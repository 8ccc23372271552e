// What becomes of counts: parts put together, percentiles of all chargers, CSV, the page.
import { runInNewContext } from 'node:vm';
import { readFactV16 } from '../../lib/charger/v16/facts';
import { Latency } from '../../lib/fleet/latency';
import { buildReport, type RunReport } from '../../lib/fleet/report';
import { reportCsv } from '../../lib/fleet/report-csv';
import { reportPage } from '../../lib/fleet/report-page';
import type { PartResult } from '../../lib/fleet/result';
import type { RunDocument } from '../../lib/fleet/run';

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
      },
    ],
    actions: [{ action, from: 'charger', calls: 11, results: 9, errors: 1, latency }],
    transactions: { started: 5, ended: 4, doubled: 0, energyWh: 100, inconsistent: 0 },
    unended: 1,
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
    expect(report.transactions).toMatchObject({ started: 10, ended: 8, open: 2, energyWh: 200 });
  });

  it('tells until when so many percent of all were there, not of those that came', () => {
    const report = buildReport(run, [part(tenTimes(100))]);
    expect(report.phases[0]?.booted).toEqual({ count: 10, of: 20, ms50: 100 });
  });

  it('takes the end of a phase for over when it is over for all', () => {
    const open = part([1]);
    delete open.phases[0]?.endedAt;
    expect(buildReport(run, [part([1]), open]).phases[0]).not.toHaveProperty('endedAt');
  });
});

describe('CSV', () => {
  it('has one line per action, quoted where it must be', () => {
    const report = buildReport(run, [part([5], 'a "strange", one')]);
    expect(reportCsv(report).split('\r\n')).toEqual([
      'action,from,calls,results,errors,unanswered,p50Ms,p95Ms,p99Ms,maxMs',
      '"a ""strange"", one",charger,11,9,1,1,5,5,5,5',
      '',
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@x'])('makes no formula of an action %s', (action) => {
    expect(reportCsv(buildReport(run, [part([5], action)]))).toContain(`\n'${action},`);
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

  it('draws the course with scripts that run', () => {
    const series = [0, 1, 2].map((n) => ({
      at: new Date(at + n * 1000).toISOString(),
      connected: n,
      charging: 0,
      callsPerSecond: 1,
      errorsPerSecond: 0,
    }));
    const scripts = [...page({ ...buildReport(run, [part([5])]), series }).matchAll(/<script>([\s\S]*?)<\/script>/g)];
    const drawn: unknown[][] = [];
    const element = { textContent: JSON.stringify(series) };
    const sandbox = {
      document: { getElementById: () => element },
      innerWidth: 800,
      uPlot: class {
        constructor(...made: unknown[]) {
          drawn.push(made);
        }
      },
    };
    runInNewContext(scripts.at(-1)?.[1] ?? '', sandbox);
    expect(drawn.map(([options]) => (options as { title: string }).title)).toEqual(['Chargers', 'Per second']);
    expect(drawn[0]?.[1]).toEqual([series.map((s) => Date.parse(s.at) / 1000), [0, 1, 2], [0, 0, 0]]);
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
