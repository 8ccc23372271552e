// What makes chargers go, put together from the settings: links, tasks, simulator, what it tells the live feed. In the process of the local
// host, or in each of its workers.
import { frameView } from '../lib/api/exchange';
import type { KeepAlive } from '../lib/api/operation';
import type { FeedChannel } from '../lib/feed/feed';
import { createFeedPublisher } from '../lib/feed/publisher';
import { createProcessKeepAlive } from '../lib/host/keep-alive';
import type { Logger } from '../lib/host/log';
import { codeOf, type Settings, SettingsError } from '../lib/host/settings';
import { type HostRules, parseHostRules } from '../lib/link/allow-list';
import { createWebSocketLinks } from '../lib/link/websocket';
import type { Vault } from '../lib/secrets/vault';
import { systemTimer } from '../lib/simulator/keeper';
import { severalObservers } from '../lib/simulator/observers';
import type { Observer, Store } from '../lib/simulator/ports';
import type { SimulatorService } from '../lib/simulator/service';
import { createSimulator, type Simulator } from '../lib/simulator/simulator';
import { createLocalBell } from '../lib/store/bell';
import { createPollingBell } from '../lib/store/polling-bell';
import { DirectoryInUseError, openSqliteStore } from '../lib/store/sqlite';
import { createTasks } from '../lib/tasks/tasks';

export interface Engine {
  simulator: SimulatorService;
  keepAlive: KeepAlive;
  /** Takes on every stored charger. */
  start(): Promise<void>;
  /** Finishes what is under way and closes sockets politely. */
  stop(): Promise<void>;
}

export interface EngineParts {
  settings: Settings;
  logger: Logger;
  store: Store;
  vault: Vault;
  /** To the live feed. */
  channel: FeedChannel;
  /** Told of everything, beside the live feed. */
  observer: Observer;
}

/** An engine in this process. @throws SettingsError */
export function createEngine(parts: EngineParts): Engine & { simulator: Simulator } {
  const { settings, logger, store, vault, channel } = parts;
  const allow = hostRules(settings);
  // Others may use a store in the cloud at the same time; the embedded one is ours alone.
  const soleOwner = settings.STORE !== 'cosmos';
  const publisher = createFeedPublisher({
    channel,
    clock: Date.now,
    timer: systemTimer,
    showFrame: frameView,
    alone: soleOwner,
    warn: logger.warn,
  });
  const simulator = createSimulator({
    store,
    links: createWebSocketLinks({ allow, vault, sourceAddresses: settings.SOURCE_ADDRESSES }),
    tasks: createTasks({ allow, messages: store.messages, vault }),
    bell: soleOwner ? createLocalBell() : createPollingBell(),
    logger,
    soleOwner,
    observer: severalObservers(publisher, parts.observer),
  });
  return {
    simulator,
    keepAlive: createProcessKeepAlive(simulator),
    start: simulator.start,
    async stop() {
      await simulator.stop();
      publisher.stop();
    },
  };
}

/** @throws SettingsError */
export function hostRules({ CSMS_ALLOWED_HOSTS }: Settings): HostRules {
  return naming('CSMS_ALLOWED_HOSTS', () => parseHostRules(CSMS_ALLOWED_HOSTS));
}

/** The embedded store in the data directory. @throws SettingsError */
export function openEmbedded(
  { DATA_DIR: dir }: Settings,
  options: { messageLogTtlDays: number; warn(text: string): void },
) {
  return naming('DATA_DIR', () => openSqliteStore({ dir, ...options }));
}

/** Does `act`; what goes wrong is told with the name of the setting behind it. */
export function naming<T>(setting: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const hint =
      error instanceof DirectoryInUseError ? '; is another local host running? Give this one another DATA_DIR' : '';
    const named = error.message.startsWith(setting) ? error.message : `${setting}: ${error.message}`;
    throw new SettingsError(`${named}${hint}`);
  }
}

const expireEveryMs = 3_600_000;

/** Drops what is older than its time to live, now and then. Returns what stops it. */
export function keepHouse(store: Store, logger: Logger): () => void {
  const expire = () => {
    store.expire(Date.now()).catch((error: unknown) => logger.warn({ message: 'expiry failed', error }));
  };
  expire();
  const timer = setInterval(expire, expireEveryMs).unref();
  return () => clearInterval(timer);
}

/** Why a port cannot be had, with the setting that names it. */
export function portError(setting: string, port: number, error: unknown, advice: string): Error {
  const code = codeOf(error) ?? String(error);
  const why = code === 'EADDRINUSE' ? `port ${port} is taken` : `cannot listen on port ${port} (${code})`;
  return new SettingsError(`${setting}: ${why}: ${advice}`);
}
