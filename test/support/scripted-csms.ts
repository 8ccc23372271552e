// A CSMS that does what a test tells it, faults first: bare `ws`, every frame recorded, every wait event-driven.
// It checks nothing; the demo CSMS (lib/csms) is the strict one.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type TlsOptions } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Answer, defaultAnswers, defaultAnswersV201, type ReceivedCall } from './scripted-answers';
import {
  answer,
  type Behaviour,
  enqueue,
  type HandshakeBehaviour,
  misbehave,
  type Queued,
  takeNext,
} from './scripted-behaviour';
import { createWaiters } from './scripted-waits';

export { type Answer, CallError, type ReceivedCall } from './scripted-answers';
export type { Behaviour, HandshakeBehaviour } from './scripted-behaviour';

export interface RecordedFrame {
  direction: 'received' | 'sent';
  text: string;
  /** Parsed; `undefined` when the text is not JSON. */
  message: unknown;
}

export interface ScriptedConnection {
  identity: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** The certificate that the charger has shown. */
  peer?: { commonName: string; serialNumber: string };
  subprotocol: string;
  frames: RecordedFrame[];
  open: boolean;
  pings: number;
  /** How the socket ended, once it has; 1006 when it was cut. */
  closeCode?: number;
  ws: WebSocket;
}

export type CallOutcome =
  | { result: Record<string, unknown> }
  | { error: { code: string; description: string; details: unknown } };

export interface ScriptedCsmsOptions {
  /** Subprotocols it agrees to, in its order of preference. Default: `["ocpp1.6"]`. */
  protocols?: string[];
  /** Serves wss. */
  tls?: TlsOptions;
  /** False: pings get no pong. */
  autoPong?: boolean;
  port?: number;
  /** The CSMS's own clock, epoch milliseconds. Default: `Date.now`. */
  now?: () => number;
}

export interface ScriptedCsms {
  /** `ws://127.0.0.1:PORT/ocpp`; chargers append `/` and their identity. */
  url: string;
  port: number;
  /** Every connection ever accepted, oldest first. */
  connections: ScriptedConnection[];
  /** Every handshake ever seen, refused ones included. */
  handshakes: { identity: string; url: string; headers: IncomingHttpHeaders }[];
  /** All frames of one identity over all its connections, in order. */
  frames(identity: string): RecordedFrame[];
  /** The CALLs received of one identity, in order. */
  calls(identity: string, action?: string): ReceivedCall[];
  /** The normal answer to an action from now on. */
  respond(action: string, answer: Answer): void;
  /** Misbehave on this action (`*`: any) the next `times` times (default: from now on); several calls queue up in order. */
  behave(action: string, behaviour: Behaviour, times?: number): void;
  /** Back to normal answers: drops what `behave` queued for the action, or for all. */
  restore(action?: string): void;
  /** How the next `times` handshakes go (default: all from now on); after those, they are accepted. */
  handshake(behaviour: HandshakeBehaviour, times?: number): void;
  /** Sends a CALL and waits for the answer; rejects when the connection ends first. */
  call(identity: string, action: string, payload: unknown): Promise<CallOutcome>;
  sendRaw(identity: string, text: string): void;
  /** The nth CALL of that action from that identity, counted over all connections from the start. */
  waitFor(identity: string, action: string, n?: number): Promise<ReceivedCall>;
  /** The nth accepted connection of the identity. */
  waitForConnection(identity: string, n?: number): Promise<ScriptedConnection>;
  /** Resolves once the nth connection of the identity has ended. */
  waitForDisconnect(identity: string, n?: number): Promise<ScriptedConnection>;
  /** Resolves at the nth handshake seen, accepted or not. */
  waitForHandshake(n?: number): Promise<void>;
  /** Resolves once the latest connection of the identity has seen n pings. */
  waitForPing(identity: string, n?: number): Promise<void>;
  /** Anything else that frames, connections or handshakes decide: checked whenever one happens. */
  until<T>(probe: () => T | undefined, what: string): Promise<T>;
  /** Ends the identity's open connection; resolves when it is gone. */
  disconnect(identity: string, options?: { abrupt?: boolean; code?: number }): Promise<void>;
  close(): Promise<void>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function callIn(identity: string, message: unknown): ReceivedCall | undefined {
  if (!Array.isArray(message) || message[0] !== 2) return undefined;
  const [, messageId, action, payload] = message;
  return { identity, messageId, action, payload };
}

function outcomeOf(message: unknown[]): CallOutcome {
  if (message[0] === 3) return { result: message[2] as Record<string, unknown> };
  return { error: { code: String(message[2]), description: String(message[3]), details: message[4] } };
}

function identityOf(url: string): string {
  return decodeURIComponent(new URL(url, 'http://csms').pathname.split('/').pop() ?? '');
}

function peerOf({ socket }: IncomingMessage): Pick<ScriptedConnection, 'peer'> {
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
  if (!certificate?.subject) return {};
  return { peer: { commonName: String(certificate.subject.CN), serialNumber: certificate.serialNumber } };
}

function refuse(socket: Duplex, status: number, headers: Record<string, string>): void {
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\n${head}\r\n`);
}

/** Starts the CSMS on 127.0.0.1. The test closes it. */
export async function startScriptedCsms(options: ScriptedCsmsOptions = {}): Promise<ScriptedCsms> {
  const protocols = options.protocols ?? ['ocpp1.6'];
  const answers = (protocols[0] === 'ocpp2.0.1' ? defaultAnswersV201 : defaultAnswers)(options.now ?? Date.now);
  const behaviours = new Map<string, Queued<Behaviour>[]>();
  const handshakeQueue: Queued<HandshakeBehaviour>[] = [];
  const pending = new Map<string, { connection: ScriptedConnection; settle(outcome: CallOutcome | Error): void }>();
  const connections: ScriptedConnection[] = [];
  const byIdentity = new Map<string, ScriptedConnection[]>();
  const received = new Map<string, ReceivedCall[]>();
  const handshakes: ScriptedCsms['handshakes'] = [];
  const rawSockets = new Set<Duplex>();
  const waiters = createWaiters();
  let lastMessageId = 0;
  let agreed: HandshakeBehaviour = { kind: 'accept' };

  const of = (identity: string) => byIdentity.get(identity) ?? [];
  const openOne = (identity: string): ScriptedConnection => {
    const found = of(identity).findLast((connection) => connection.open);
    if (found === undefined) throw new Error(`no open connection of ${identity}`);
    return found;
  };
  const frames = (identity: string) => of(identity).flatMap((connection) => connection.frames);
  const calls = (identity: string, action?: string) =>
    (received.get(identity) ?? []).filter((call) => action === undefined || call.action === action);

  const send = (connection: ScriptedConnection, text: string) => {
    if (!connection.open) return;
    connection.frames.push({ direction: 'sent', text, message: parse(text) });
    connection.ws.send(text);
    waiters.changed();
  };

  const onCall = (connection: ScriptedConnection, call: ReceivedCall) => {
    const behaviour = takeNext(behaviours.get(call.action) ?? []) ?? takeNext(behaviours.get('*') ?? []);
    const speaker = {
      send: (text: string) => send(connection, text),
      close: (code: number) => connection.ws.close(code),
      cut: () => connection.ws.terminate(),
    };
    if (behaviour === undefined) return answer(speaker, call, answers[call.action]);
    return misbehave(speaker, call, behaviour, answers[call.action]);
  };

  const onMessage = (connection: ScriptedConnection, text: string) => {
    const message = parse(text);
    connection.frames.push({ direction: 'received', text, message });
    const call = callIn(connection.identity, message);
    if (call !== undefined) {
      received.set(connection.identity, [...(received.get(connection.identity) ?? []), call]);
      void onCall(connection, call);
    } else if (Array.isArray(message)) {
      pending.get(String(message[1]))?.settle(outcomeOf(message));
    }
    waiters.changed();
  };

  const onClosed = (connection: ScriptedConnection, code: number) => {
    connection.open = false;
    connection.closeCode = code;
    for (const call of pending.values()) {
      if (call.connection === connection)
        call.settle(new Error(`${connection.identity} disconnected before it answered`));
    }
    waiters.changed();
  };

  const onConnection = (ws: WebSocket, request: IncomingMessage) => {
    const { url = '/', headers } = request;
    const connection: ScriptedConnection = {
      identity: identityOf(url),
      url,
      headers,
      ...peerOf(request),
      subprotocol: ws.protocol,
      frames: [],
      open: true,
      pings: 0,
      ws,
    };
    connections.push(connection);
    byIdentity.set(connection.identity, [...of(connection.identity), connection]);
    ws.on('message', (data) => onMessage(connection, data.toString()));
    ws.on('close', (code) => onClosed(connection, code));
    ws.on('error', () => {}); // 'close' follows and says what matters
    ws.on('ping', () => {
      connection.pings += 1;
      waiters.changed();
    });
    waiters.changed();
  };

  const chooseSubprotocol = (offered: Set<string>): string | false => {
    if (agreed.kind === 'subprotocol') return agreed.value ?? false;
    return protocols.find((protocol) => offered.has(protocol)) ?? false;
  };
  const wss = new WebSocketServer({
    noServer: true,
    autoPong: options.autoPong ?? true,
    handleProtocols: chooseSubprotocol,
    perMessageDeflate: false,
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const { url = '/', headers } = request;
    handshakes.push({ identity: identityOf(url), url, headers });
    agreed = takeNext(handshakeQueue) ?? { kind: 'accept' };
    socket.on('error', () => {});
    if (agreed.kind === 'refuse') refuse(socket, agreed.status, agreed.headers ?? {});
    else if (agreed.kind !== 'never') wss.handleUpgrade(request, socket, head, (ws) => onConnection(ws, request));
    waiters.changed();
  };

  const server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
  server.on('upgrade', onUpgrade);
  server.on('connection', (socket: Duplex) => {
    rawSockets.add(socket);
    socket.once('close', () => rawSockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  const call = (identity: string, action: string, payload: unknown): Promise<CallOutcome> => {
    const connection = openOne(identity);
    lastMessageId += 1;
    const messageId = `csms-${lastMessageId}`;
    return new Promise((resolve, reject) => {
      const settle = (outcome: CallOutcome | Error) => {
        pending.delete(messageId);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      pending.set(messageId, { connection, settle });
      send(connection, JSON.stringify([2, messageId, action, payload]));
    });
  };

  return {
    url: `${options.tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}/ocpp`,
    port,
    connections,
    handshakes,
    frames,
    calls,
    respond: (action, scripted) => {
      answers[action] = scripted;
    },
    behave: (action, behaviour, times = Number.POSITIVE_INFINITY) => {
      const queue = behaviours.get(action) ?? [];
      behaviours.set(action, queue);
      enqueue(queue, behaviour, times);
    },
    restore: (action) => {
      if (action === undefined) behaviours.clear();
      else behaviours.delete(action);
    },
    handshake: (behaviour, times = Number.POSITIVE_INFINITY) => enqueue(handshakeQueue, behaviour, times),
    call,
    sendRaw: (identity, text) => send(openOne(identity), text),
    waitFor: (identity, action, n = 1) =>
      waiters.until(() => calls(identity, action)[n - 1], `${action} number ${n} of ${identity}`),
    waitForConnection: (identity, n = 1) =>
      waiters.until(() => of(identity)[n - 1], `connection number ${n} of ${identity}`),
    waitForDisconnect: (identity, n = 1) =>
      waiters.until(() => {
        const connection = of(identity)[n - 1];
        return connection?.open === false ? connection : undefined;
      }, `the end of connection number ${n} of ${identity}`),
    waitForHandshake: async (n = 1) => {
      await waiters.until(() => handshakes[n - 1], `handshake number ${n}`);
    },
    waitForPing: async (identity, n = 1) => {
      await waiters.until(() => (of(identity).at(-1)?.pings ?? 0) >= n || undefined, `ping number ${n} of ${identity}`);
    },
    until: waiters.until,
    disconnect: async (identity, { abrupt = false, code = 1000 } = {}) => {
      const connection = openOne(identity);
      if (abrupt) connection.ws.terminate();
      else connection.ws.close(code);
      await waiters.until(() => !connection.open || undefined, `the end of the connection of ${identity}`);
    },
    close: async () => {
      waiters.failAll();
      for (const ws of wss.clients) ws.terminate();
      for (const socket of rawSockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
