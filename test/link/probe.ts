// What the link suites share: a link whose events are recorded and can be awaited, and servers that do one thing each.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import type { CsmsSettings, LinkDownKind } from '../../lib/charger/charger';
import type { TlsFault } from '../../lib/charger/security-events';
import { parseHostRules } from '../../lib/link/allow-list';
import { createWebSocketLinks, type WebSocketLinkOptions } from '../../lib/link/websocket';
import type { Link, LinkTarget } from '../../lib/simulator/ports';

/** Undone after each test, last first. */
const undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A promise and what settles it. */
export function deferred<T = void>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

export interface Down {
  reason: LinkDownKind;
  detail: string;
  fault?: TlsFault;
}

export interface Probe {
  link: Link;
  /** `up`, `frame …`, `down …` in the order they came. */
  events: string[];
  /** Resolves when the link is up; fails with reason and detail when it goes down before. */
  up: Promise<void>;
  down: Promise<Down>;
  /** What `onUp` told of the root of the CSMS. */
  root: Promise<string | undefined>;
  /** The first frame. */
  frame: Promise<string>;
}

export interface Dial extends Partial<Omit<LinkTarget, 'csms'>> {
  url: string;
  csms?: Partial<CsmsSettings>;
  options?: Partial<WebSocketLinkOptions>;
}

/** Opens a link of a factory of its own and records its events. */
export function openLink({ url, csms, options, ...target }: Dial): Probe {
  const factory = createWebSocketLinks({ allow: parseHostRules(undefined), ...options });
  const events: string[] = [];
  const up = deferred();
  const root = deferred<string | undefined>();
  const down = deferred<Down>();
  const frame = deferred<string>();
  const record = (event: string, settle: () => void) => {
    events.push(event);
    settle();
  };
  const link = factory.open(
    { url, subprotocol: 'ocpp1.6', csms: { url, ...csms }, ...target },
    {
      onUp(fingerprint) {
        root.resolve(fingerprint);
        record('up', up.resolve);
      },
      onFrame: (text) => record(`frame ${text}`, () => frame.resolve(text)),
      onDown: (reason, detail, fault) =>
        record(`down ${reason}`, () => down.resolve({ reason, detail, ...(fault && { fault }) })),
    },
  );
  undo.push(() => link.cut());
  const failed = down.promise.then(({ reason, detail }) => Promise.reject(new Error(`${reason}: ${detail}`)));
  failed.catch(() => {});
  const whenUp = Promise.race([up.promise, failed]);
  whenUp.catch(() => {});
  return { link, events, up: whenUp, down: down.promise, root: root.promise, frame: frame.promise };
}

/** Lets everything that is already on its way arrive. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Listens on 127.0.0.1, any port; connections are destroyed and the server closed after the test. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

export interface Csms {
  url: string;
  port: number;
  /** The first connection and the request that made it. */
  connection: Promise<{ ws: WebSocket; request: IncomingMessage }>;
}

/** A `ws` server that speaks ocpp1.6. With `tls` it is wss. */
export async function startCsms(options: ServerOptions = {}, tls?: TlsOptions): Promise<Csms> {
  const http = tls === undefined ? createServer() : createTlsServer(tls);
  const server = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has('ocpp1.6') ? 'ocpp1.6' : false),
    ...options,
  });
  const connection = deferred<{ ws: WebSocket; request: IncomingMessage }>();
  server.on('connection', (ws, request) => {
    ws.on('error', () => {});
    connection.resolve({ ws, request });
  });
  const port = await listen(http);
  return {
    url: `${tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}/ocpp/CP-1`,
    port,
    connection: connection.promise,
  };
}

/** A TCP server that hands each connection to `serve`. */
export async function startTcp(serve: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    serve(socket);
  });
  return `ws://127.0.0.1:${await listen(server)}/ocpp/CP-1`;
}

/** A TCP server that answers every request with this text. */
export function startAnswering(answer: string): Promise<string> {
  return startTcp((socket) => socket.once('data', () => socket.write(answer)));
}

/** Completes the upgrade by hand, with these headers more. Resolves with the request head once it has been answered. */
export async function upgradeByHand(socket: Socket, headers = ['Sec-WebSocket-Protocol: ocpp1.6']): Promise<string> {
  const [data] = await once(socket, 'data');
  const head = String(data);
  const key = /sec-websocket-key: (.*)\r\n/i.exec(head)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write([...lines, `Sec-WebSocket-Accept: ${accept}`, ...headers, '', ''].join('\r\n'));
  return head;
}

/** A server that upgrades by hand and keeps every byte it gets after that until the socket ends. */
export async function startListening(headers?: string[]): Promise<{ url: string; received: Promise<Buffer> }> {
  const received = deferred<Buffer>();
  const url = await startTcp(async (socket) => {
    const chunks: Buffer[] = [];
    socket.on('close', () => received.resolve(Buffer.concat(chunks)));
    await upgradeByHand(socket, headers);
    socket.on('data', (chunk) => chunks.push(chunk));
  });
  return { url, received: received.promise };
}

/** A port on which nobody listens any more. */
export async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
