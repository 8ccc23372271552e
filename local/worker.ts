// The process of one worker: a simulator over its part of the data directory, which does what the front asks of it. Without the front it
// ends at once, as if killed: the next one takes up what is saved.
import { createLogger } from '../lib/host/log';
import { openStore } from '../lib/host/open-store';
import { vaultOf } from '../lib/host/open-vault';
import { type Settings, SettingsError } from '../lib/host/settings';
import { createFeedOfFront, createReporter, serve, shardService } from '../lib/shards/serve';
import type { CallMessage } from '../lib/shards/wire';
import { createEngine, keepHouse, openEmbedded } from './engine';
import type { FromProcess, ToProcess } from './workforce';

function send(message: FromProcess): void {
  // Without a front nobody listens, and this process is about to end.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

const feed = createFeedOfFront(send);
const reporter = createReporter(send);

interface Work {
  serve(message: CallMessage): Promise<void>;
  stop(): Promise<void>;
}

async function begin(settings: Settings, place: number): Promise<Work> {
  const logger = createLogger({
    level: settings.LOG_LEVEL,
    format: settings.LOG_FORMAT,
    write: (line) => process.stderr.write(line),
    about: () => ({ worker: place + 1 }),
  });
  const fatal = (error: unknown) => {
    logger.error({ message: 'fatal', error });
    process.exit(1);
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  const vault = vaultOf(settings);
  const store = await openStore({ settings, logger, vault, openSqlite: (options) => openEmbedded(settings, options) });
  const engine = createEngine({ settings, logger, store, vault, channel: feed, observer: reporter });
  const { simulator, keepAlive } = engine;
  await engine.start();
  const endHousekeeping = keepHouse(store, logger);
  const service = shardService({ simulator, keepAlive, chargers: store.chargers });
  return {
    serve: (message) => serve(message, { service, reporter, send }),
    async stop() {
      endHousekeeping();
      await engine.stop();
      await store.close();
    },
  };
}

/** `failed` is the last that is said: the process ends once it is on its way. */
function fail(error: unknown): void {
  const expected = error instanceof SettingsError;
  const message = expected ? error.message : error instanceof Error ? String(error.stack) : String(error);
  process.send?.({ kind: 'failed', message } satisfies FromProcess, undefined, undefined, () => process.exit(1));
}

let work: Promise<Work> | undefined;

process.on('message', (message: ToProcess) => {
  if (message.kind === 'begin') {
    work = begin(message.settings, message.place);
    work.then(() => send({ kind: 'ready' }), fail);
  } else if (message.kind === 'listeners') feed.listeners(message.groups, message.there);
  else if (message.kind === 'watch') reporter.watch(message.chargerIds, message.watched);
  else if (message.kind === 'stop') void work?.then((own) => own.stop()).then(() => process.exit(0), fail);
  else void work?.then((own) => own.serve(message));
});
process.on('disconnect', () => process.exit(1));
// A terminal and a service manager signal all processes of a host: when to stop is for the front to say.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
