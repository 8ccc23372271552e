// A run's report as CSV, for spreadsheets and for comparing runs: one table of all there is but the course, with what a line is about in its
// first columns.
import type { Percentiles, Reached } from './latency';
import type { PhaseReport, RunReport } from './report';

const columns = [
  'part',
  'phase',
  'name',
  'from',
  'count',
  'ok',
  'failed',
  'unanswered',
  'p50',
  'p95',
  'p99',
  'max',
  'unit',
  'detail',
] as const;

type Line = Partial<Record<(typeof columns)[number], string | number>>;

export function reportCsv(report: RunReport): string {
  const lines = [
    ...runLines(report),
    ...report.phases.flatMap((phase, index) => phaseLines(phase, `${index + 1} ${phase.kind}`)),
    ...actionLines(report),
    ...transactionLines(report),
    ...report.violations.map(
      ({ rule, section, count, example }): Line => ({
        part: 'violation',
        name: rule,
        from: 'csms',
        count,
        detail: `${section}: ${example.detail}`,
      }),
    ),
  ];
  const rows = lines.map((line) => columns.map((column) => field(line[column] ?? '')).join(','));
  return [columns.join(','), ...rows, ''].join('\r\n');
}

function runLines({
  id,
  state,
  detail = '',
  seed,
  chargers,
  startedAt,
  endedAt = '',
  interruptions,
}: RunReport): Line[] {
  return [
    { part: 'run', name: 'state', detail: detail === '' ? state : `${state}: ${detail}` },
    { part: 'run', name: 'id', detail: id },
    { part: 'run', name: 'seed', count: seed },
    { part: 'run', name: 'chargers', count: chargers },
    { part: 'run', name: 'startedAt', detail: startedAt },
    { part: 'run', name: 'endedAt', detail: endedAt },
    ...(interruptions
      ? [
          { part: 'run', name: 'interruptions', count: interruptions.count },
          { part: 'run', name: 'strayTransactions', count: interruptions.strayTransactions },
        ]
      : []),
  ];
}

function phaseLines({ commands, booted, connected, attempts, turnedAway }: PhaseReport, phase: string): Line[] {
  const acts = commands.map(({ command, ok, failed, durationMs, firstFailure }): Line => {
    const failures = Object.values(failed).reduce((sum, count) => sum + count, 0);
    const kinds = Object.entries(failed).map(([kind, count]) => `${kind} ${count}`);
    const detail = firstFailure === undefined ? '' : `${kinds.join(', ')}: ${firstFailure}`;
    const counts = { count: ok + failures, ok, failed: failures };
    return { part: 'command', phase, name: command, ...counts, ...percentiles(durationMs), unit: 'ms', detail };
  });
  return [
    ...acts,
    ...untilLine('booted', phase, booted),
    ...untilLine('connected', phase, connected),
    ...(attempts
      ? [{ part: 'attempts', phase, name: 'attempts to connect, per charger', ...counted(attempts), unit: 'attempts' }]
      : []),
    ...(turnedAway === undefined ? [] : [{ part: 'turnedAway', phase, name: 'cars', count: turnedAway }]),
  ];
}

/** Its p50, p95 and max are until so many percent of all were so far; empty where they never were. */
function untilLine(name: string, phase: string, reached: Reached | undefined): Line[] {
  if (!reached) return [];
  const { count, of, ms50 = '', ms95 = '', ms100 = '' } = reached;
  return [
    {
      part: 'until',
      phase,
      name,
      count: of,
      ok: count,
      failed: of - count,
      p50: ms50,
      p95: ms95,
      max: ms100,
      unit: 'ms',
    },
  ];
}

function actionLines({ actions }: RunReport): Line[] {
  return actions.map(({ action, from, calls, results, errors, unanswered, latencyMs }) => ({
    part: 'action',
    name: action,
    from,
    count: calls,
    ok: results,
    failed: errors,
    unanswered,
    ...percentiles(latencyMs),
    unit: 'ms',
  }));
}

const transactionCounts = ['begun', 'started', 'ended', 'open', 'lost', 'doubled', 'sharedIds', 'unmetered'] as const;

function transactionLines({ transactions }: RunReport): Line[] {
  const { energyWh, meteredWh, gapWh, inconsistentMeterValues, discrepancies } = transactions;
  const part = 'transactions';
  return [
    ...transactionCounts.map((name) => ({ part, name, count: transactions[name] })),
    { part, name: 'energy by stops', count: energyWh, unit: 'Wh' },
    { part, name: 'energy by meter values', count: meteredWh, unit: 'Wh' },
    { part, name: 'stop beyond the last meter value', ...counted(gapWh), unit: 'Wh' },
    { part, name: 'inconsistent meter values', count: inconsistentMeterValues },
    ...discrepancies.map(({ chargerId, transactionId, startWh, lastWh, stopWh }) => ({
      part: 'discrepancy',
      name: chargerId,
      unit: 'Wh',
      detail: `transaction ${transactionId}: start ${startWh}, meter values up to ${lastWh}, stop ${stopWh}`,
    })),
  ];
}

function percentiles({ p50, p95, p99, max }: Percentiles): Line {
  return { p50, p95, p99, max };
}

function counted(values: Percentiles): Line {
  return { count: values.count, ...percentiles(values) };
}

/** Quoted where it must be (RFC 4180). Text that a spreadsheet would take for a formula is made plain: actions come from the CSMS too. */
function field(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
