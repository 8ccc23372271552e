// Who may connect and how: the upgrade from HTTP, one connection per identity, subprotocols. What is said on a connection is in `session.ts`.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import type RpcServerClient from 'ocpp-rpc/lib/server-client';
import { isForeignOrigin } from '../host/loopback-guard';
import { enterCharger, type Ledger, recordViolation } from './ledger';
import { type Session, serveSession } from './session';
import type { CsmsVersion } from './version';

export interface Connections {
  handleUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
  session(identity: string): Session | undefined;
  count(): number;
  close(): Promise<void>;
}

const ENDPOINT = '/ocpp';
const MAX_FRAME_BYTES = 1024 * 1024;
const CLOSE_GRACE_MS = 1000;

/** The identity a charger dials, percent-decoded; an HTTP status when the address is none of ours. */
export function identityIn(url: string): { identity: string } | { status: 400 | 404 } {
  try {
    const { pathname } = new URL(`http://csms${url}`);
    const encoded = pathname.startsWith(`${ENDPOINT}/`) ? pathname.slice(ENDPOINT.length + 1) : '';
    return encoded === '' || encoded.includes('/') ? { status: 404 } : { identity: decodeURIComponent(encoded) };
  } catch {
    return { status: 400 };
  }
}

const reasons = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found' };

function refuse(socket: Socket, status: keyof typeof reasons): void {
  socket.on('error', () => {}); // the peer may be gone already: nothing to tell it then
  socket.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** Ends all sessions, cutting those that do not say goodbye in time. */
async function endAll(sessions: Iterable<Session>): Promise<void> {
  const all = [...sessions];
  const polite = Promise.all(
    all.map((session) => session.end({ abrupt: false, code: 1001, reason: 'CSMS going away' })),
  );
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_GRACE_MS);
  });
  await Promise.race([polite, grace]);
  clearTimeout(timer);
  await Promise.all(all.map((session) => session.end({ abrupt: true })));
}

export interface ConnectionsOptions {
  ledger: Ledger;
  versions: readonly CsmsVersion[];
  /** Refuses pages from elsewhere in a browser here. Chargers send no Origin, and may come through tunnels by any name. */
  onlyFromHere: boolean;
  log(line: object): void;
}

/** Accepts any charger that speaks one of the versions, with any credentials or none. */
export function acceptChargers({ ledger, versions, onlyFromHere, log }: ConnectionsOptions): Connections {
  const sessions = new Map<string, Session>();
  const server = new RPCServer({
    protocols: versions.map((version) => version.subprotocol),
    strictMode: true,
    strictModeValidators: versions.map((version) => version.validator),
    wssOptions: { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false },
  });

  const onDisconnect = (session: Session, code: number) => {
    log({ event: 'disconnected', identity: session.identity, code });
    if (sessions.get(session.identity) !== session) return; // replaced meanwhile
    sessions.delete(session.identity);
    delete enterCharger(ledger, session.identity).connectedSince;
  };

  const onClient = (client: RpcServerClient) => {
    const { identity, request } = client.handshake;
    const charger = enterCharger(ledger, identity);
    const version = versions.find(({ subprotocol }) => subprotocol === client.protocol);
    if (version === undefined) {
      // No common subprotocol: the handshake is completed without one, then closed at once (OCPP-J 1.6 §3.2).
      recordViolation(ledger, charger, 'connected without a subprotocol that this CSMS speaks');
      void client.close({ code: 1002, reason: 'no common subprotocol' });
      return;
    }
    const session = serveSession(client, request.socket as Socket, version, ledger, charger);
    const replaced = sessions.get(identity);
    sessions.set(identity, session);
    charger.protocol = version.subprotocol;
    charger.connectedSince = ledger.now();
    charger.lastSeenAt = ledger.now();
    client.on('disconnect', ({ code }: { code: number }) => onDisconnect(session, code));
    log({ event: 'connected', identity, protocol: version.subprotocol });
    void replaced?.end({ abrupt: false, code: 1000, reason: 'replaced by a new connection' });
  };
  server.on('client', onClient);

  return {
    handleUpgrade: (request, socket, head) => {
      const address = identityIn(request.url ?? '/');
      // Checked before the library sees it: it would fail on an identity that cannot be decoded.
      if (onlyFromHere && isForeignOrigin(request.headers.origin)) refuse(socket, 403);
      else if ('status' in address) refuse(socket, address.status);
      else void server.handleUpgrade(request, socket, head);
    },
    session: (identity) => sessions.get(identity),
    count: () => sessions.size,
    close: async () => {
      await endAll(sessions.values());
      await server.close({ force: true });
    },
  };
}
