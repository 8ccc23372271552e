// What a part of a run has come to, as JSON that a store can keep and that parts can be put together from.
import type { StoredActCount } from './acts';
import { Latency } from './latency';
import type { Phase } from './spec';
import type { ActionCount, Tally, ViolationCount } from './tally';
import { noTransactions, type TransactionCount } from './transaction-ledger';

export interface PhaseResult {
  kind: Phase['kind'];
  /** Epoch ms. */
  beganAt: number;
  endedAt?: number;
  acts: Record<string, StoredActCount>;
  /** Histograms: ms until chargers were booted and back, attempts to connect per charger. */
  booted?: string;
  back?: string;
  attempts?: string;
  turnedAway?: number;
}

export interface StoredActionCount extends Omit<ActionCount, 'latency'> {
  latency: string;
}

/** A moment of the run. Rates are of the time since the sample before. */
export interface Sample {
  /** Epoch ms. */
  at: number;
  connected: number;
  charging: number;
  callsPerSecond: number;
  errorsPerSecond: number;
  violationsPerSecond: number;
}

export interface PartResult {
  phases: PhaseResult[];
  actions: StoredActionCount[];
  violations: ViolationCount[];
  transactions: TransactionCount;
  /** Histogram: Wh that stops told beyond the last meter value. */
  gaps?: string;
  /** Transactions that the CSMS started and has not heard the end of. */
  unended: number;
  /** Chargers by the state of their connection. */
  links: Record<string, number>;
  series: Sample[];
  /** How often the process that was at it has gone before it could hand over, and transactions that only their chargers knew of. */
  interruptions?: number;
  strays?: number;
}

export const nothing: PartResult = {
  phases: [],
  actions: [],
  violations: [],
  transactions: noTransactions,
  unended: 0,
  links: {},
  series: [],
};

/** What chargers did in the phase that the tally is counting, as members of its result. */
export function phaseCounts(tally: Tally): Pick<PhaseResult, 'booted' | 'back' | 'attempts'> {
  return {
    booted: histogram(tally.bootTimes()),
    back: histogram(tally.backTimes()),
    attempts: histogram(tally.attempts()),
  };
}

function histogram(values: number[]): string {
  const latency = Latency.create();
  for (const value of values) latency.record(value);
  return latency.encode();
}

export function partOf(tally: Tally, phases: PhaseResult[], series: Sample[]): PartResult {
  return {
    phases,
    actions: [...tally.actions.values()].map((own) => ({ ...own, latency: own.latency.encode() })),
    violations: [...tally.violations.values()],
    transactions: tally.transactions.count,
    gaps: tally.transactions.gaps.encode(),
    unended: tally.transactions.open(),
    links: { ...tally.links },
    series,
  };
}

/** The chargers are gone: transactions of which the CSMS does not know the end, or not even the start, are lost. */
export function abandoned(part: PartResult): PartResult {
  const { begun, ended, lost } = part.transactions;
  const gone = Math.max(0, begun - ended - lost);
  return { ...part, transactions: { ...part.transactions, lost: lost + gone }, unended: 0, links: {} };
}
