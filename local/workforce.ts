// The workers of a local host: child processes that have the chargers, each with a part of the data directory. Started, started again when
// they end, stopped in good order. What is said between them and the front is in lib/shards.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { FeedChannel } from '../lib/feed/feed';
import type { Ear } from '../lib/fleet/process-runs';
import type { Logger } from '../lib/host/log';
import { type Settings, SettingsError } from '../lib/host/settings';
import { createShard, type Shard } from '../lib/shards/shard';
import { createSharded } from '../lib/shards/sharded';
import type { FromWorker, Heard, ToWorker } from '../lib/shards/wire';
import type { Store } from '../lib/simulator/ports';
import type { HealthReport } from '../lib/simulator/service';
import type { Engine } from './engine';
import { partOf } from './worker-count';

/** What only processes say to each other, besides what simulators do. */
export type ToProcess = ToWorker | { kind: 'begin'; place: number; settings: Settings } | { kind: 'stop' };
/** `failed`: it cannot begin; what it says is for whoever started the host. */
export type FromProcess = FromWorker | { kind: 'failed'; message: string };

export interface Workforce extends Engine {
  listeners(group: string, there: boolean): void;
  watch(chargerIds: readonly string[], watched: boolean): void;
}

export interface WorkforceParts {
  count: number;
  settings: Settings;
  logger: Logger;
  /** The front's own. */
  store: Pick<Store, 'ping'>;
  channel: Pick<FeedChannel, 'send'>;
  /** Of fleet runs. */
  ear: Ear;
}

const script = join(__dirname, 'worker.js');
/** A worker that ends sooner than this after its start is given longer and longer breaks. */
const steadyMs = 10_000;
const shortestBreakMs = 250;
const longestBreakMs = 30_000;
/** How long workers may take to stop; they give their chargers less. */
const stopMs = 20_000;

export function createWorkforce({ count, settings, logger, store, channel, ear }: WorkforceParts): Workforce {
  const onFeed = (group: string, message: object): void => {
    channel
      .send(group, message)
      .catch((error: unknown) => logger.warn({ message: 'live feed not told', group, error: String(error) }));
  };
  const onHeard = (heard: Heard[]): void => {
    for (const one of heard) hear(ear, one);
  };
  const shards = Array.from({ length: count }, (_, place) =>
    createShard({ name: `worker ${place + 1}`, onFeed, onHeard }),
  );
  const sharded = createSharded(shards, () => healthOf(store));
  const keepers = shards.map((shard, place) =>
    keepRunning({
      place,
      shard,
      logger,
      settings: settingsOf(settings, place, count),
      onEnd: () => sharded.lost(place),
    }),
  );
  return {
    simulator: sharded.simulator,
    keepAlive: sharded.keepAlive,
    watch: sharded.watch,
    listeners(group, there) {
      for (const shard of shards) shard.listeners(group, there);
    },
    async start() {
      await Promise.all(keepers.map((keeper) => keeper.start()));
    },
    async stop() {
      await Promise.all(keepers.map((keeper) => keeper.stop()));
    },
  };
}

function hear(ear: Ear, heard: Heard): void {
  if ('frame' in heard) ear.frame(heard.chargerId, heard.frame);
  else if ('event' in heard) ear.event(heard.chargerId, heard.event);
  else ear.changed(heard.chargerId, heard.link);
}

async function healthOf(store: Pick<Store, 'ping'>): Promise<HealthReport> {
  const check = await store.ping().then(
    () => ({ ok: true }),
    (error: Error) => ({ ok: false, detail: error.message }),
  );
  return { ok: check.ok, checks: { store: check } };
}

/** Those of one worker. Source addresses are dealt out: two that dial from the same one would take each other's ports. */
export function settingsOf(settings: Settings, place: number, count: number): Settings {
  const all = settings.SOURCE_ADDRESSES;
  const dealt = all.filter((_, index) => index % count === place);
  return {
    ...settings,
    DATA_DIR: partOf(settings.DATA_DIR, place),
    SOURCE_ADDRESSES: dealt.length > 0 ? dealt : all.slice(place % Math.max(1, all.length)).slice(0, 1),
  };
}

interface KeeperParts {
  place: number;
  shard: Shard;
  settings: Settings;
  logger: Logger;
  onEnd(): void;
}

/** Keeps one worker running. */
function keepRunning({ place, shard, settings, logger, onEnd }: KeeperParts) {
  const worker = place + 1;
  let child: ChildProcess | undefined;
  let failure: string | undefined;
  let failures = 0;
  let pausing: NodeJS.Timeout | undefined;
  let stopping = false;
  let ended: Promise<void> = Promise.resolve();
  let onReady = (): void => {};
  let onFailed: ((error: Error) => void) | undefined;

  function begin(): void {
    const own = fork(script, [], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const begunAt = Date.now();
    child = own;
    failure = undefined;
    const send = (message: ToProcess): void => {
      // One that is gone is noticed by its end, not here.
      if (own.connected) own.send(message, () => {});
    };
    own.on('message', (message) => receive(message as FromProcess, own));
    ended = whenEnded(own).then((how) => {
      child = undefined;
      shard.detach();
      onEnd();
      if (stopping) return;
      if (onFailed) onFailed(new SettingsError(failure ?? `worker ${worker} cannot begin: it ended with ${how}`));
      else beginAgain(how, Date.now() - begunAt);
    });
    send({ kind: 'begin', place, settings });
    shard.attach(send);
  }

  function receive(message: FromProcess, { pid }: ChildProcess): void {
    if (message.kind === 'failed') {
      failure = message.message;
      return;
    }
    shard.receive(message);
    if (message.kind !== 'ready') return;
    logger.info({ message: 'a worker is ready', worker, pid });
    onFailed = undefined;
    onReady();
  }

  function beginAgain(how: string, livedMs: number): void {
    failures = livedMs >= steadyMs ? 0 : failures + 1;
    const breakMs = failures === 0 ? 0 : Math.min(longestBreakMs, shortestBreakMs * 2 ** (failures - 1));
    const reason = failure === undefined ? {} : { reason: failure };
    logger.warn({ message: 'a worker ended and is started again', worker, how, breakMs, ...reason });
    pausing = setTimeout(begin, breakMs);
  }

  return {
    /** Resolves when it is ready the first time. @throws SettingsError when it cannot begin */
    start(): Promise<void> {
      return new Promise((resolve, reject) => {
        onReady = resolve;
        onFailed = reject;
        begin();
      });
    },
    async stop(): Promise<void> {
      stopping = true;
      clearTimeout(pausing);
      const own = child;
      if (!own) return;
      if (own.connected) own.send({ kind: 'stop' } satisfies ToProcess, () => {});
      const timer = setTimeout(() => own.kill('SIGKILL'), stopMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Resolves when it is gone and all that it has said has been heard. */
async function whenEnded(child: ChildProcess): Promise<string> {
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    // Of one that runs, an error is no end.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const how = await exited;
  if (child.connected) await disconnected;
  return how;
}
