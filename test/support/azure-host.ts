// The product as it is deployed on Azure: the built bundle in the Functions host, over the Cosmos DB store on a server that
// speaks its protocol.
import { resolve } from 'node:path';
import { type CosmosServer, cosmosKey, startCosmosServer } from './cosmos-server';
import { type FunctionsHost, type FunctionsHostOptions, startFunctionsHost } from './functions-host/host';

export interface AzureHost extends FunctionsHost {
  cosmos: CosmosServer;
}

/** Below the repository's root, which tests and benchmarks are run in. */
export const bundle = resolve('dist/functions/main.js');

/** Starts both; `close` ends both. */
export async function startAzureHost(options: Partial<FunctionsHostOptions> = {}): Promise<AzureHost> {
  const cosmos = await startCosmosServer();
  const env = {
    COSMOS_ENDPOINT: cosmos.endpoint,
    COSMOS_KEY: cosmosKey,
    COSMOS_DATABASE: cosmos.database,
    LOG_LEVEL: 'warn',
    ...options.env,
  };
  const host = await startFunctionsHost({ bundle, ...options, env }).catch(async (error: unknown) => {
    await cosmos.close();
    throw error;
  });
  const close = () => host.close().finally(cosmos.close);
  return { ...host, cosmos, close };
}
