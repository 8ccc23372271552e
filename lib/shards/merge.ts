// Answers of several shards made one: pages of lists, and counters.
import type { Page } from '../simulator/ports';
import type { ChargerSnapshot, Metric, MetricsSnapshot } from '../simulator/service';
import { continuationAfter, textKey } from '../store/continuation';

/** As stores order ids: by their bytes. */
function compareIds(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The first `limit` chargers of pages that began at the same place and were asked for as many. */
export function mergePages(pages: readonly Page<ChargerSnapshot>[], limit: number): Page<ChargerSnapshot> {
  const all = pages.flatMap(({ items }) => items);
  all.sort((one, other) => compareIds(one.charger.id, other.charger.id));
  // Beyond the end of a page that goes on, its shard may have chargers that come first.
  const end = firstOf(pages.flatMap(({ continuation }) => textKey(continuation) ?? []));
  const sure = end === undefined ? all : all.filter(({ charger }) => compareIds(charger.id, end) <= 0);
  const items = sure.slice(0, limit);
  const after = sure.length > limit ? items.at(-1)?.charger.id : end;
  return after === undefined ? { items } : { items, continuation: continuationAfter([after]) };
}

function firstOf(ids: string[]): string | undefined {
  return ids.sort(compareIds)[0];
}

/** The sum of each sample, in the order in which they come first. */
export function sumMetrics(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const families = new Map<string, { family: Metric; samples: Map<string, Metric['samples'][number]> }>();
  for (const metric of snapshots.flat()) {
    const known = families.get(metric.name) ?? { family: metric, samples: new Map() };
    families.set(metric.name, known);
    for (const sample of metric.samples) {
      const key = JSON.stringify([sample.suffix, Object.entries(sample.labels).sort()]);
      const value = (known.samples.get(key)?.value ?? 0) + sample.value;
      known.samples.set(key, { ...sample, value });
    }
  }
  return [...families.values()].map(({ family, samples }) => ({ ...family, samples: [...samples.values()] }));
}

/** What of it only ever grows: it stays true when the process that counted is gone. */
export function countersIn(metrics: MetricsSnapshot): MetricsSnapshot {
  return metrics.filter(({ type }) => type !== 'gauge');
}
