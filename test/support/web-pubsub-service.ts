// Azure Web PubSub as far as the live feed uses it: REST to send to groups, WebSockets for clients, both with tokens signed by the
// access key. Written from the service's documentation and of nothing of ours.
import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface WebPubSubService {
  connectionString: string;
  /** Messages taken over REST, by group. */
  sent: { group: string; message: unknown }[];
  /** From now on REST requests are answered with this status. */
  failWith(status: number | undefined): void;
  close(): Promise<void>;
}

interface Claims {
  aud: string;
  exp: number;
  role?: string[] | string;
  'webpubsub.group'?: string[] | string;
}

const listOf = (value: string[] | string | undefined): string[] => [value ?? []].flat();

export async function startWebPubSubService(): Promise<WebPubSubService> {
  const key = randomBytes(32).toString('base64');
  const groups = new Map<string, Set<WebSocket>>();
  const sent: WebPubSubService['sent'] = [];
  let failure: number | undefined;

  function claimsOf(token: string): Claims {
    const [head, body, signature] = token.split('.');
    const right = createHmac('sha256', key).update(`${head}.${body}`).digest('base64url');
    if (signature !== right) throw new Error('signature');
    const claims: Claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString());
    if (claims.exp * 1000 < Date.now()) throw new Error('expired');
    return claims;
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '', origin()).pathname;
    const group = /^\/api\/hubs\/chargers\/groups\/([^/]+)\/:send$/.exec(path)?.[1];
    try {
      const { aud } = claimsOf(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
      if (!aud.startsWith(origin())) throw new Error('audience');
    } catch {
      response.writeHead(401).end();
      return;
    }
    const message: unknown = JSON.parse(await textOf(request));
    if (failure !== undefined || group === undefined) {
      response.writeHead(failure ?? 404).end();
      return;
    }
    deliver(decodeURIComponent(group), message);
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function deliver(group: string, data: unknown): void {
    sent.push({ group, message: data });
    const text = JSON.stringify({ type: 'message', from: 'group', group, dataType: 'json', data });
    for (const socket of groups.get(group) ?? []) socket.send(text);
  }

  function join(group: string, socket: WebSocket): void {
    groups.set(group, (groups.get(group) ?? new Set()).add(socket));
  }

  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'json.webpubsub.azure.v1' });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '', origin());
    const claims = claimsOf(url.searchParams.get('access_token') ?? '');
    if (url.pathname !== '/client/hubs/chargers') return socket.destroy();
    sockets.handleUpgrade(request, socket, head, (client) => {
      for (const group of listOf(claims['webpubsub.group'])) join(group, client);
      client.on('message', (data) => {
        const { type, group, ackId } = JSON.parse(String(data));
        const success = type === 'joinGroup' && listOf(claims.role).includes('webpubsub.joinLeaveGroup');
        if (success) join(group, client);
        client.send(JSON.stringify({ type: 'ack', ackId, success }));
      });
      client.send(JSON.stringify({ type: 'system', event: 'connected', userId: null, connectionId: 'c-1' }));
    });
  });

  return {
    connectionString: `Endpoint=${origin()};AccessKey=${key};Version=1.0;`,
    sent,
    failWith(status) {
      failure = status;
    },
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
