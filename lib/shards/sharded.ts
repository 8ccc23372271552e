// Chargers divided among shards, as one simulator: what concerns one charger goes to the shard that has it, what concerns many to all
// of them.
import type { KeepAlive } from '../api/operation';
import type { NewCharger } from '../charger/create';
import { ExistsError } from '../simulator/ports';
import type { HealthReport, MetricsSnapshot, SimulatorService } from '../simulator/service';
import { textKey } from '../store/continuation';
import { byShard, shardOf } from './assign';
import { countersIn, mergePages, sumMetrics } from './merge';
import type { Shard } from './shard';
import type { ShardService } from './wire';

export interface Sharded {
  simulator: SimulatorService;
  keepAlive: KeepAlive;
  /** Of which chargers the front is told everything. */
  watch(chargerIds: readonly string[], watched: boolean): void;
  /** The process behind a shard is gone, with its counters. */
  lost(place: number): void;
}

/** One simulator over `shards`; `ownHealth` is that of what the front itself depends on. */
export function createSharded(shards: readonly Shard[], ownHealth: () => Promise<HealthReport>): Sharded {
  const counted: MetricsSnapshot[] = shards.map(() => []);
  let ended: MetricsSnapshot = [];
  const at = (place: number): Shard => {
    const shard = shards[place];
    if (!shard) throw new Error(`there is no shard ${place}`);
    return shard;
  };
  const holder = (chargerId: string): ShardService => at(shardOf(chargerId, shards.length)).service;
  const services = shards.map(({ service }) => service);

  async function createMany(specs: NewCharger[]): Promise<void> {
    const parts = [...byShard(specs, ({ id }) => id, shards.length)].map(([place, own]) => ({
      service: at(place).service,
      own,
    }));
    const found = await Promise.all(parts.map(({ service, own }) => service.existing(own.map(({ id }) => id))));
    const there = new Set(found.flat());
    const first = specs.find(({ id }) => there.has(id));
    if (first) throw new ExistsError(`charger ${first.id} exists already`);
    const made = await Promise.allSettled(parts.map(({ service, own }) => service.createMany(own)));
    const failed = made.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return;
    // All or none: what others have made is taken back.
    await Promise.allSettled(
      parts.flatMap(({ service, own }, index) =>
        made[index]?.status === 'fulfilled' ? own.map(({ id }) => service.remove(id, { force: true })) : [],
      ),
    );
    throw failed.reason;
  }

  async function health(): Promise<HealthReport> {
    const { ok, checks } = await ownHealth();
    const reports = await Promise.all(services.map(healthOf));
    const all = { ...checks, ...Object.fromEntries(reports.map((report, place) => [`worker-${place + 1}`, report])) };
    return { ok: ok && reports.every((report) => report.ok), checks: all };
  }

  /** Counters of processes that are gone, or do not answer, stay as they were told last. */
  async function metrics(): Promise<MetricsSnapshot> {
    const told = await Promise.all(services.map((service) => service.metrics().catch(() => undefined)));
    const current = told.map((own, place) => {
      if (own) counted[place] = countersIn(own);
      return own ?? counted[place] ?? [];
    });
    return sumMetrics([...current, ended]);
  }

  return {
    simulator: {
      create: (spec) => holder(spec.id).create(spec),
      createMany,
      snapshot: (id) => holder(id).snapshot(id),
      async list(filter, limit, continuation) {
        // One that is none is found out here: what a shard finds out later would be our fault.
        textKey(continuation);
        const pages = await Promise.all(services.map((service) => service.list(filter, limit, continuation)));
        return mergePages(pages, limit);
      },
      submit: (id, command, options) => holder(id).submit(id, command, options),
      remove: (id, options) => holder(id).remove(id, options),
      messages: (id, ...rest) => holder(id).messages(id, ...rest),
      health,
      metrics,
    },
    keepAlive: {
      read: (id) => holder(id).readKept(id),
      async list() {
        const lists = await Promise.all(services.map((service) => service.listKept()));
        return lists.flat().sort((one, other) => (one.chargerId < other.chargerId ? -1 : 1));
      },
      stop: (id) => holder(id).stopKept(id),
    },
    watch(chargerIds, watched) {
      for (const [place, own] of byShard(chargerIds, (id) => id, shards.length)) at(place).watch(own, watched);
    },
    lost(place) {
      ended = sumMetrics([ended, counted[place] ?? []]);
      counted[place] = [];
    },
  };
}

async function healthOf(service: ShardService): Promise<HealthReport['checks'][string]> {
  try {
    const { ok, checks } = await service.health();
    const wrong = Object.entries(checks).flatMap(([name, check]) => (check.ok ? [] : `${name}: ${check.detail}`));
    return ok ? { ok } : { ok, detail: wrong.join('; ') };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
