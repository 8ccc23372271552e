// A run's report as one page that needs nothing but itself: figures as tables, the course of the run as charts. Drawn by uPlot, whose code is put
// into the page.

import uplotJs from 'uplot/dist/uPlot.iife.min.js';
import uplotCss from 'uplot/dist/uPlot.min.css';
import type { Percentiles, Reached } from './latency';
import type { RunReport, TransactionReport } from './report';
import { chartData, chartPlaces, drawCharts } from './report-charts';

export function reportPage(report: RunReport): string {
  const { id, state, detail, chargers, startedAt, endedAt, seed } = report;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Fleet run ${text(id)}</title><style>${uplotCss}${style}</style></head><body>
<h1>Fleet run ${text(id)}</h1>
<p>${chargers} chargers, seed ${seed}, ${text(state)}${detail === undefined ? '' : `: ${text(detail)}`}. ${text(startedAt)} to ${text(endedAt ?? 'now')}${interrupted(report)}</p>
${transactions(report)}${violations(report)}${phases(report)}${actions(report)}
${chartPlaces}
<script>${uplotJs}</script>
<script type="application/json" id="data">${JSON.stringify(chartData(report)).replaceAll('<', '\\u003c')}</script>
<script>${drawCharts}</script></body></html>
`;
}

const style = `body{font:16px/1.4 system-ui,sans-serif;margin:2rem;max-width:70rem;color:#1c1c1c;background:#fff}
table{border-collapse:collapse;margin:0 0 1.5rem}th,td{padding:.25rem .75rem;border-bottom:1px solid #ddd;text-align:right}
th:first-child,td:first-child{text-align:left}h2{margin-top:2rem}
@media (prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}th,td{border-color:#444}.u-legend{color:#e6e6e6}}`;

function text(value: unknown): string {
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

type Cell = string | number;

function table(head: string[], rows: Cell[][]): string {
  const cells = (tag: string, values: Cell[]) => values.map((value) => `<${tag}>${text(value)}</${tag}>`).join('');
  return `<table><tr>${cells('th', head)}</tr>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</table>`;
}

const percentileHead = ['p50', 'p95', 'p99', 'max'];

function percentileCells({ p50, p95, p99, max }: Percentiles): Cell[] {
  return [p50, p95, p99, max];
}

const kWh = (wh: number) => (wh / 1000).toFixed(1);

function transactions({ transactions: counts }: RunReport): string {
  const { begun, started, ended, open, lost, doubled, sharedIds } = counts;
  const head = ['begun', 'started at the CSMS', 'ended', 'open', 'lost', 'doubled', 'ids shared'];
  return `<h2>Transactions</h2>${table(head, [[begun, started, ended, open, lost, doubled, sharedIds]])}${energy(counts)}`;
}

function energy({ energyWh, meteredWh, unmetered, gapWh, inconsistentMeterValues, discrepancies }: TransactionReport) {
  const head = ['energy by stops, kWh', 'by meter values, kWh', 'without meter values', 'inconsistent'];
  const gapHead = ['stop beyond the last meter value, Wh: sessions', ...percentileHead];
  const rows = discrepancies.map(({ chargerId, transactionId, startWh, lastWh, stopWh }): Cell[] => [
    chargerId,
    transactionId,
    startWh,
    lastWh,
    stopWh,
  ]);
  return [
    table(head, [[kWh(energyWh), kWh(meteredWh), unmetered, inconsistentMeterValues]]),
    table(gapHead, [[gapWh.count, ...percentileCells(gapWh)]]),
    rows.length === 0
      ? ''
      : `<h3>Sessions that contradict themselves, Wh</h3>${table(['charger', 'transaction', 'start', 'meter values up to', 'stop'], rows)}`,
  ].join('');
}

function interrupted({ interruptions }: RunReport): string {
  if (!interruptions) return '';
  const { count, strayTransactions } = interruptions;
  return `. Interrupted ${count} times; ${strayTransactions} transactions that only chargers knew of were stopped`;
}

function violations({ violations: counts }: RunReport): string {
  if (counts.length === 0) return '<h2>Violations</h2><p>The CSMS broke no rule of the specification.</p>';
  const rows = counts.map(({ rule, section, count, example }): Cell[] => [
    rule,
    section,
    count,
    example.chargerId,
    example.action,
    example.detail,
  ]);
  return `<h2>Violations of the CSMS</h2>${table(['rule', 'section', 'count', 'first by', 'action', 'what'], rows)}`;
}

function phases(report: RunReport): string {
  const rows = report.phases.flatMap(({ kind, commands, booted, connected, attempts }, index) => {
    const place = `${index + 1} ${kind}`;
    const until = (name: string, reached: Reached | undefined): Cell[][] => {
      if (!reached) return [];
      const { count, of, ms50 = '–', ms95 = '–', ms100 = '–' } = reached;
      return [[place, `until ${name}: 50, 95, 100 %`, count, of - count, ms50, ms95, '', ms100]];
    };
    return [
      ...commands.map(({ command, ok, failed, durationMs }): Cell[] => [
        place,
        command,
        ok,
        Object.values(failed).reduce((sum, count) => sum + count, 0),
        ...percentileCells(durationMs),
      ]),
      ...until('booted', booted),
      ...until('connected', connected),
      ...(attempts ? [[place, 'attempts to connect', attempts.count, 0, ...percentileCells(attempts)]] : []),
    ];
  });
  return `<h2>Phases</h2>${table(['phase', 'what (ms)', 'ok', 'failed', ...percentileHead], rows)}`;
}

function actions(report: RunReport): string {
  const rows = report.actions.map(({ action, from, calls, results, errors, unanswered, latencyMs }): Cell[] => [
    action,
    from,
    calls,
    results,
    errors,
    unanswered,
    ...percentileCells(latencyMs),
  ]);
  const head = ['action', 'from', 'calls', 'results', 'errors', 'unanswered', ...percentileHead];
  return `<h2>Messages (latencies in ms)</h2>${table(head, rows)}`;
}
