// How long the CSMS takes to answer, as a histogram of Prometheus: counted in place, nothing kept per message.
import type { LoggedFrame } from '../charger/effect';
import type { Metric } from './service';

/** Upper bounds, seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Actions come from testers too: beyond this many they are counted together. */
const actionsAtMost = 100;

/** Answers to one action with one outcome. */
export interface Latencies {
  action: string;
  outcome: LoggedFrame['type'];
  /** Per bound, not cumulated; the last one is for what took longer. */
  counts: number[];
  sumMs: number;
}

/** `outcome`: result for a CALLRESULT, error for a CALLERROR. */
export function countAnswer(
  latencies: Map<string, Latencies>,
  action: string,
  outcome: LoggedFrame['type'],
  durationMs: number,
): void {
  const own = latenciesOf(latencies, action, outcome);
  const seconds = durationMs / 1000;
  const found = bounds.findIndex((bound) => seconds <= bound);
  const index = found < 0 ? bounds.length : found;
  own.counts[index] = (own.counts[index] ?? 0) + 1;
  own.sumMs += durationMs;
}

function latenciesOf(latencies: Map<string, Latencies>, action: string, outcome: LoggedFrame['type']): Latencies {
  const key = `${outcome} ${action}`;
  const known = latencies.get(key);
  if (known) return known;
  if (latencies.size >= actionsAtMost && action !== 'other') return latenciesOf(latencies, 'other', outcome);
  const own: Latencies = { action, outcome, counts: new Array<number>(bounds.length + 1).fill(0), sumMs: 0 };
  latencies.set(key, own);
  return own;
}

export function latencyMetric(latencies: Map<string, Latencies>): Metric {
  return {
    name: 'answer_seconds',
    help: 'Time from a CALL of a charger to its answer, by action and outcome',
    type: 'histogram',
    samples: [...latencies.values()].flatMap(samplesOf),
  };
}

function samplesOf({ action, outcome, counts, sumMs }: Latencies): Metric['samples'] {
  const labels = { action, outcome };
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return { suffix: '_bucket', labels: { ...labels, le: String(bounds[index] ?? '+Inf') }, value: total };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels, value: Number((sumMs / 1000).toFixed(3)) },
    { suffix: '_count', labels, value: total },
  ];
}
