// The live feed of the local host: a WebSocket endpoint beside its HTTP API, in the place that Azure Web PubSub has on Azure. Who may
// come in has a token; what a client may say is in subscriber.ts.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../simulator/ports';
import { type FeedChannel, type FeedEntrance, feedProtocol } from './feed';
import { createSubscriber } from './subscriber';
import { createTokens } from './token';

export const feedPath = '/api/feed';

const connectionsAtMost = 1_000;
const requestBytesAtMost = 65_536;
/** A client that does not read is let go when this much waits for it. */
const backlogBytesAtMost = 8 * 1024 * 1024;
const pingEveryMs = 30_000;

export interface LocalFeed extends FeedChannel {
  /** The way in for clients that find this host at `origin`, such as `http://127.0.0.1:7071`. */
  at(origin: string): FeedEntrance;
  /** Takes an HTTP upgrade; false if it is none of ours. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Messages are told to as many clients right now. */
  connections(): number;
  close(): void;
}

/** `onListeners` hears when a group gets its first listener and when the last one has left. */
export function createLocalFeed(
  clock: Clock,
  onListeners: (group: string, there: boolean) => void = () => {},
): LocalFeed {
  const tokens = createTokens();
  const groups = new Map<string, Set<WebSocket>>();
  const alive = new WeakMap<WebSocket, boolean>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: requestBytesAtMost,
    handleProtocols: (offered) => (offered.has(feedProtocol) ? feedProtocol : false),
  });
  let pinging: NodeJS.Timeout | undefined;

  function join(group: string, socket: WebSocket): void {
    const members = groups.get(group);
    if (members) {
      members.add(socket);
      return;
    }
    groups.set(group, new Set([socket]));
    onListeners(group, true);
  }

  function leave(group: string, socket: WebSocket): void {
    const members = groups.get(group);
    members?.delete(socket);
    if (members?.size !== 0) return;
    groups.delete(group);
    onListeners(group, false);
  }

  function attend(socket: WebSocket, initial: string[]): void {
    const send = (message: object) => socket.send(JSON.stringify(message));
    const subscriber = createSubscriber(initial, {
      send,
      join: (group) => join(group, socket),
      leave: (group) => leave(group, socket),
    });
    alive.set(socket, true);
    socket.on('pong', () => alive.set(socket, true));
    socket.on('message', (data, isBinary) => {
      const why = isBinary ? 'binary messages are not taken' : subscriber.receive(String(data));
      if (why === undefined) return;
      send({ type: 'system', event: 'disconnected', message: why });
      socket.close(1008, why);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      for (const group of subscriber.groups) leave(group, socket);
      if (server.clients.size === 0) stopPinging();
    });
    send({ type: 'system', event: 'connected', userId: null, connectionId: randomUUID() });
    pinging ??= setInterval(pingAll, pingEveryMs).unref();
  }

  /** Clients that vanished without a word are found by their silence. */
  function pingAll(): void {
    for (const socket of server.clients) {
      if (!alive.get(socket)) socket.terminate();
      else {
        alive.set(socket, false);
        socket.ping();
      }
    }
  }

  function stopPinging(): void {
    clearInterval(pinging);
    pinging = undefined;
  }

  return {
    isOpen: () => groups.size > 0,
    hasListeners: (group) => groups.has(group),
    async send(group, data) {
      const members = groups.get(group);
      if (!members) return;
      const text = JSON.stringify({ type: 'message', from: 'group', group, dataType: 'json', data });
      for (const socket of members) {
        if (socket.bufferedAmount > backlogBytesAtMost) socket.terminate();
        else socket.send(text);
      }
    },
    at: (origin) => ({
      async negotiate(initial, minutes) {
        const expiresAt = clock() + minutes * 60_000;
        const token = tokens.issue({ expiresAt, groups: initial });
        return { url: `${origin.replace(/^http/, 'ws')}${feedPath}?access_token=${token}`, expiresAt };
      },
    }),
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname !== feedPath) return false;
      const claims = tokens.check(url.searchParams.get('access_token') ?? '', clock());
      if (!claims)
        refuse(socket, '401 Unauthorized', 'a good access_token is needed: POST /api/feed/negotiate gives one');
      else if (server.clients.size >= connectionsAtMost) refuse(socket, '503 Service Unavailable', 'too many clients');
      else if (!offers(request)) refuse(socket, '400 Bad Request', `offer the subprotocol ${feedProtocol}`);
      else server.handleUpgrade(request, socket, head, (webSocket) => attend(webSocket, claims.groups));
      return true;
    },
    connections: () => server.clients.size,
    close() {
      stopPinging();
      for (const socket of server.clients) socket.close(1001, 'the host stops');
      server.close();
    },
  };
}

function offers({ headers }: IncomingMessage): boolean {
  const offered = headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === feedProtocol);
}

/** Answers an upgrade that is not granted. */
export function refuse(socket: Duplex, status: string, why: string): void {
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${why.length}\r\n\r\n${why}`,
  );
}
