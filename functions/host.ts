// The Azure host put together from its settings, once per worker process: store, links, simulator, keeper. Wiring only; the functions
// are registered in `main.ts`.
import { randomUUID } from 'node:crypto';
import { frameView } from '../lib/api/exchange';
import type { ApiDeps } from '../lib/api/operation';
import { operations } from '../lib/api/table';
import { createFeedPublisher } from '../lib/feed/publisher';
import type { WebPubSub } from '../lib/feed/web-pubsub';
import { type BatchRuns, createBatchRuns } from '../lib/fleet/batches';
import { runsIn } from '../lib/fleet/run';
import { forEachOf } from '../lib/fleet/several';
import type { Logger } from '../lib/host/log';
import { openStore } from '../lib/host/open-store';
import { vaultOf } from '../lib/host/open-vault';
import { type AzureSettings, SettingsError } from '../lib/host/settings';
import { type HostRules, parseHostRules } from '../lib/link/allow-list';
import { createWebSocketLinks } from '../lib/link/websocket';
import { systemTimer } from '../lib/simulator/keeper';
import { severalObservers } from '../lib/simulator/observers';
import type { Observer } from '../lib/simulator/ports';
import { createSimulator, type Simulator, type SimulatorPorts } from '../lib/simulator/simulator';
import { createPollingBell } from '../lib/store/polling-bell';
import { createTasks } from '../lib/tasks/tasks';
import { version } from '../package.json';
import { createFleetSlices, type FleetSlices } from './fleet-slices';
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
  fleet: BatchRuns;
  slices: FleetSlices;
  deps: ApiDeps;
  /**
   * Resolves when all that invocations did so far is written and told, or after a few seconds: a process may be frozen or ended
   * between invocations, and a lease that nobody gave back keeps others out. `chargerId`: what the invocation was about.
   */
  settled(chargerId: string | undefined): Promise<void>;
  /**
   * Finishes what is under way within a few seconds, closes sockets politely, leaves chargers to others. `answered` resolves when
   * invocations have ended; they need the store until then.
   */
  stop(answered: () => Promise<void>): Promise<void>;
}

/** How long an invocation waits for what it need not tell anybody. */
const restMs = 5_000;
/** A worker that ends is given a few seconds. */
const stopMs = 3_000;
/** Orchestrations of chargers of a fleet run that are started or ended at the same time. */
const doorbellsAtOnce = 32;

/** @throws SettingsError naming the setting that cannot be had */
export async function openHost(
  settings: AzureSettings,
  orchestrations: Orchestrations,
  logger: Logger,
): Promise<AzureHost> {
  const allow = hostRules(settings);
  const vault = vaultOf(settings);
  const links = createWebSocketLinks({ allow, vault });
  const store = await openStore({ settings, logger, vault });
  const keeper = createDurableKeeper(orchestrations, Date.now, logger);
  const feed = await openFeed(settings);
  const publisher =
    feed &&
    createFeedPublisher({
      channel: feed,
      clock: Date.now,
      timer: systemTimer,
      showFrame: frameView,
      alone: false,
      warn: logger.warn,
    });
  const tasks = createTasks({ allow, messages: store.messages, vault });
  const shared = { store, links, tasks, bell: createPollingBell(), logger };
  const simulator = createSimulator({
    ...shared,
    holder: `azure-${randomUUID()}`,
    residents: false,
    keeper,
    limits: { stopMs },
    ...(publisher ? { observer: publisher } : {}),
  });
  const runs = runsIn(store.runs);
  const release = async (chargerIds: readonly string[]) => {
    await forEachOf(chargerIds, doorbellsAtOnce, orchestrations.release);
  };
  const fleet = createBatchRuns({
    store,
    simulator,
    runs,
    clock: Date.now,
    timer: systemTimer,
    limits: { chargers: settings.FLEET_RUN_CHARGERS, batch: settings.FLEET_BATCH_CHARGERS },
    take: async (chargerIds) => {
      // Whoever was told of them is told before their orchestrations end.
      await keeper.settled();
      await forEachOf(chargerIds, doorbellsAtOnce, (id) => orchestrations.end(id, 'a fleet run has it'));
    },
    release,
    launch: (runId, parts) => orchestrations.startFleetRun({ runId, parts }),
    isAlive: orchestrations.isFleetRunAlive,
  });
  const slices = createFleetSlices(
    {
      runs,
      open: (holder, observer) => openSlice(shared, holder, publisher ? [observer, publisher] : [observer]),
      messages: store.messages,
      chargers: store.chargers,
      release,
      clock: Date.now,
      timer: systemTimer,
      logger,
    },
    settings.HOLD_WINDOW_SECONDS,
  );
  const deps: ApiDeps = {
    simulator,
    commands: store.commands,
    keepAlive: createDurableKeepAlive(orchestrations, simulator),
    vault,
    fleet,
    ...(feed ? { feed } : {}),
    clock: Date.now,
    operations,
    version,
    report: (error, operation) => logger.error({ message: 'unexpected error', operation, error }),
    defer: (job) => deferJob(job, deps, orchestrations),
  };
  const settled = async (chargerId?: string) => {
    if (chargerId !== undefined) await simulator.rest(chargerId, restMs);
    await Promise.all([keeper.settled(), publisher?.settled()]);
  };
  return {
    settings,
    simulator,
    keeper,
    sweep: createSweep({ store, orchestrations, isKept: fleet.keeps, clock: Date.now, logger }),
    fleet,
    slices,
    deps,
    settled,
    async stop(answered) {
      await Promise.all([simulator.stop(), slices.stop(stopMs)]);
      await Promise.all([settled(), answered()]);
      await store.close();
    },
  };
}

/** What a slice of a fleet run has its chargers in: they stay in it until it ends, and go on in the next. */
function openSlice(
  shared: Pick<SimulatorPorts, 'store' | 'links' | 'tasks' | 'bell' | 'logger'>,
  holder: string,
  observers: Observer[],
): Simulator {
  return createSimulator({ ...shared, holder, handsOver: true, observer: severalObservers(...observers) });
}

/** The live feed, where the settings say how to have one. @throws SettingsError */
async function openFeed(settings: AzureSettings): Promise<WebPubSub | undefined> {
  const { WEB_PUBSUB_CONNECTION_STRING: connectionString, WEB_PUBSUB_ENDPOINT: endpoint } = settings;
  if (connectionString === undefined && endpoint === undefined) return undefined;
  // Loaded only where it is used.
  const { openWebPubSub } = await import('../lib/feed/web-pubsub');
  try {
    return await openWebPubSub({ connectionString, endpoint, clock: Date.now });
  } catch {
    // What the SDK says of a connection string may hold the key.
    throw new SettingsError(
      'WEB_PUBSUB_CONNECTION_STRING: is not one of Web PubSub: Endpoint=…;AccessKey=…;Version=1.0;',
    );
  }
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
