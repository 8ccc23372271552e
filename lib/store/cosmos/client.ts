// The SDK's client, set up for this store: how it signs in, how long it waits, what it retries by itself.
import { createDefaultHttpClient, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';

export interface Account {
  /** https://NAME.documents.azure.com */
  endpoint: string;
  /** Without one, the managed identity of the host or the sign-in of the developer counts. */
  key?: string;
  /** For one answer of the service. Milliseconds. */
  requestTimeoutMs?: number;
  /** For all waiting that throttled requests (429) of one operation are told to do. Seconds. */
  throttleWaitSeconds?: number;
}

/** A client for the process: it holds connections and tokens, so open one and keep it. */
export function openClient({
  endpoint,
  key,
  requestTimeoutMs = 5_000,
  throttleWaitSeconds = 8,
}: Account): CosmosClient {
  return new CosmosClient({
    endpoint,
    ...(key === undefined ? { aadCredentials: signIn() } : { key }),
    httpClient: plainClient(createDefaultHttpClient()),
    userAgentSuffix: 'charger-simulator',
    connectionPolicy: {
      requestTimeout: requestTimeoutMs,
      // The account's own endpoint leads to its write region. Discovery would cost every cold start a request, and would make the
      // SDK repeat writes for two minutes when the network is down: `calls.ts` repeats them once, and knows that it did.
      enableEndpointDiscovery: false,
      enablePartitionLevelFailover: false,
      retryOptions: {
        maxRetryAttemptCount: 9,
        maxWaitTimeInSeconds: throttleWaitSeconds,
        fixedRetryIntervalInMilliseconds: 0,
      },
    },
  });
}

/** Connections that ended while nobody used them: the usual fate of those of a function that was frozen. */
const cutCodes = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Keeps two habits of the SDK away: it repeats reads whose connection was cut ten times, a second apart, and it fails in its own way on
 * errors that a proxy on the path answers with, which are not JSON.
 */
function plainClient(client: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      try {
        return withJson(await client.sendRequest(request));
      } catch (error) {
        if (error instanceof Error && 'code' in error && cutCodes.has(String(error.code)))
          error.code = 'REQUEST_SEND_ERROR';
        throw error;
      }
    },
  };
}

function withJson(response: PipelineResponse): PipelineResponse {
  if (response.status >= 400 && !response.bodyAsText?.startsWith('{')) response.bodyAsText = '{"message":""}';
  return response;
}

type Credential = NonNullable<CosmosClientOptions['aadCredentials']>;

/** Loaded when the first token is needed: a host with a key never pays for it. */
function signIn(): Credential {
  let credential: Promise<Credential> | undefined;
  return {
    async getToken(scopes, options) {
      credential ??= import('@azure/identity').then(({ DefaultAzureCredential }) => new DefaultAzureCredential());
      return (await credential).getToken(scopes, options);
    },
  };
}
