// A run's report as one page that needs nothing but itself: figures as tables, the course of the run as charts. Drawn by uPlot, whose code is put
// into the page.

import uplotJs from 'uplot/dist/uPlot.iife.min.js';
import uplotCss from 'uplot/dist/uPlot.min.css';
import type { Percentiles, Reached } from './latency';
import type { RunReport } from './report';

export function reportPage(report: RunReport): string {
  const { id, state, detail, chargers, startedAt, endedAt, seed } = report;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Fleet run ${text(id)}</title><style>${uplotCss}${style}</style></head><body>
<h1>Fleet run ${text(id)}</h1>
<p>${chargers} chargers, seed ${seed}, ${text(state)}${detail === undefined ? '' : `: ${text(detail)}`}. ${text(startedAt)} to ${text(endedAt ?? 'now')}</p>
${transactions(report)}${phases(report)}${actions(report)}
<h2>Course</h2><div id="counts"></div><div id="rates"></div>
<script>${uplotJs}</script>
<script type="application/json" id="series">${JSON.stringify(report.series).replaceAll('<', '\\u003c')}</script>
<script>${draw}</script></body></html>
`;
}

const style = `body{font:16px/1.4 system-ui,sans-serif;margin:2rem;max-width:70rem;color:#1c1c1c;background:#fff}
table{border-collapse:collapse;margin:0 0 1.5rem}th,td{padding:.25rem .75rem;border-bottom:1px solid #ddd;text-align:right}
th:first-child,td:first-child{text-align:left}h2{margin-top:2rem}
@media (prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}th,td{border-color:#444}.u-legend{color:#e6e6e6}}`;

const draw = `const series=JSON.parse(document.getElementById('series').textContent);
const at=series.map(s=>Date.parse(s.at)/1000);
const chart=(id,title,lines)=>new uPlot({title,width:Math.min(1000,innerWidth-64),height:260,
series:[{},...lines.map(([key,label,stroke])=>({label,stroke,width:2}))]},
[at,...lines.map(([key])=>series.map(s=>s[key]))],document.getElementById(id));
if(series.length>1){chart('counts','Chargers',[['connected','connected','#0969da'],['charging','in a transaction','#1a7f37']]);
chart('rates','Per second',[['callsPerSecond','calls','#8250df'],['errorsPerSecond','errors','#cf222e']]);}
else document.getElementById('counts').textContent='Too short to draw.';`;

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

function transactions({
  transactions: { started, ended, open, doubled, energyWh, inconsistentMeterValues },
}: RunReport): string {
  const head = ['started', 'ended', 'open', 'doubled', 'energy, kWh', 'inconsistent meter values'];
  return `<h2>Transactions</h2>${table(head, [
    [started, ended, open, doubled, (energyWh / 1000).toFixed(1), inconsistentMeterValues],
  ])}`;
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
