// A CSMS without sockets: a LinkFactory whose far end answers by a table, and tests that look at or break every connection.
import type { LinkDownKind } from '../../lib/charger/charger';
import type { Link, LinkEvents, LinkFactory, LinkTarget } from '../../lib/simulator/ports';
import { type Answer, defaultAnswers } from './scripted-answers';

export interface FakeConnection {
  identity: string;
  target: LinkTarget;
  state: 'opening' | 'up' | 'closed' | 'cut' | 'lost' | 'frozen';
  /** Text frames from the charger, in order. */
  sent: string[];
  pingSeconds: number[];
  /** The handshake succeeds. */
  accept(): void;
  /** One text frame from the CSMS. */
  say(text: string): void;
  /** One CALL from the CSMS. */
  call(messageId: string, action: string, payload: unknown): void;
  /** The connection is lost, or the handshake fails. */
  drop(reason: LinkDownKind, detail: string): void;
}

export interface FakeCsms {
  links: LinkFactory;
  connections: FakeConnection[];
  /** Those that are open or opening. */
  live(): FakeConnection[];
  /** The one live connection of a charger. */
  of(identity: string): FakeConnection;
  /** CALLs received, over all connections: `identity action`. */
  calls: { identity: string; action: string; messageId: string; payload: Record<string, unknown> }[];
  actions(identity?: string): string[];
  answers: Record<string, Answer | 'silence'>;
  /** Connections open by themselves. */
  accepts: boolean;
  /** What a polite close waits for before the socket is gone. */
  closing: () => Promise<void>;
  /** Called on everything that happens on the wire, before it does: `open`, `send StartTransaction`, `close`, `cut`. */
  onWire: (what: string, identity: string) => void;
}

export function createFakeCsms(now: () => number): FakeCsms {
  const connections: FakeConnection[] = [];
  const csms: FakeCsms = {
    links: { open: (target, events) => open(csms, target, events) },
    connections,
    live: () => connections.filter(({ state }) => state === 'opening' || state === 'up'),
    of(identity) {
      const found = csms.live().filter((connection) => connection.identity === identity);
      const [first] = found;
      if (!first || found.length > 1) throw new Error(`${found.length} live connections of ${identity}`);
      return first;
    },
    calls: [],
    actions: (identity) =>
      csms.calls.filter((call) => identity === undefined || call.identity === identity).map(({ action }) => action),
    answers: defaultAnswers(now),
    accepts: true,
    closing: () => Promise.resolve(),
    onWire: () => {},
  };
  return csms;
}

function open(csms: FakeCsms, target: LinkTarget, events: LinkEvents): Link {
  const identity = decodeURIComponent(target.url.slice(target.url.lastIndexOf('/') + 1));
  const connection: FakeConnection = {
    identity,
    target,
    state: 'opening',
    sent: [],
    pingSeconds: [],
    accept() {
      connection.state = 'up';
      events.onUp();
    },
    say(text) {
      if (connection.state === 'up') events.onFrame(text);
    },
    call: (messageId, action, payload) => connection.say(JSON.stringify([2, messageId, action, payload])),
    drop(reason, detail) {
      connection.state = 'lost';
      events.onDown(reason, detail);
    },
  };
  csms.connections.push(connection);
  csms.onWire('open', identity);
  if (csms.accepts) queueMicrotask(() => connection.state === 'opening' && connection.accept());
  return linkOf(csms, connection);
}

function linkOf(csms: FakeCsms, connection: FakeConnection): Link {
  const end = (state: 'closed' | 'cut') => {
    if (connection.state === 'up' || connection.state === 'opening') connection.state = state;
  };
  return {
    send(text) {
      if (connection.state !== 'up') return;
      const frame = JSON.parse(text) as unknown[];
      csms.onWire(`send ${frame[0] === 2 ? frame[2] : 'answer'}`, connection.identity);
      connection.sent.push(text);
      if (frame[0] === 2) void react(csms, connection, frame);
    },
    async close() {
      csms.onWire('close', connection.identity);
      end('closed');
      await csms.closing();
    },
    cut() {
      csms.onWire('cut', connection.identity);
      end('cut');
    },
    freeze() {
      csms.onWire('freeze', connection.identity);
      connection.state = 'frozen';
    },
    break() {
      csms.onWire('break', connection.identity);
      queueMicrotask(() => connection.drop('cut', 'broken'));
    },
    ping: (seconds) => void connection.pingSeconds.push(seconds),
  };
}

async function react(csms: FakeCsms, connection: FakeConnection, frame: unknown[]): Promise<void> {
  const [, messageId, action, payload] = frame as [2, string, string, Record<string, unknown>];
  const call = { identity: connection.identity, action, messageId, payload };
  csms.calls.push(call);
  const answer = csms.answers[action];
  if (answer === 'silence') return;
  if (answer === undefined) {
    await Promise.resolve();
    connection.say(JSON.stringify([4, messageId, 'NotImplemented', '', {}]));
    return;
  }
  const result = await (typeof answer === 'function' ? answer(call) : answer);
  connection.say(JSON.stringify([3, messageId, result]));
}
