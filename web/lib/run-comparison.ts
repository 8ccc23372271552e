// Two reports side by side, as rows of numbers: what is in one of them alone has no number in the other.
import type { Percentiles, Reached } from '../../lib/fleet/latency';
import type { Report } from './runs';

export interface Figure {
  one?: number | undefined;
  other?: number | undefined;
  /** What it would mean to be higher. */
  higher: 'worse' | 'better' | 'other';
}

export interface ComparedRow {
  name: string;
  figures: readonly Figure[];
}

export interface ComparedTable {
  title: string;
  head: readonly string[];
  rows: readonly ComparedRow[];
}

const ms = ['p50, ms', 'p95, ms', 'p99, ms', 'max, ms'];

/** Tables of what a load tester asks: latencies, errors, boot and reconnection times, transactions, energy, violations. */
export function compare(one: Report, other: Report): ComparedTable[] {
  return [
    { title: 'Messages', head: ['messages', 'errors', 'unanswered', ...ms], rows: actionRows(one, other) },
    { title: 'Until chargers were booted', head: reachedHead, rows: reachedRows(one, other, 'booted') },
    { title: 'Until chargers were connected (again)', head: reachedHead, rows: reachedRows(one, other, 'connected') },
    { title: 'What chargers did', head: ['well', 'failed', ...ms], rows: commandRows(one, other) },
    { title: 'Transactions and energy', head: ['figure'], rows: transactionRows(one, other) },
    { title: 'Violations of the CSMS', head: ['times'], rows: violationRows(one, other) },
  ].filter(({ rows }) => rows.length > 0);
}

const reachedHead = ['so many', '50 %, ms', '95 %, ms', '100 %, ms'];

type Named<T> = readonly [name: string, value: T];

/** Values of both by their name, in the order of the first, then what the other has alone. */
function pairs<T>(one: readonly Named<T>[], other: readonly Named<T>[]): [string, T | undefined, T | undefined][] {
  const [a, b] = [new Map(one), new Map(other)];
  return [...new Set([...a.keys(), ...b.keys()])].map((name) => [name, a.get(name), b.get(name)]);
}

type Reader<T> = readonly [higher: Figure['higher'], read: (value: T) => number | undefined];

function rowsOf<T>(one: readonly Named<T>[], other: readonly Named<T>[], readers: readonly Reader<T>[]): ComparedRow[] {
  return pairs(one, other).map(([name, a, b]) => ({
    name,
    figures: readers.map(([higher, read]) => ({ higher, one: a && read(a), other: b && read(b) })),
  }));
}

function percentiles<T>(of: (value: T) => Percentiles): Reader<T>[] {
  return (['p50', 'p95', 'p99', 'max'] as const).map((name) => [
    'worse',
    (value) => (of(value).count > 0 ? of(value)[name] : undefined),
  ]);
}

function actionRows(one: Report, other: Report): ComparedRow[] {
  const named = ({ actions }: Report) =>
    actions.map(
      (own): Named<Report['actions'][number]> => [
        own.from === 'csms' ? `${own.action} (of the CSMS)` : own.action,
        own,
      ],
    );
  return rowsOf(named(one), named(other), [
    ['other', ({ calls }) => calls],
    ['worse', ({ errors }) => errors],
    ['worse', ({ unanswered }) => unanswered],
    ...percentiles<Report['actions'][number]>(({ latencyMs }) => latencyMs),
  ]);
}

/** `2 massReconnection`: the place of a phase tells it from others of its kind. */
function byPhase<T>(report: Report, of: (phase: Report['phases'][number]) => T | undefined): Named<T>[] {
  return report.phases.flatMap((phase, index): Named<T>[] => {
    const value = of(phase);
    return value === undefined ? [] : [[`${index + 1} ${phase.kind}`, value]];
  });
}

function reachedRows(one: Report, other: Report, name: 'booted' | 'connected'): ComparedRow[] {
  const named = (report: Report) => byPhase<Reached>(report, (phase) => phase[name]);
  return rowsOf(named(one), named(other), [
    ['better', ({ count }) => count],
    ['worse', ({ ms50 }) => ms50],
    ['worse', ({ ms95 }) => ms95],
    ['worse', ({ ms100 }) => ms100],
  ]);
}

type Command = Report['phases'][number]['commands'][number];

function commandRows(one: Report, other: Report): ComparedRow[] {
  const named = ({ phases }: Report) =>
    phases.flatMap(({ kind, commands }, index) =>
      commands.map((own): Named<Command> => [`${index + 1} ${kind}: ${own.command}`, own]),
    );
  return rowsOf(named(one), named(other), [
    ['other', ({ ok }) => ok],
    ['worse', failures],
    ...percentiles<Command>(({ durationMs }) => durationMs),
  ]);
}

/** Of all kinds. */
export function failures({ failed }: Command): number {
  return Object.values(failed).reduce((sum, count) => sum + count, 0);
}

function transactionRows({ transactions: one, ...a }: Report, { transactions: other, ...b }: Report): ComparedRow[] {
  const figure = (name: string, higher: Figure['higher'], read: (of: typeof one) => number): ComparedRow => ({
    name,
    figures: [{ higher, one: read(one), other: read(other) }],
  });
  const attempts = (report: Pick<Report, 'phases'>) =>
    report.phases.flatMap((phase) => (phase.attempts ? [phase.attempts.p95] : []));
  const most = (list: number[]) => (list.length > 0 ? Math.max(...list) : undefined);
  return [
    { name: 'Chargers', figures: [{ higher: 'other', one: a.chargers, other: b.chargers }] },
    figure('Transactions begun', 'other', ({ begun }) => begun),
    figure('Started at the CSMS', 'other', ({ started }) => started),
    figure('Ended', 'other', ({ ended }) => ended),
    figure('Open', 'worse', ({ open }) => open),
    figure('Lost', 'worse', ({ lost }) => lost),
    figure('Doubled', 'worse', ({ doubled }) => doubled),
    figure('Ids shared', 'worse', ({ sharedIds }) => sharedIds),
    figure('Energy by stops, kWh', 'other', ({ energyWh }) => energyWh / 1000),
    figure('Energy by meter values, kWh', 'other', ({ meteredWh }) => meteredWh / 1000),
    figure('Stop beyond the last meter value, p95, Wh', 'worse', ({ gapWh }) => gapWh.p95),
    figure('Sessions that contradict themselves', 'worse', ({ inconsistentMeterValues }) => inconsistentMeterValues),
    {
      name: 'Attempts to connect, p95, worst phase',
      figures: [{ higher: 'worse', one: most(attempts(a)), other: most(attempts(b)) }],
    },
  ];
}

function violationRows(one: Report, other: Report): ComparedRow[] {
  const named = ({ violations }: Report) =>
    violations.map(({ rule, section, count }): Named<number> => [`${rule}, ${section}`, count]);
  return pairs(named(one), named(other)).map(([name, a = 0, b = 0]) => ({
    name,
    figures: [{ higher: 'worse', one: a, other: b }],
  }));
}
