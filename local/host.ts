// The local host put together from its settings: store, links, simulator, demo CSMS, HTTP. Wiring only; the process is `main.ts`.

import { frameView } from '../lib/api/exchange';
import { performJob } from '../lib/api/handle';
import type { ApiDeps, Job } from '../lib/api/operation';
import { operations } from '../lib/api/table';
import { type DemoCsms, startDemoCsms } from '../lib/csms/demo-csms';
import { createLocalFeed } from '../lib/feed/local-feed';
import { createFeedPublisher } from '../lib/feed/publisher';
import { createProcessRuns } from '../lib/fleet/process-runs';
import { runsIn } from '../lib/fleet/run';
import { createProcessKeepAlive } from '../lib/host/keep-alive';
import type { Logger } from '../lib/host/log';
import { type OpenSqlite, openStore } from '../lib/host/open-store';
import { vaultOf } from '../lib/host/open-vault';
import { codeOf, type Settings, SettingsError } from '../lib/host/settings';
import { type HostRules, parseHostRules } from '../lib/link/allow-list';
import { createWebSocketLinks } from '../lib/link/websocket';
import type { Vault } from '../lib/secrets/vault';
import { systemTimer } from '../lib/simulator/keeper';
import { severalObservers } from '../lib/simulator/observers';
import type { Store } from '../lib/simulator/ports';
import { createSimulator, type Simulator } from '../lib/simulator/simulator';
import { createLocalBell } from '../lib/store/bell';
import { createPollingBell } from '../lib/store/polling-bell';
import { DirectoryInUseError, openSqliteStore } from '../lib/store/sqlite';
import { createTasks } from '../lib/tasks/tasks';
import { version } from '../package.json';
import { createHttpApp, type HttpOptions, type Listening, listen } from './http';

export interface LocalHost {
  /** Where the API is, without `/api`. */
  url: string;
  demoCsms?: DemoCsms;
  /** Finishes what is under way, closes sockets properly, then the store. */
  stop(): Promise<void>;
}

/** How long requests that wait may take to finish when the host stops. */
const graceMs = 25_000;
const expireEveryMs = 3_600_000;

/** Starts everything; resolves once it listens. @throws SettingsError naming the setting that cannot be had */
export async function startLocalHost(settings: Settings, logger: Logger): Promise<LocalHost> {
  const allow = hostRules(settings);
  const cleanUp: (() => Promise<void> | void)[] = [];
  try {
    return await start(settings, logger, allow, cleanUp);
  } catch (error) {
    for (const undo of cleanUp.reverse()) await undo();
    throw error;
  }
}

async function start(
  settings: Settings,
  logger: Logger,
  allow: HostRules,
  cleanUp: (() => Promise<void> | void)[],
): Promise<LocalHost> {
  const vault = vaultOf(settings);
  const openSqlite: OpenSqlite = (options) => openEmbedded(settings, options);
  const store = await openStore({ settings, logger, vault, openSqlite });
  cleanUp.push(() => store.close());
  const demoCsms = await openDemoCsms(settings, logger);
  if (demoCsms) cleanUp.push(() => demoCsms.close());
  // Others may use a store in the cloud at the same time; the embedded one is ours alone.
  const soleOwner = settings.STORE !== 'cosmos';
  const bell = soleOwner ? createLocalBell() : createPollingBell();
  const links = createWebSocketLinks({ allow, vault, sourceAddresses: settings.SOURCE_ADDRESSES });
  const tasks = createTasks({ allow, messages: store.messages, vault });
  const feed = createLocalFeed(Date.now);
  cleanUp.push(() => feed.close());
  const publisher = createFeedPublisher({
    channel: feed,
    clock: Date.now,
    timer: systemTimer,
    showFrame: frameView,
    alone: soleOwner,
    warn: logger.warn,
  });
  cleanUp.push(() => publisher.stop());
  const fleet = createProcessRuns({
    simulator: () => simulator,
    runs: runsIn(store.runs),
    clock: Date.now,
    timer: systemTimer,
    logger,
  });
  const observer = severalObservers(publisher, fleet.observer);
  const simulator: Simulator = createSimulator({ store, links, tasks, bell, logger, soleOwner, observer });
  const jobs = new Set<Promise<void>>();
  const deps = { ...apiDeps({ store, simulator, logger, jobs, vault, demoCsms }), fleet };
  const gate = createGate();
  // The port first: no charger dials before it is sure that this host can run.
  const http = await openHttp(settings, logger, { deps, feed, ready: gate.ready });
  cleanUp.push(() => http.close(0));
  await simulator.start();
  cleanUp.push(() => simulator.stop());
  await fleet.takeUp();
  cleanUp.push(() => fleet.close());
  gate.open();
  const housekeeping = keepHouse(store, logger);
  return {
    url: http.url,
    ...(demoCsms ? { demoCsms } : {}),
    async stop() {
      clearInterval(housekeeping);
      feed.close();
      await Promise.all([http.close(graceMs), within(graceMs, Promise.allSettled(jobs))]);
      for (const undo of cleanUp.reverse()) await undo();
    },
  };
}

interface ApiParts {
  store: Store;
  simulator: Simulator;
  logger: Logger;
  vault: Vault;
  jobs: Set<Promise<void>>;
  demoCsms: DemoCsms | undefined;
}

function apiDeps({ store, simulator, logger, vault, jobs, demoCsms }: ApiParts): ApiDeps {
  const deps: ApiDeps = {
    simulator,
    commands: store.commands,
    keepAlive: createProcessKeepAlive(simulator),
    vault,
    clock: Date.now,
    operations,
    version,
    ...(demoCsms ? { demoCsmsUrl: demoCsms.url } : {}),
    report: (error, operation) => logger.error({ message: 'unexpected error', operation, error }),
    defer(job: Job) {
      const running = performJob(job, deps)
        .catch((error: unknown) => deps.report(error, job.operation))
        .finally(() => jobs.delete(running));
      jobs.add(running);
    },
  };
  return deps;
}

function hostRules({ CSMS_ALLOWED_HOSTS }: Settings): HostRules {
  return naming('CSMS_ALLOWED_HOSTS', () => parseHostRules(CSMS_ALLOWED_HOSTS));
}

function openEmbedded({ DATA_DIR: dir }: Settings, options: Parameters<OpenSqlite>[0]): Store {
  return naming('DATA_DIR', () => openSqliteStore({ dir, ...options }));
}

/** Does `act`; what goes wrong is told with the name of the setting behind it. */
function naming<T>(setting: string, act: () => T): T {
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

/** Port of the demo CSMS: as asked; `on` is 9000, or any free one where the local host takes any free one too. */
function demoPort({ DEMO_CSMS, PORT }: Settings): number {
  if (typeof DEMO_CSMS === 'number') return DEMO_CSMS;
  return PORT === 0 ? 0 : 9000;
}

async function openDemoCsms(settings: Settings, logger: Logger): Promise<DemoCsms | undefined> {
  if (settings.DEMO_CSMS === 'off') return undefined;
  const port = demoPort(settings);
  try {
    return await startDemoCsms({ port, log: (line) => logger.debug({ message: 'demo CSMS', ...line }) });
  } catch (error) {
    throw portError('DEMO_CSMS', port, error, 'give another port, or off');
  }
}

function createGate(): { ready: Promise<void>; open: () => void } {
  let open = () => {};
  const ready = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { ready, open };
}

async function openHttp(settings: Settings, logger: Logger, options: HttpOptions): Promise<Listening> {
  const { PORT, HOST, API_KEY } = settings;
  const app = createHttpApp({
    ...options,
    ...(API_KEY === undefined ? {} : { apiKey: API_KEY }),
    onAnswer: (line) => logger.debug({ message: 'answered', ...line }),
  });
  try {
    return await listen(app, PORT, HOST, options.feed);
  } catch (error) {
    throw portError('PORT', PORT, error, 'give another port, or 0 for any that is free');
  }
}

function portError(setting: string, port: number, error: unknown, advice: string): Error {
  const code = codeOf(error) ?? String(error);
  const why = code === 'EADDRINUSE' ? `port ${port} is taken` : `cannot listen on port ${port} (${code})`;
  return new SettingsError(`${setting}: ${why}: ${advice}`);
}

function keepHouse(store: Store, logger: Logger): NodeJS.Timeout {
  const expire = () => {
    store.expire(Date.now()).catch((error: unknown) => logger.warn({ message: 'expiry failed', error }));
  };
  expire();
  return setInterval(expire, expireEveryMs).unref();
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
