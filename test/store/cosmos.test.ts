// The Cosmos DB store under the contract of all stores: through the real SDK against a server that speaks the protocol, and against
// a real account where COSMOS_ENDPOINT, COSMOS_KEY and COSMOS_TEST_DATABASE name one.
import { openCosmosStore } from '../../lib/store/cosmos';
import { describeStore } from '../contracts/store-contract';
import { type CosmosServer, cosmosKey, startCosmosServer } from '../support/cosmos-server';

const servers: CosmosServer[] = [];

async function open() {
  const server = await startCosmosServer();
  servers.push(server);
  const { endpoint, database } = server;
  const store = openCosmosStore({ endpoint, key: cosmosKey, database, messageLogTtlDays: 7 });
  const close = async () => {
    await store.close();
    await server.close();
  };
  return { server, store, close };
}

describeStore('cosmos', open);
