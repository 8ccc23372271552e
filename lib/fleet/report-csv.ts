// A run's report as CSV: one line per action, for spreadsheets and for comparing runs.
import type { RunReport } from './report';

const columns = ['action', 'from', 'calls', 'results', 'errors', 'unanswered', 'p50Ms', 'p95Ms', 'p99Ms', 'maxMs'];

export function reportCsv({ actions }: RunReport): string {
  const lines = actions.map(({ action, from, calls, results, errors, unanswered, latencyMs }) => {
    const { p50, p95, p99, max } = latencyMs;
    return [action, from, calls, results, errors, unanswered, p50, p95, p99, max].map(field).join(',');
  });
  return [columns.join(','), ...lines, ''].join('\r\n');
}

/** Quoted where it must be (RFC 4180). Text that a spreadsheet would take for a formula is made plain: actions come from the CSMS too. */
function field(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
