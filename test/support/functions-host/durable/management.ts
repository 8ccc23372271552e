// The local HTTP interface of the Durable extension that the SDK's client talks to (`rpcBaseUrl`), over a task hub.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '../http';
import type { Hub } from './hub';
import { type Instance, isRunning } from './instance';

interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

interface Request {
  hub: Hub;
  parts: string[];
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What becomes of a client's call: this status and nothing done; told that it is done, and nothing done; nothing done and no answer. */
export type ClientFault = { status: number } | 'lost' | 'silence';

/** Given a call, by method and path with `*` for names and ids, and the instance it is about. */
export type ClientFaults = (call: string, id: string) => ClientFault | undefined;

/** Instances on one page of a list. */
const pageSize = 100;

export interface Management {
  /** Ends in a slash: what the SDK resolves its paths against. */
  rpcBaseUrl: string;
  /** Calls so far, by method and path with `*` for names and ids. */
  calls(): Record<string, number>;
  /** What becomes of calls from now on; undefined: they are served. */
  fail(faults: ClientFaults | undefined): void;
  close(): Promise<void>;
}

export async function startManagement(hub: Hub): Promise<Management> {
  const counted: Record<string, number> = {};
  let faultOf: ClientFaults | undefined;
  const note = (pattern: string, id: string) => {
    counted[pattern] = (counted[pattern] ?? 0) + 1;
    return faultOf?.(pattern, id);
  };
  const server = createServer((request, response) => {
    void readText(request).then((body) => {
      const answered = reply(hub, request, body, note);
      if (!answered) return;
      const { status, body: answer, headers } = answered;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    rpcBaseUrl: `http://127.0.0.1:${port}/durabletask/`,
    calls: () => ({ ...counted }),
    fail: (faults) => {
      faultOf = faults;
    },
    close: () => closeServer(server),
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Patterns of method and path below `rpcBaseUrl`; `*` is any one segment. */
const operations: [pattern: string, run: (request: Request) => Reply][] = [
  ['POST orchestrators/*', start],
  ['POST orchestrators/*/*', start],
  ['GET instances', list],
  ['DELETE instances', purgeMany],
  ['GET instances/*', show],
  ['DELETE instances/*', purge],
  ['POST instances/*/raiseEvent/*', raise],
  ['POST instances/*/terminate', terminate],
];

/** @returns undefined: there is no answer */
function reply(hub: Hub, incoming: IncomingMessage, body: string, note: ClientFaults): Reply | undefined {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const [, ...parts] = url.pathname
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const request = { hub, parts, query: url.searchParams, headers: incoming.headers, body };
  const found = operations.find(([pattern]) => matches(pattern, incoming.method ?? '', parts));
  const fault = note(
    found?.[0] ?? `${incoming.method} ${url.pathname}`,
    parts[parts[0] === 'orchestrators' ? 2 : 1] ?? '',
  );
  if (fault === 'silence') return undefined;
  if (fault) return { status: fault === 'lost' ? 202 : fault.status, body: { Message: 'as told' } };
  return found ? found[1](request) : { status: 501, body: { Message: `${incoming.method} ${url.pathname}` } };
}

function matches(pattern: string, method: string, parts: string[]): boolean {
  const [wanted, path = ''] = pattern.split(' ');
  const segments = path.split('/');
  const same = (segment: string, at: number) => segment === '*' || segment === parts[at];
  return wanted === method && segments.length === parts.length && segments.every(same);
}

function start({ hub, parts: [, name = '', id], body }: Request): Reply {
  const instance = hub.start(name, id, body === '' ? 'null' : body);
  if (instance) return { status: 202, body: { id: instance.id } };
  return { status: 409, body: { Message: `An Orchestration instance with the status Running already exists.` } };
}

function view(instance: Instance, query: URLSearchParams): Record<string, unknown> {
  const { id, name, status, customStatus, output, createdAt, updatedAt } = instance;
  return {
    name,
    instanceId: id,
    runtimeStatus: status,
    input: query.get('showInput') === 'false' ? null : JSON.parse(instance.input),
    customStatus,
    output,
    createdTime: new Date(createdAt).toISOString(),
    lastUpdatedTime: new Date(updatedAt).toISOString(),
    ...(query.get('showHistory') === 'true' ? { historyEvents: instance.history } : {}),
  };
}

function show({ hub, parts: [, id = ''], query }: Request): Reply {
  const instance = hub.get(id);
  if (!instance) return { status: 404 };
  return { status: isRunning(instance) ? 202 : 200, body: view(instance, query) };
}

function selected(hub: Hub, query: URLSearchParams): Instance[] {
  const statuses = query.get('runtimeStatus')?.split(',');
  const from = Date.parse(query.get('createdTimeFrom') ?? '') || Number.NEGATIVE_INFINITY;
  const to = Date.parse(query.get('createdTimeTo') ?? '') || Number.POSITIVE_INFINITY;
  const prefix = query.get('instanceIdPrefix') ?? '';
  return hub
    .instances()
    .filter(({ status }) => !statuses || statuses.includes(status))
    .filter(({ id, createdAt }) => id.startsWith(prefix) && createdAt >= from && createdAt <= to);
}

function list({ hub, query, headers }: Request): Reply {
  const from = Number(headers['x-ms-continuation-token'] ?? 0);
  const all = selected(hub, query);
  const size = Number(query.get('top') ?? pageSize);
  const page = all.slice(from, from + size).map((instance) => view(instance, query));
  const next: Record<string, string> =
    from + size < all.length ? { 'x-ms-continuation-token': String(from + size) } : {};
  return { status: 200, body: page, headers: next };
}

function purge({ hub, parts: [, id = ''] }: Request): Reply {
  return hub.purge(id) ? { status: 200, body: { instancesDeleted: 1 } } : { status: 404 };
}

function purgeMany({ hub, query }: Request): Reply {
  const ended = selected(hub, query).filter((instance) => !isRunning(instance));
  for (const { id } of ended) hub.purge(id);
  return ended.length > 0 ? { status: 200, body: { instancesDeleted: ended.length } } : { status: 404 };
}

/** 202 when it was done, 410 when the instance has ended, 404 without one. */
function outcome(hub: Hub, id: string, done: boolean): Reply {
  return { status: done ? 202 : hub.get(id) ? 410 : 404 };
}

function raise({ hub, parts: [, id = '', , event = ''], body }: Request): Reply {
  return outcome(hub, id, hub.raise(id, event, body === '' ? 'null' : body));
}

function terminate({ hub, parts: [, id = ''], query }: Request): Reply {
  return outcome(hub, id, hub.terminate(id, query.get('reason') ?? ''));
}
