// The report of a run, put together from the results of its parts. How it looks as CSV and as a page is in report-csv.ts and report-page.ts.
import { type ActReport, type Acts, addActs, reportActs } from './acts';
import { Latency, type Percentiles, type Reached } from './latency';
import type { PartResult, PhaseResult, Sample, StoredActionCount } from './result';
import type { RunDocument } from './run';

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
  transactions: {
    started: number;
    ended: number;
    /** The CSMS started them and has not heard their end; of a run that goes on, those that run. */
    open: number;
    doubled: number;
    energyWh: number;
    inconsistentMeterValues: number;
  };
  series: (Omit<Sample, 'at'> & { at: string })[];
}

export function buildReport(run: RunDocument, parts: readonly PartResult[]): RunReport {
  const sum = (of: (part: PartResult) => number) => parts.reduce((total, part) => total + of(part), 0);
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
    transactions: {
      started: sum(({ transactions }) => transactions.started),
      ended: sum(({ transactions }) => transactions.ended),
      open: sum(({ unended }) => unended),
      doubled: sum(({ transactions }) => transactions.doubled),
      energyWh: sum(({ transactions }) => transactions.energyWh),
      inconsistentMeterValues: sum(({ transactions }) => transactions.inconsistent),
    },
    series: parts.length === 1 ? (parts[0]?.series ?? []).map((sample) => ({ ...sample, at: iso(sample.at) })) : [],
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

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
