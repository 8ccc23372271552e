// A process of its own: a server that speaks Cosmos DB's protocol, with the containers in it. Tells the requests that it was asked
// since the last time, and when.
import { startCosmosServer } from '../test/support/cosmos-server';

/** One request: what, on which container, and when it came and was answered, milliseconds of this process. */
export interface Asked {
  what: string;
  from: number;
  to: number;
}

async function main(): Promise<void> {
  const { endpoint, database, requests } = await startCosmosServer();
  process.on('message', () => {
    const asked = requests.map(({ kind, container, from, to }): Asked => ({ what: `${kind} ${container}`, from, to }));
    requests.length = 0;
    process.send?.({ kind: 'asked', asked });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ kind: 'ready', endpoint, database });
}

main().catch((error: unknown) => {
  process.send?.({ kind: 'failed', detail: String(error) });
});
