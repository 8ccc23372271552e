// A server that speaks Cosmos DB's protocol, on 127.0.0.1, that counts what it is asked and fails as it is told to.
import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CosmosClient } from '@azure/cosmos';
import { createHttpServer } from '@vercel/cosmosdb-server';
import { createContainers } from '../../lib/store/cosmos/containers';

/** One request as the server saw it. */
export interface CosmosRequest {
  /** GET: point read. POST: create. PUT: replace. QUERY and PLAN: a query and how the SDK prepares it. META: about a container. */
  kind: 'META' | 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'UPSERT' | 'QUERY' | 'PLAN';
  /** `chargers`, `messages`, …; empty for what is not in a container. */
  container: string;
  /** The document, where the path names one. */
  id: string;
  status: number;
  /** Bytes of JSON, up and down. */
  sent: number;
  received: number;
  /** What was sent. */
  body: string;
  /** When it came, and when its answer left. */
  from: number;
  to: number;
}

/** Given a request, what becomes of it. */
export type Fault =
  /** This answer, without doing anything. */
  | { status: number; headers?: Record<string, string> }
  /** Never an answer, and nothing done. */
  | 'silence'
  /** Done, and the connection cut in place of the answer. */
  | 'answer lost'
  /** Done, and no answer ever. */
  | 'answer withheld'
  /** Nothing done, connection cut. */
  | 'cut'
  /** Done and answered, but not before this. */
  | Promise<unknown>;

export interface CosmosServer {
  endpoint: string;
  database: string;
  client: CosmosClient;
  requests: CosmosRequest[];
  /** What becomes of requests for documents from now on; undefined: they are served. */
  fail(fault: ((request: Pick<CosmosRequest, 'kind' | 'container' | 'id'>) => Fault | undefined) | undefined): void;
  close(): Promise<void>;
}

const database = 'test';
/** Any; the server does not look. */
export const cosmosKey = Buffer.from('a key that must not be told').toString('base64');

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts the server, with the containers created. */
export async function startCosmosServer(): Promise<CosmosServer> {
  const server: Server = createHttpServer({ keepAlive: true } as object);
  const [serve] = server.listeners('request') as Handler[];
  if (!serve) throw new Error('the server listens to no requests');
  const requests: CosmosRequest[] = [];
  let faultOf: Parameters<CosmosServer['fail']>[0];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const record = describe(request);
    requests.push(record);
    watch(record, request, response);
    perform(record.kind === 'META' ? undefined : faultOf?.(record), serve, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new CosmosClient({ endpoint, key: cosmosKey, connectionPolicy: { enableEndpointDiscovery: false } });
  await createContainers(client, database);
  requests.length = 0;
  return {
    endpoint,
    database,
    client,
    requests,
    fail: (fault) => {
      faultOf = fault;
    },
    async close() {
      client.dispose();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function describe({ method = '', url = '', headers }: IncomingMessage): CosmosRequest {
  const [, container = '', documents, id = ''] = /\/colls\/([^/]+)(\/docs(?:\/([^/]+))?)?/.exec(url) ?? [];
  const kind = documents === undefined ? 'META' : kindOf(method, headers);
  return {
    kind,
    container,
    id: decodeURIComponent(id),
    status: 0,
    sent: 0,
    received: 0,
    body: '',
    from: performance.now(),
    to: 0,
  };
}

function kindOf(method: string, headers: IncomingHttpHeaders): CosmosRequest['kind'] {
  if (headers['x-ms-cosmos-is-query-plan-request']) return 'PLAN';
  if (headers['content-type'] === 'application/query+json') return 'QUERY';
  if (headers['x-ms-documentdb-is-upsert']) return 'UPSERT';
  return method as CosmosRequest['kind'];
}

function watch(record: CosmosRequest, request: IncomingMessage, response: ServerResponse): void {
  request.on('data', (chunk: Buffer) => {
    record.sent += chunk.length;
    record.body += chunk.toString();
  });
  const end = response.end.bind(response);
  response.end = ((body?: string) => {
    record.status = response.statusCode;
    record.to = performance.now();
    record.received = Buffer.byteLength(body ?? '');
    return end(body);
  }) as typeof response.end;
}

function perform(fault: Fault | undefined, serve: Handler, request: IncomingMessage, response: ServerResponse): void {
  if (fault === 'cut') return void request.socket.destroy();
  if (fault === 'silence') return void request.resume();
  if (fault instanceof Promise) return void fault.then(() => perform(undefined, serve, request, response));
  if (typeof fault === 'object') return answer(fault, request, response);
  if (fault !== undefined) {
    response.end = (() => {
      if (fault === 'answer lost') request.socket.destroy();
      return response;
    }) as typeof response.end;
  }
  // The server fails on reading what is not there unless it is told not to look at the partition key first.
  if (request.method === 'GET') request.headers['x-ms-documentdb-query-enablecrosspartition'] = 'true';
  serve(request, response);
}

function answer(
  fault: { status: number; headers?: Record<string, string> },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  request.resume();
  request.on('end', () => {
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
    response.end(JSON.stringify({ code: String(fault.status), message: 'as told' }));
  });
}
