// `npm run loadtest` as a child process, and what it left behind: exit code, output, Locust's statistics.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const script = resolve(__dirname, '../../scripts/loadtest.mjs');

export interface Counted {
  requests: number;
  failures: number;
  /** Milliseconds. */
  min: number;
}

export interface LoadTest {
  child: ChildProcess;
  /** Resolves when it has ended, with all it printed. */
  ended: Promise<{ code: number | null; output: string }>;
  /** Locust's own report and statistics, once it has ended. */
  html(): string;
  counted(): Map<string, Counted>;
  /** How many users there were, sample by sample. */
  users(): number[];
  forget(): void;
}

/** Makes Locust's virtual environment where there is none. Undefined, or why there can be none. */
export function missingLocust(): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, [script, '--prepare'], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim();
}

export function startLoadTest(args: string[], env: Record<string, string> = {}): LoadTest {
  const out = mkdtempSync(join(tmpdir(), 'charger-loadtest-results-'));
  const { SIMULATOR_URL: _, SIMULATOR_KEY: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [script, '--out', out, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const take = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, output })),
    html: () => readFileSync(join(out, 'report.html'), 'utf8'),
    counted: () => statisticsOf(readFileSync(join(out, 'run_stats.csv'), 'utf8')),
    users: () =>
      rowsOf(readFileSync(join(out, 'run_stats_history.csv'), 'utf8')).map((row) => Number(row['User Count'])),
    forget: () => rmSync(out, { recursive: true, force: true }),
  };
}

/** By `TYPE name`. */
function statisticsOf(csv: string): Map<string, Counted> {
  return new Map(
    rowsOf(csv).map((row) => [
      `${row.Type} ${row.Name}`,
      {
        requests: Number(row['Request Count']),
        failures: Number(row['Failure Count']),
        min: Number(row['Min Response Time']),
      },
    ]),
  );
}

/** Rows of Locust's CSV by the names of their columns. No field that we look at has a comma, or is after one that has. */
function rowsOf(csv: string): Record<string, string>[] {
  const [head = [], ...rows] = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(head.map((name, column) => [name, row[column] ?? ''])));
}
