// The local host put together from its settings: store, links, simulator, demo CSMS, HTTP. Wiring only; the process is `main.ts`.

import { performJob } from '../lib/api/handle';
import type { ApiDeps, Job } from '../lib/api/operation';
import { operations } from '../lib/api/table';
import { type DemoCsms, startDemoCsms } from '../lib/csms/demo-csms';
import { createLocalFeed } from '../lib/feed/local-feed';
import { createProcessRuns } from '../lib/fleet/process-runs';
import { runsIn } from '../lib/fleet/run';
import type { Logger } from '../lib/host/log';
import { type OpenSqlite, openStore } from '../lib/host/open-store';
import { vaultOf } from '../lib/host/open-vault';
import type { Settings } from '../lib/host/settings';
import type { Vault } from '../lib/secrets/vault';
import { systemTimer } from '../lib/simulator/keeper';
import type { Store } from '../lib/simulator/ports';
import { version } from '../package.json';
import { createEngine, type Engine, hostRules, keepHouse, openEmbedded, portError } from './engine';
import { createHttpApp, type HttpOptions, type Listening, listen } from './http';
import { claimWorkers } from './worker-count';
import { createWorkforce } from './workforce';

export interface LocalHost {
  /** Where the API is, without `/api`. */
  url: string;
  demoCsms?: DemoCsms;
  /** Finishes what is under way, closes sockets properly, then the store. */
  stop(): Promise<void>;
}

export interface HostOptions {
  /** How many processes the chargers are divided among; 1: they are in this one. */
  workers?: number;
}

/** How long requests that wait may take to finish when the host stops. */
const graceMs = 25_000;

/** Starts everything; resolves once it listens. @throws SettingsError naming the setting that cannot be had */
export async function startLocalHost(
  settings: Settings,
  logger: Logger,
  { workers = 1 }: HostOptions = {},
): Promise<LocalHost> {
  const cleanUp: (() => Promise<void> | void)[] = [];
  try {
    return await start(settings, logger, workers, cleanUp);
  } catch (error) {
    for (const undo of cleanUp.reverse()) await undo();
    throw error;
  }
}

async function start(
  settings: Settings,
  logger: Logger,
  workers: number,
  cleanUp: (() => Promise<void> | void)[],
): Promise<LocalHost> {
  hostRules(settings);
  const vault = vaultOf(settings);
  const openSqlite: OpenSqlite = (options) => openEmbedded(settings, options);
  const store = await openStore({ settings, logger, vault, openSqlite });
  cleanUp.push(() => store.close());
  await claimWorkers(settings, workers, store);
  const demoCsms = await openDemoCsms(settings, logger);
  if (demoCsms) cleanUp.push(() => demoCsms.close());
  const feed = createLocalFeed(Date.now, (group, there) => workforce?.listeners(group, there));
  cleanUp.push(() => feed.close());
  const fleet = createProcessRuns({
    simulator: () => engine.simulator,
    runs: runsIn(store.runs),
    clock: Date.now,
    timer: systemTimer,
    logger,
    watch: (chargerIds, watched) => workforce?.watch(chargerIds, watched),
  });
  const workforce =
    workers > 1
      ? createWorkforce({ count: workers, settings, logger, store, channel: feed, ear: fleet.ear })
      : undefined;
  const engine: Engine =
    workforce ?? createEngine({ settings, logger, store, vault, channel: feed, observer: fleet.observer });
  const jobs = new Set<Promise<void>>();
  const deps = { ...apiDeps({ store, engine, logger, jobs, vault, demoCsms }), fleet };
  const gate = createGate();
  // The port first: no charger dials before it is sure that this host can run.
  const http = await openHttp(settings, logger, { deps, feed, ready: gate.ready });
  cleanUp.push(() => http.close(0));
  cleanUp.push(() => engine.stop());
  await engine.start();
  await fleet.takeUp();
  cleanUp.push(() => fleet.close());
  gate.open();
  cleanUp.push(keepHouse(store, logger));
  return {
    url: http.url,
    ...(demoCsms ? { demoCsms } : {}),
    async stop() {
      feed.close();
      await Promise.all([http.close(graceMs), within(graceMs, Promise.allSettled(jobs))]);
      for (const undo of cleanUp.reverse()) await undo();
    },
  };
}

interface ApiParts {
  store: Store;
  engine: Engine;
  logger: Logger;
  vault: Vault;
  jobs: Set<Promise<void>>;
  demoCsms: DemoCsms | undefined;
}

function apiDeps({ store, engine, logger, vault, jobs, demoCsms }: ApiParts): ApiDeps {
  const deps: ApiDeps = {
    simulator: engine.simulator,
    commands: store.commands,
    keepAlive: engine.keepAlive,
    vault,
    clock: Date.now,
    operations,
    version,
    startedAt: Date.now(),
    ...(demoCsms ? { demoCsmsUrl: demoCsms.url, demoCsmsHttpUrl: demoCsms.httpUrl } : {}),
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

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
