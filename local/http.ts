// The HTTP face of the local host: routes from the table of operations, the key, and who may ask at all.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { cors } from 'hono/cors';
import { type ApiResponse, handle, problemResponse } from '../lib/api/handle';
import type { ApiDeps, Operation } from '../lib/api/operation';
import { ProblemError } from '../lib/api/problem';
import { routeProblem } from '../lib/api/route';
import { feedPath, type LocalFeed, refuse } from '../lib/feed/local-feed';
import { isForeignOrigin, whyNotFromHere } from '../lib/host/loopback-guard';
import { builtWeb, webPages } from './web';

export interface HttpOptions {
  deps: ApiDeps;
  feed?: LocalFeed;
  apiKey?: string;
  /** Requests that come before this wait for it. */
  ready?: Promise<void>;
  /** Told of every answer. */
  onAnswer?: (line: { method: string; path: string; status: number; durationMs: number }) => void;
}

/** The application, for any server that speaks `fetch`. */
export function createHttpApp({ deps, feed, apiKey, ready, onAnswer }: HttpOptions): Hono {
  const app = new Hono({ strict: false });
  const admit = apiKey === undefined ? onlyFromHere : keyCheck(apiKey);
  // The live feed is found where the caller found this host.
  const depsFor = ({ req }: Context): ApiDeps => (feed ? { ...deps, feed: feed.at(new URL(req.url).origin) } : deps);
  app.use(async (context, next) => {
    const began = performance.now();
    await ready;
    await next();
    const { method, path } = context.req;
    onAnswer?.({ method, path, status: context.res.status, durationMs: Math.round(performance.now() - began) });
  });
  app.use('/api/*', browserAccess(apiKey !== undefined));
  for (const operation of deps.operations) {
    const path = `/api/${operation.route.replace(/\{(\w+)\}/g, ':$1')}`;
    app.on(operation.method, path, async (context) => {
      const problem = admit(context, operation);
      return toResponse(problem ? problemResponse(problem) : await answer(operation, context, depsFor(context)));
    });
  }
  const webDir = builtWeb();
  if (webDir === undefined) app.get('/', (context) => context.redirect('/api/docs'));
  else app.use(webPages(webDir));
  app.notFound((context) => {
    const below = context.req.path.replace(/^\/api\/?/, '');
    const problem = admit(context) ?? routeProblem(deps.operations, context.req.method, below);
    return toResponse(problemResponse(problem));
  });
  app.onError((error) => {
    deps.report(error, 'http');
    return toResponse(
      problemResponse(new ProblemError('internal', 'an unexpected error; the log of the host says more')),
    );
  });
  return app;
}

function answer(operation: Operation, context: Context, deps: ApiDeps): Promise<ApiResponse> {
  const { raw } = context.req;
  const request = {
    method: raw.method,
    params: context.req.param() as Record<string, string>,
    query: new URL(raw.url).searchParams,
    headers: raw.headers,
    body: raw.body,
  };
  return handle(operation, request, deps);
}

function toResponse({ status, headers, body }: ApiResponse): Response {
  const content = typeof body === 'string' ? body : ReadableStream.from(encoded(body));
  // The rest of a body that is too large is not read: the connection cannot be used again, and the client must know.
  return new Response(content, { status, headers: status === 413 ? { ...headers, connection: 'close' } : headers });
}

async function* encoded(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const text of texts) yield encoder.encode(text);
}

/**
 * Lets the web platform ask from another address. With a key from anywhere: who has the key may, and no cookie stands for it. Without
 * one, pages of this machine only.
 */
function browserAccess(keyed: boolean) {
  return cors({
    origin: (origin) => (keyed ? '*' : isForeignOrigin(origin) ? null : origin),
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: ['content-type', 'x-functions-key', 'prefer', 'idempotency-key', 'if-match'],
    exposeHeaders: ['etag', 'location', 'retry-after'],
    maxAge: 600,
  });
}

type Admission = (context: Context, operation?: Operation) => ProblemError | undefined;

/** The key, in Azure's two places. Compared in constant time. */
function keyCheck(apiKey: string): Admission {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(apiKey);
  return (context, operation) => {
    if (operation?.open) return undefined;
    const given = [context.req.header('x-functions-key'), ...(context.req.queries('code') ?? [])];
    const right = given.some((key) => key !== undefined && timingSafeEqual(digest(key), wanted));
    if (right) return undefined;
    const scheme = { 'www-authenticate': 'ApiKey header="x-functions-key"' };
    return new ProblemError('no-key', 'give the key in the header x-functions-key or as ?code=', {}, scheme);
  };
}

/** Without a key, only this machine may ask, and no page from elsewhere through a browser here. */
const onlyFromHere: Admission = ({ req }) => {
  const why = whyNotFromHere({ host: req.header('host'), origin: req.header('origin') });
  return why === undefined ? undefined : new ProblemError('forbidden-origin', `without API_KEY ${why}`);
};

export interface Listening {
  url: string;
  /** Takes no more requests, waits for those under way (`graceMs` at most), closes what is left. */
  close(graceMs: number): Promise<void>;
}

/** Listens. @throws the error of the server when the port cannot be had */
export async function listen(app: Hono, port: number, host: string, feed?: LocalFeed): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.on('upgrade', (request, socket, head) => {
    if (!feed?.upgrade(request, socket, head)) refuse(socket, '404 Not Found', `only ${feedPath} is a WebSocket`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${(server.address() as AddressInfo).port}`,
    close: (graceMs) => close(server, graceMs),
  };
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
