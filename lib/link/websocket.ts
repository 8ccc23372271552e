// The Link port over `ws`: one WebSocket per link to a CSMS, from the handshake to its end. Whether a host may be dialled is in
// `allow-list.ts`; when to connect again is the charger's. Links come in thousands: what they share is shared.
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { type RawData, WebSocket } from 'ws';
import type { CsmsSettings } from '../charger/charger';
import { openVault, type Vault, VaultError } from '../secrets/vault';
import type { Link, LinkEvents, LinkFactory, LinkTarget } from '../simulator/ports';
import { checkUrl, createLookup, type HostRules, portOf } from './allow-list';
import {
  authorization,
  createTlsContexts,
  profileFailure,
  rootFingerprint,
  type TlsParts,
  unsealed,
  verification,
} from './credentials';
import {
  failureOfBreak,
  failureOfClose,
  failureOfError,
  failureOfStatus,
  failureOfSubprotocol,
  failureOfTlsSettings,
  failureOfVault,
  type LinkFailure,
} from './failure';
import { createFreezer, type Freezer } from './frozen';
import { halfFrame } from './half-frame';
import { createPingWheel, type PingMember, type PingWheel } from './ping-wheel';
import { type NextSource, takeTurns } from './source-addresses';

export interface WebSocketLinkOptions {
  allow: HostRules;
  /** Milliseconds for name lookup, TCP, TLS and the upgrade together. Default: 30,000. */
  handshakeTimeoutMs?: number;
  /** The longest message taken from a CSMS, bytes. Default: 4 MiB, so that what is too large for a charger is refused by it. */
  maxFrameBytes?: number;
  /** Unseals passwords and keys. Default: they are not sealed. */
  vault?: Vault;
  /** What times the pings. Default: a wheel of the factory's own. */
  wheel?: PingWheel;
  /** Addresses of this machine that links come from, in turn. Default: the operating system's choice. */
  sourceAddresses?: readonly string[];
}

/** What all links of a factory share. */
interface Shared {
  allow: HostRules;
  handshakeTimeoutMs: number;
  maxFrameBytes: number;
  wheel: PingWheel;
  lookup: (port: number) => LookupFunction;
  contextOf: (parts?: TlsParts) => SecureContext;
  vault: Vault;
  freezer: Freezer;
  nextSource: NextSource;
}

/** Bytes that may wait for a peer that does not read. */
const maxBufferedBytes = 8 * 1024 * 1024;
/** Milliseconds that a close handshake may take before the socket is destroyed. */
const closeTimeoutMs = 2_000;

const notWebSocketUrl: LinkFailure = {
  kind: 'unreachable',
  detail: 'csms.url is not a ws:// or wss:// URL without a fragment',
};

/**
 * Makes links over real WebSockets. Every failure is told through `onDown`, always after `open` has returned. All links
 * are pinged by one timer (OCPP 1.6 §9.1 WebSocketPingInterval, OCPP-J 1.6 §5.3).
 */
export function createWebSocketLinks(options: WebSocketLinkOptions): LinkFactory {
  const shared: Shared = {
    allow: options.allow,
    handshakeTimeoutMs: options.handshakeTimeoutMs ?? 30_000,
    maxFrameBytes: options.maxFrameBytes ?? 4 * 1024 * 1024,
    wheel: options.wheel ?? createPingWheel(),
    lookup: lookupPerPort(options.allow),
    contextOf: createTlsContexts(),
    vault: options.vault ?? openVault,
    freezer: createFreezer(),
    nextSource: takeTurns(options.sourceAddresses ?? []),
  };
  return { open: (target, events) => new WebSocketLink(shared, target, events) };
}

/** One function per port, not per link. */
function lookupPerPort(allow: HostRules): (port: number) => LookupFunction {
  const make = createLookup(allow);
  const made = new Map<number, LookupFunction>();
  return (port) => {
    const lookup = made.get(port) ?? make(port);
    made.set(port, lookup);
    return lookup;
  };
}

/** A socket that knows its link, so that the listeners below serve all sockets. */
class LinkSocket extends WebSocket {
  readonly link: WebSocketLink;
  /** TLS has agreed on a version and a cipher suite. */
  agreed = false;
  constructor(link: WebSocketLink, url: URL, subprotocol: string, options: object) {
    super(url, subprotocol, options);
    this.link = link;
  }
  /** `on` for functions that take the socket as `this`. */
  listen<A extends unknown[]>(event: string, listener: (this: LinkSocket, ...args: A) => void): this {
    return this.on(event, listener as () => void);
  }
}

function dial(link: WebSocketLink, url: URL, target: LinkTarget): LinkSocket {
  const { shared } = link;
  const { subprotocol, trust, refusesTls } = target;
  const csms = unsealed(target.csms, shared.vault);
  const socket = new LinkSocket(link, url, subprotocol, {
    headers: authorization(csms),
    lookup: shared.lookup(portOf(url)),
    maxPayload: shared.maxFrameBytes,
    closeTimeout: closeTimeoutMs,
    // A compressor costs each link some 300 kB, and OCPP-J 1.6 §5.1 leaves compression open.
    perMessageDeflate: false,
    followRedirects: false,
    finishRequest: sendUpgrade,
    ...shared.nextSource(url.hostname),
    ...(url.protocol === 'wss:' && {
      ...verification(csms.tls, refusesTls),
      secureContext: shared.contextOf({ ...csms.tls, trust }),
    }),
  });
  socket.listen('upgrade', onUpgrade).listen('unexpected-response', onUnexpectedResponse).listen('open', onOpen);
  socket.listen('message', onMessage).listen('pong', onPong).listen('error', onError).listen('close', onClose);
  return socket;
}

/** The first secrets for a key log come as soon as both sides have agreed; they are not looked at. */
function sendUpgrade(request: ClientRequest, socket: LinkSocket): void {
  request.once('socket', (tcp) => {
    tcp.once('keylog', () => {
      socket.agreed = true;
    });
  });
  request.end();
}

function onUpgrade(this: LinkSocket, response: IncomingMessage): void {
  this.link.tcp = response.socket;
  const chosen = response.headers['sec-websocket-protocol'];
  const { subprotocol } = this.link;
  if (chosen !== subprotocol) this.link.fail(failureOfSubprotocol(subprotocol, chosen));
  else if (this.link.tellsRoot) this.link.root = rootFingerprint(response.socket as TLSSocket);
}

function onUnexpectedResponse(this: LinkSocket, _request: unknown, response: IncomingMessage): void {
  this.link.fail(failureOfStatus(response.statusCode ?? 0, response.statusMessage ?? ''));
}

function onOpen(this: LinkSocket): void {
  this.link.up();
}

function onMessage(this: LinkSocket, data: RawData, isBinary: boolean): void {
  // OCPP-J 1.6 §4.1.1: messages are JSON text.
  if (isBinary) this.link.hangUp(1003, 'the CSMS sent a binary frame, OCPP-J frames are text');
  else this.link.frame(data.toString());
}

function onPong(this: LinkSocket): void {
  this.link.pongMissing = false;
}

function onError(this: LinkSocket, error: Error & { code?: string }): void {
  this.link.over(
    this.link.state === 'opening'
      ? handshakeFailure(this, error)
      : failureOfBreak(error, this.link.shared.maxFrameBytes),
  );
}

function onClose(this: LinkSocket, code: number, reason: Buffer): void {
  this.link.over(failureOfClose(code, reason.toString()));
}

function handshakeFailure(socket: LinkSocket, error: Error): LinkFailure {
  const url = new URL(socket.url);
  return failureOfError(error, { host: url.host, secure: url.protocol === 'wss:', agreed: socket.agreed });
}

/** Why a target is not dialled at all. */
function refusal({ allow }: Shared, url: URL, csms: CsmsSettings): LinkFailure | undefined {
  const forbidden = checkUrl(allow, url);
  return forbidden === undefined ? profileFailure(url, csms) : { kind: 'forbiddenHost', detail: forbidden };
}

/** The URL is not repeated to whoever gave a bad one: it may hold a password. */
function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^wss?:$/.test(url.protocol) && url.hash === '' ? url : undefined;
}

/** A class for its memory: methods and listeners are shared, a link costs its fields alone. */
class WebSocketLink implements Link, PingMember {
  readonly shared: Shared;
  readonly subprotocol: string;
  readonly tellsRoot: boolean;
  /** Fingerprint of the root that the CSMS's certificate leads to. */
  root: string | undefined;
  state: 'opening' | 'up' | 'over' = 'opening';
  pingAt = 0;
  pongMissing = false;
  tcp: Socket | undefined;
  /** A network fault has struck: nothing gets through any more. */
  frozen = false;
  /** Gone once there is nothing to tell any more. */
  #events: LinkEvents | undefined;
  #socket: LinkSocket | undefined;
  #handshakeTimer: NodeJS.Timeout | undefined;
  #pingSeconds: number;

  constructor(shared: Shared, target: LinkTarget, events: LinkEvents) {
    this.shared = shared;
    this.subprotocol = target.subprotocol;
    this.tellsRoot = target.tellRoot === true && /^wss:/i.test(target.url);
    this.#events = events;
    this.#pingSeconds = target.pingIntervalSeconds ?? 0;
    this.#dial(target);
  }

  #dial(target: LinkTarget): void {
    const url = parseUrl(target.url);
    const refused = url === undefined ? notWebSocketUrl : refusal(this.shared, url, target.csms);
    if (refused !== undefined) this.fail(refused);
    else if (url !== undefined) this.#connect(url, target);
  }

  #connect(url: URL, target: LinkTarget): void {
    try {
      this.#socket = dial(this, url, target);
      this.#handshakeTimer = setTimeout(giveUp, this.shared.handshakeTimeoutMs, this, url.host);
    } catch (error) {
      this.fail(error instanceof VaultError ? failureOfVault(error) : failureOfTlsSettings(error as Error));
    }
  }

  up(): void {
    clearTimeout(this.#handshakeTimer);
    this.#handshakeTimer = undefined;
    this.state = 'up';
    this.shared.wheel.place(this, this.#pingSeconds);
    this.#events?.onUp(this.root);
  }

  frame(text: string): void {
    if (this.state === 'up' && !this.frozen) this.#events?.onFrame(text);
  }

  send(text: string): void {
    if (this.state !== 'up' || this.#socket === undefined || this.frozen) return;
    this.#socket.send(text);
    const waiting = this.#socket.bufferedAmount;
    if (waiting <= maxBufferedBytes) return;
    this.fail({
      kind: 'cut',
      detail: `the CSMS does not read: ${waiting} bytes waited to be sent, at most ${maxBufferedBytes} may`,
    });
  }

  close(): Promise<void> {
    this.#settle();
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED || this.frozen) return Promise.resolve();
    const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    socket.close(1000);
    return gone;
  }

  cut(): void {
    this.#settle();
    this.#destroy();
  }

  freeze(): void {
    if (this.state !== 'up' || this.frozen || this.#socket === undefined) return;
    this.frozen = true;
    this.#socket.pause();
    this.shared.freezer.keep(this.#socket);
  }

  break(text?: string): void {
    if (this.state !== 'up') return;
    if (text !== undefined && this.tcp && !this.frozen) this.tcp.write(halfFrame(text));
    // What has been written leaves before the connection ends.
    this.over({ kind: 'cut', detail: 'the connection broke: a network fault' });
    if (this.tcp && !this.frozen) this.tcp.destroySoon();
  }

  /** The peer of a frozen link hears nothing of its end. */
  #destroy(): void {
    if (!this.frozen) this.#socket?.terminate();
  }

  ping(intervalSeconds: number): void {
    if (intervalSeconds === this.#pingSeconds) return;
    this.#pingSeconds = intervalSeconds;
    this.pongMissing = false;
    if (this.state === 'up') this.shared.wheel.place(this, intervalSeconds);
  }

  pingDue(): number {
    if (this.pongMissing) {
      this.fail({
        kind: 'cut',
        detail: `no pong within ${this.#pingSeconds} s of a ping: the connection is half open`,
      });
      return 0;
    }
    this.pongMissing = true;
    if (!this.frozen) this.#socket?.ping();
    return this.#pingSeconds;
  }

  /** Ends the connection with a close frame because of what the CSMS did. */
  hangUp(code: number, why: string): void {
    this.over({ kind: 'closed', detail: `closed with ${code}: ${why}` });
    this.#socket?.close(code);
  }

  /** Ends the link and destroys its socket. */
  fail(failure: LinkFailure): void {
    this.over(failure);
    this.#destroy();
  }

  /** Ends the link whose socket is ending by itself; harmless when it has ended. */
  over(failure: LinkFailure): void {
    if (this.state === 'over') return;
    this.#end();
    process.nextTick(tell, this, failure);
  }

  tellDown({ kind, detail, fault }: LinkFailure): void {
    const events = this.#events;
    this.#events = undefined;
    events?.onDown(kind, detail, fault);
  }

  #end(): void {
    this.state = 'over';
    clearTimeout(this.#handshakeTimer);
    this.#handshakeTimer = undefined;
    this.shared.wheel.place(this, 0);
  }

  #settle(): void {
    this.#end();
    this.#events = undefined;
  }
}

/** Later, so that a caller of `open` or `send` is never called back from within. */
function tell(link: WebSocketLink, failure: LinkFailure): void {
  link.tellDown(failure);
}

function giveUp(link: WebSocketLink, host: string): void {
  const seconds = link.shared.handshakeTimeoutMs / 1000;
  link.fail({ kind: 'timeout', detail: `${host} did not complete the WebSocket handshake within ${seconds} s` });
}
