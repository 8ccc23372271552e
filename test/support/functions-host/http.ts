// The HTTP face of the host: requests to functions by route, method and key, answers back. Limits as in front of Azure
// Functions; cookies are not carried.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Busy } from './busy';
import type { HostClock } from './clock';
import { InvocationLostError, type Pool } from './pool';
import type { FunctionMetadata, InvocationRequest, RpcHttp, RpcTypedData } from './protocol';
import { httpRoutes, matchRoute, type RouteMatch } from './routes';
import { triggerName } from './triggers';

export interface HttpSettings {
  pool: Pool;
  clock: HostClock;
  busy: Busy;
  prefix: string;
  /** Functions with authLevel other than `anonymous` want it; without one all are open. */
  key: string | undefined;
  /** 0: any. */
  port: number;
  /** The front end gives up after this time; the function goes on. */
  limitMs: number;
  /** What bindings other than the trigger are given. */
  extraInputs(metadata: FunctionMetadata): InvocationRequest['inputData'];
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
}

export async function startHttp(settings: HttpSettings): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const leave = settings.busy.enter();
    answer(settings, request)
      .catch((error: unknown): Answer => ({ status: 500, body: String(error) }))
      .then((result) => write(response, result))
      .finally(leave);
  });
  await new Promise<void>((resolve) => server.listen(settings.port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closeServer(server) };
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  response.end(body);
}

async function answer(settings: HttpSettings, request: IncomingMessage): Promise<Answer> {
  const url = new URL(`http://${request.headers.host ?? '127.0.0.1'}${request.url ?? '/'}`);
  const routes = httpRoutes(settings.pool.functions(), settings.prefix);
  const match = matchRoute(routes, request.method ?? 'GET', url.pathname);
  const body = await readBody(request);
  if (!match) return { status: 404 };
  if (!hasKey(settings.key, match, request, url)) return { status: 401 };
  return withinLimit(settings, run(settings, match, toRpc(request, url, match, body)));
}

function hasKey(key: string | undefined, { route }: RouteMatch, request: IncomingMessage, url: URL): boolean {
  if (key === undefined || route.authLevel === 'anonymous') return true;
  return (request.headers['x-functions-key'] ?? url.searchParams.get('code')) === key;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function withinLimit({ clock, limitMs }: HttpSettings, running: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve) => {
    const tooLate = () => resolve({ status: 504, body: 'The request timed out.' });
    const alarm = clock.set(clock.now() + limitMs, tooLate);
    void running.then(resolve).finally(() => clock.clear(alarm));
  });
}

/** The request as the worker is given it: query keys that repeat are joined by commas. */
function toRpc(request: IncomingMessage, url: URL, { params }: RouteMatch, body: Buffer): RpcHttp {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) query[name] = name in query ? `${query[name]},${value}` : value;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  return {
    method: request.method ?? 'GET',
    url: url.href,
    nullableHeaders: nullable(headers),
    nullableParams: nullable(params),
    nullableQuery: nullable(query),
    ...(body.length > 0 ? { body: { bytes: body } } : {}),
  };
}

const nullable = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

async function run(settings: HttpSettings, { route }: RouteMatch, http: RpcHttp): Promise<Answer> {
  const { functionName } = route;
  const metadata = settings.pool.functions().find(({ name }) => name === functionName);
  const trigger = metadata && triggerName(metadata, 'httpTrigger');
  if (!trigger) return { status: 404 };
  const traceparent = http.nullableHeaders?.traceparent?.value;
  try {
    const response = await settings.pool.invoke({
      functionName,
      serves: 'http',
      inputData: [{ name: trigger, data: { http } }, ...settings.extraInputs(metadata)],
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    return toAnswer(response.returnValue);
  } catch (error) {
    // What the function threw stays inside: the real host tells nothing either.
    return { status: error instanceof InvocationLostError ? 502 : 500 };
  }
}

function toAnswer(value: RpcTypedData | null | undefined): Answer {
  const http = value?.http;
  if (!http) return { status: 204 };
  const { bytes, string } = http.body ?? {};
  const body = bytes ?? string;
  return { status: Number(http.statusCode), headers: http.headers ?? {}, ...(body === undefined ? {} : { body }) };
}
