// The store of the Azure host, put together: one Cosmos DB database. What is in its containers is in `cosmos/`.
import { type Store, StoreUnavailableError } from '../simulator/ports';
import { type CallOptions, createCall } from './cosmos/calls';
import { createChargers } from './cosmos/chargers';
import { type Account, openClient } from './cosmos/client';
import { createCommands } from './cosmos/commands';
import { containers, ttl } from './cosmos/containers';
import { createMessages } from './cosmos/messages';
import { readPoint } from './cosmos/reading';
import { createRuns } from './cosmos/runs';

export interface CosmosOptions extends Account, CallOptions {
  database: string;
  /** How long OCPP messages are kept. */
  messageLogTtlDays: number;
  /** Hears of damaged documents that were left out of a list. */
  warn?: (text: string) => void;
  /** Sorts the log. Default: the clock of the machine. */
  clock?: () => number;
}

/**
 * The store in a Cosmos DB database whose containers are there (`createContainers`). Open one per process and keep it: it holds the
 * SDK's client with its connections and tokens. Nothing is asked of the service yet.
 *
 * On the path of an exchange there are point reads and writes by id alone. Writes are conditional or carry a mark of their own, so
 * that one whose answer was lost is found again and not taken for somebody else's.
 *
 * `createMany` is no transaction, because Cosmos DB has none across partitions: others may see some of the chargers for a moment
 * before they are taken back, and a process that dies in between leaves them behind.
 */
export function openCosmosStore(options: CosmosOptions): Store {
  const { messageLogTtlDays, warn = () => {}, clock = Date.now } = options;
  const client = openClient(options);
  const database = client.database(options.database);
  const call = createCall(options);
  const chargers = database.container(containers.chargers.id);
  let open = true;
  return {
    chargers: createChargers(chargers, call, warn),
    messages: createMessages(database.container(containers.messages.id), call, {
      lifetime: ttl('messages', messageLogTtlDays),
      clock,
      warn,
    }),
    commands: createCommands(database.container(containers.commands.id), call, warn),
    runs: createRuns(database.container(containers.runs.id), call, warn),
    async ping() {
      if (!open) throw new StoreUnavailableError('the store is closed');
      // No charger has this id. What counts is that the container answers.
      await call('ping', (abortSignal) => readPoint(chargers.item('~ping', '~ping'), abortSignal));
    },
    // Documents have a time to live, which Cosmos DB keeps by itself.
    async expire() {},
    async close() {
      open = false;
      client.dispose();
    },
  };
}
