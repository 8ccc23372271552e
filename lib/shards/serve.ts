// The worker's end: carries out what the front asks for, and tells it what it wants to hear.
import type { KeepAlive } from '../api/operation';
import type { FeedChannel } from '../feed/feed';
import { type ChargerStore, DamagedDocumentError, type Observer } from '../simulator/ports';
import type { Simulator } from '../simulator/simulator';
import { toMessage } from './errors';
import type { CallMessage, FromWorker, Heard, ShardService } from './wire';

export type Send = (message: FromWorker) => void;

/** A feed whose listeners are in the front. */
export interface FeedOfFront extends FeedChannel {
  listeners(groups: string[], there: boolean): void;
}

export function createFeedOfFront(send: Send): FeedOfFront {
  const known = new Set<string>();
  return {
    isOpen: () => known.size > 0,
    hasListeners: (group) => known.has(group),
    send: async (group, message) => send({ kind: 'feed', group, message }),
    listeners(groups, there) {
      for (const group of groups) {
        if (there) known.add(group);
        else known.delete(group);
      }
    },
  };
}

/** Tells the front of chargers that it watches, many things at a time. */
export interface Reporter extends Observer {
  watch(chargerIds: string[], watched: boolean): void;
  /** Tells what has been heard so far. */
  flush(): void;
}

export function createReporter(send: Send): Reporter {
  /** The state of the link that was told last, by charger. */
  const watching = new Map<string, string | undefined>();
  let heard: Heard[] = [];

  function flush(): void {
    if (heard.length === 0) return;
    const told = heard;
    heard = [];
    send({ kind: 'heard', heard: told });
  }

  function tell(one: Heard): void {
    if (heard.length === 0) setImmediate(flush);
    heard.push(one);
  }

  return {
    frame({ id }, frame) {
      if (watching.has(id)) tell({ chargerId: id, frame });
    },
    note() {},
    event({ id }, event) {
      if (watching.has(id)) tell({ chargerId: id, event });
    },
    changed({ id, link: { state } }) {
      if (!watching.has(id) || watching.get(id) === state) return;
      watching.set(id, state);
      tell({ chargerId: id, link: state });
    },
    watch(chargerIds, watched) {
      for (const id of chargerIds) {
        if (watched) watching.set(id, undefined);
        else watching.delete(id);
      }
    },
    flush,
  };
}

export interface Served {
  simulator: Simulator;
  keepAlive: KeepAlive;
  chargers: Pick<ChargerStore, 'read'>;
}

export function shardService({ simulator, keepAlive, chargers }: Served): ShardService {
  return {
    create: simulator.create,
    createMany: simulator.createMany,
    snapshot: simulator.snapshot,
    list: simulator.list,
    submit: simulator.submit,
    remove: simulator.remove,
    messages: simulator.messages,
    health: simulator.health,
    metrics: async () => simulator.metrics(),
    async existing(ids) {
      const found = await Promise.all(ids.map((id) => exists(chargers, id)));
      return ids.filter((_, index) => found[index]);
    },
    readKept: keepAlive.read,
    listKept: keepAlive.list,
    stopKept: keepAlive.stop,
  };
}

/** One that cannot be read has its id all the same. */
async function exists(chargers: Served['chargers'], id: string): Promise<boolean> {
  try {
    return (await chargers.read(id)) !== undefined;
  } catch (error) {
    if (error instanceof DamagedDocumentError) return true;
    throw error;
  }
}

export interface Serving {
  service: ShardService;
  reporter: Pick<Reporter, 'flush'>;
  send: Send;
}

/** Carries out one call of the front. What happened until then is told before what it came to, as it would be heard in one process. */
export async function serve({ id, method, args }: CallMessage, { service, reporter, send }: Serving): Promise<void> {
  const act = service[method] as (...args: unknown[]) => Promise<unknown>;
  try {
    const value = await act(...args);
    reporter.flush();
    send({ kind: 'answer', id, value });
  } catch (error) {
    reporter.flush();
    send({ kind: 'refusal', id, error: toMessage(error) });
  }
}
