// The Azure host put together from its settings, once per worker process: store, links, simulator, keeper. Wiring only; the functions
// are registered in `main.ts`.
import { randomUUID } from 'node:crypto';
import type { ApiDeps } from '../lib/api/operation';
import { operations } from '../lib/api/table';
import type { Logger } from '../lib/host/log';
import { openStore } from '../lib/host/open-store';
import { type AzureSettings, SettingsError } from '../lib/host/settings';
import { type HostRules, parseHostRules } from '../lib/link/allow-list';
import { createWebSocketLinks } from '../lib/link/websocket';
import { createSimulator, type Simulator } from '../lib/simulator/simulator';
import { createPollingBell } from '../lib/store/polling-bell';
import { createTasks } from '../lib/tasks/tasks';
import { version } from '../package.json';
import { deferJob } from './jobs';
import { createDurableKeeper, type DurableKeeper } from './keeper';
import { createDurableKeepAlive } from './kept-alive';
import type { Orchestrations } from './orchestrations';
import { createSweep, type Sweep } from './sweep';

export interface AzureHost {
  settings: AzureSettings;
  simulator: Simulator;
  keeper: DurableKeeper;
  sweep: Sweep;
  deps: ApiDeps;
  /** Finishes what is under way within a few seconds, closes sockets politely, leaves chargers to others. */
  stop(): Promise<void>;
}

/** A worker that ends is given a few seconds. */
const stopMs = 3_000;

/** @throws SettingsError naming the setting that cannot be had */
export async function openHost(
  settings: AzureSettings,
  orchestrations: Orchestrations,
  logger: Logger,
): Promise<AzureHost> {
  const allow = hostRules(settings);
  const links = createWebSocketLinks({ allow });
  const store = await openStore(settings, logger);
  const keeper = createDurableKeeper(orchestrations, Date.now, logger);
  const simulator = createSimulator({
    store,
    links,
    tasks: createTasks({ allow }),
    bell: createPollingBell(),
    logger,
    holder: `azure-${randomUUID()}`,
    residents: false,
    keeper,
    limits: { stopMs },
  });
  const deps: ApiDeps = {
    simulator,
    commands: store.commands,
    keepAlive: createDurableKeepAlive(orchestrations, simulator),
    clock: Date.now,
    operations,
    version,
    report: (error, operation) => logger.error({ message: 'unexpected error', operation, error }),
    defer: (job) => deferJob(job, deps, orchestrations),
  };
  return {
    settings,
    simulator,
    keeper,
    sweep: createSweep({ store, orchestrations, clock: Date.now, logger }),
    deps,
    async stop() {
      await simulator.stop();
      await keeper.settled();
      await store.close();
    },
  };
}

/** @throws SettingsError */
export function hostRules({ CSMS_ALLOWED_HOSTS }: AzureSettings): HostRules {
  try {
    return parseHostRules(CSMS_ALLOWED_HOSTS);
  } catch (error) {
    // It names the setting.
    throw new SettingsError(error instanceof Error ? error.message : String(error));
  }
}
