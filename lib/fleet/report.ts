// The report of a run, put together from the results of its parts. How it looks as CSV and as a page is in report-csv.ts and report-page.ts.
import { type ActReport, type Acts, addActs, reportActs } from './acts';
import { Latency, type Percentiles, type Reached } from './latency';
import type { PartResult, PhaseResult, Sample, StoredActionCount } from './result';
import type { RunDocument } from './run';
import { mergeSeries } from './series';
import type { ViolationCount } from './tally';
import { discrepanciesAtMost, type TransactionCount } from './transaction-ledger';

export interface PhaseReport {
  kind: string;
  startedAt: string;
  endedAt?: string;
  commands: ActReport[];
  /** Time until so many chargers were accepted by the CSMS, ms from the beginning of the phase. */
  booted?: Reached;
  /** Time until the connection was there (again). */
  connected?: Reached;
  /** Attempts to connect, per charger that tried. */
  attempts?: Percentiles;
  /** Cars that found no free charger. */
  turnedAway?: number;
}

export interface ActionReport {
  action: string;
  from: 'charger' | 'csms';
  calls: number;
  results: number;
  errors: number;
  unanswered: number;
  latencyMs: Percentiles;
}

export interface TransactionReport extends Omit<TransactionCount, 'inconsistent'> {
  /** The CSMS started them and has not heard their end; of a run that goes on, those that run. */
  open: number;
  /** Wh that the stop told beyond the last meter value, per session. */
  gapWh: Percentiles;
  inconsistentMeterValues: number;
}

export interface RunReport {
  id: string;
  state: RunDocument['state'];
  detail?: string;
  seed: number;
  chargers: number;
  startedAt: string;
  endedAt?: string;
  phases: PhaseReport[];
  actions: ActionReport[];
  violations: ViolationCount[];
  transactions: TransactionReport;
  /** Chargers by the state of their connection, while the run goes on. */
  links: Record<string, number>;
  series: (Omit<Sample, 'at'> & { at: string })[];
  /**
   * Where processes go while the run goes on: how many went before they could hand over, and the transactions that were stopped
   * because only their chargers knew of them.
   */
  interruptions?: { count: number; strayTransactions: number };
}

export function buildReport(run: RunDocument, parts: readonly PartResult[]): RunReport {
  return {
    id: run.id,
    state: run.state,
    ...(run.detail === undefined ? {} : { detail: run.detail }),
    seed: run.spec.seed,
    chargers: run.chargers,
    startedAt: iso(run.createdAt),
    ...(run.endedAt === undefined ? {} : { endedAt: iso(run.endedAt) }),
    phases: run.spec.phases.flatMap((_, index) =>
      reportPhase(
        run.chargers,
        parts.flatMap(({ phases }) => phases[index] ?? []),
      ),
    ),
    actions: reportActions(parts.flatMap(({ actions }) => actions)),
    violations: reportViolations(parts.flatMap(({ violations }) => violations)),
    transactions: reportTransactions(parts),
    links: addUp(parts.map(({ links }) => links)),
    series: mergeSeries(parts.map(({ series }) => series)).map((sample) => ({ ...sample, at: iso(sample.at) })),
    ...interruptionsOf(parts),
  };
}

function interruptionsOf(parts: readonly PartResult[]): Pick<RunReport, 'interruptions'> {
  const count = parts.reduce((total, { interruptions = 0 }) => total + interruptions, 0);
  const strayTransactions = parts.reduce((total, { strays = 0 }) => total + strays, 0);
  return count > 0 ? { interruptions: { count, strayTransactions } } : {};
}

const iso = (ms: number) => new Date(ms).toISOString();

function addUp(counts: Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const count of counts) {
    for (const [key, value] of Object.entries(count)) if (value > 0) total[key] = (total[key] ?? 0) + value;
  }
  return total;
}

/** Most often first. */
function reportViolations(counts: ViolationCount[]): ViolationCount[] {
  const groups = new Map<string, ViolationCount>();
  for (const own of counts) {
    const key = `${own.rule} ${own.section}`;
    const known = groups.get(key);
    groups.set(key, known ? { ...known, count: known.count + own.count } : own);
  }
  return [...groups.values()].sort((one, other) => other.count - one.count || (one.rule < other.rule ? -1 : 1));
}

function reportTransactions(parts: readonly PartResult[]): TransactionReport {
  const counts = parts.map(({ transactions }) => transactions);
  const sum = (of: (count: TransactionCount) => number) => counts.reduce((total, count) => total + of(count), 0);
  return {
    begun: sum(({ begun }) => begun),
    started: sum(({ started }) => started),
    ended: sum(({ ended }) => ended),
    open: parts.reduce((total, { unended }) => total + unended, 0),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    sharedIds: sum(({ sharedIds }) => sharedIds),
    energyWh: sum(({ energyWh }) => energyWh),
    meteredWh: sum(({ meteredWh }) => meteredWh),
    unmetered: sum(({ unmetered }) => unmetered),
    gapWh: merge(parts.flatMap(({ gaps }) => gaps ?? [])).percentiles(),
    inconsistentMeterValues: sum(({ inconsistent }) => inconsistent),
    discrepancies: counts.flatMap(({ discrepancies }) => discrepancies).slice(0, discrepanciesAtMost),
  };
}

/** One phase, from what each part of the run did in it. */
function reportPhase(chargers: number, results: PhaseResult[]): PhaseReport[] {
  const [first] = results;
  if (!first) return [];
  const acts: Acts = new Map();
  for (const result of results) addActs(acts, result.acts);
  const ends = results.flatMap(({ endedAt }) => endedAt ?? []);
  const histogram = (of: 'booted' | 'back' | 'attempts') => merge(results.flatMap((result) => result[of] ?? []));
  const [booted, connected, attempts] = [histogram('booted'), histogram('back'), histogram('attempts')];
  const turnedAway = results.reduce((total, result) => total + (result.turnedAway ?? 0), 0);
  return [
    {
      kind: first.kind,
      startedAt: iso(Math.min(...results.map(({ beganAt }) => beganAt))),
      ...(ends.length === results.length ? { endedAt: iso(Math.max(...ends)) } : {}),
      commands: reportActs(acts),
      ...measured('booted', booted.reached(chargers)),
      ...measured('connected', connected.reached(chargers)),
      ...measured('attempts', attempts.percentiles()),
      ...(turnedAway > 0 ? { turnedAway } : {}),
    },
  ];
}

/** As a member; none where nothing was measured. */
function measured<K extends string, T extends { count: number }>(name: K, values: T): { [P in K]?: T } {
  return values.count === 0 ? {} : ({ [name]: values } as { [P in K]?: T });
}

function merge(histograms: string[]): Latency {
  const all = Latency.create();
  for (const text of histograms) all.add(Latency.decode(text));
  return all;
}

function reportActions(counts: StoredActionCount[]): ActionReport[] {
  const groups = new Map<string, StoredActionCount[]>();
  for (const count of counts) {
    const key = `${count.from} ${count.action}`;
    groups.set(key, [...(groups.get(key) ?? []), count]);
  }
  return [...groups.values()]
    .flatMap((group) => reportAction(group))
    .sort((one, other) => other.calls - one.calls || (one.action < other.action ? -1 : 1));
}

function reportAction(group: StoredActionCount[]): ActionReport[] {
  const [first] = group;
  if (!first) return [];
  const sum = (of: 'calls' | 'results' | 'errors') => group.reduce((total, one) => total + one[of], 0);
  const [calls, results, errors] = [sum('calls'), sum('results'), sum('errors')];
  return [
    {
      action: first.action,
      from: first.from,
      calls,
      results,
      errors,
      unanswered: Math.max(0, calls - results - errors),
      latencyMs: merge(group.map(({ latency }) => latency)).percentiles(),
    },
  ];
}
