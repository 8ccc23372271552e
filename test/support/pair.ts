// A charger and a scripted CSMS joined by a fake link on a virtual clock. No sockets, no sleeps. After every step the
// document goes through JSON, so that every test proves that it survives.
import type { Charger } from '../../lib/charger/charger';
import type { Command, Outcome } from '../../lib/charger/command';
import { buildCharger, type NewCharger } from '../../lib/charger/create';
import type { ChargerEvent, Effect, LoggedFrame } from '../../lib/charger/effect';
import type { Input } from '../../lib/charger/input';
import { needsLink } from '../../lib/charger/link';
import { nextDeadline, step } from '../../lib/charger/step';

export interface SeenCall {
  at: number;
  messageId: string;
  action: string;
  payload: Record<string, unknown>;
}

type Answer = Record<string, unknown> | 'silent' | { callError: string } | { raw: string };
type Responder = (payload: Record<string, unknown>, call: SeenCall) => Answer;

type LinkDown = Extract<Input, { kind: 'linkDown' }>;

/** 2026-01-05 08:00:00 UTC, a Monday. */
export const start = Date.UTC(2026, 0, 5, 8, 0, 0);

export interface PairOptions extends Partial<NewCharger> {
  /** Answers per action, instead of the friendly defaults. */
  answers?: Record<string, Responder | Answer>;
  /** A CSMS that does not answer the telephone. */
  unreachable?: boolean;
}

/** Creates the two; a persistent charger by default, not yet connected: the first `settle` or command makes it. */
export function createPair(options: PairOptions = {}) {
  const { answers = {}, unreachable = false, ...spec } = options;
  let now = start;
  let charger = buildCharger(
    {
      id: 'CP-1',
      protocol: 'ocpp1.6',
      csms: { url: 'ws://csms.test/ocpp' },
      connection: 'persistent',
      ...spec,
    },
    now,
  );
  let nextTransactionId = 100;
  let connections = 0;
  let commands = 0;
  let frozen = false;
  let calls = 0;
  const inbox: Input[] = [];
  const seen: SeenCall[] = [];
  const events: ChargerEvent[] = [];
  const effects: Effect[] = [];
  const outcomes: Record<string, Outcome> = {};
  const replies: Record<string, unknown[]> = {};
  const csms = {
    unreachable,
    answers: { ...answers } as Record<string, Responder | Answer>,
    /** Why it does not take a connection of the charger as it is now; `undefined`: it does. */
    refuses: (_charger: Charger): Omit<LinkDown, 'kind'> | undefined => undefined,
  };

  const defaults: Record<string, Responder> = {
    BootNotification: () => ({ status: 'Accepted', currentTime: new Date(now).toISOString(), interval: 300 }),
    Heartbeat: () => ({ currentTime: new Date(now).toISOString() }),
    Authorize: () => ({ idTagInfo: { status: 'Accepted' } }),
    StartTransaction: () => ({ idTagInfo: { status: 'Accepted' }, transactionId: ++nextTransactionId }),
    StopTransaction: ({ idTag }) => (idTag === undefined ? {} : { idTagInfo: { status: 'Accepted' } }),
    DataTransfer: () => ({ status: 'Accepted' }),
  };

  function take(input: Input): void {
    const produced = step(charger, input, now);
    charger = JSON.parse(JSON.stringify(charger)) as Charger;
    for (const effect of produced) perform(effect);
  }

  function perform(effect: Effect): void {
    effects.push(effect);
    if (effect.kind === 'record') events.push(effect.event);
    if (effect.kind === 'settle') outcomes[effect.id] = effect.outcome;
    if (effect.kind === 'openLink') inbox.push(dial());
    if (effect.kind === 'send' && !frozen) deliver(effect.text);
    if (effect.kind === 'freezeLink') frozen = true;
    if (effect.kind === 'breakLink') inbox.push({ kind: 'linkDown', reason: 'cut', detail: 'broken' });
  }

  function dial(): Input {
    if (csms.unreachable) return { kind: 'linkDown', reason: 'unreachable', detail: 'connection refused' };
    const refusal = csms.refuses(charger);
    if (refusal) return { kind: 'linkDown', ...refusal };
    connections += 1;
    frozen = false;
    return { kind: 'linkUp', nonce: `n${connections}` };
  }

  function deliver(text: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (!Array.isArray(frame)) return;
    const [type, messageId] = frame as [number, string];
    if (type !== 2) {
      replies[messageId] = frame;
      return;
    }
    const call = { at: now, messageId, action: frame[2] as string, payload: frame[3] as Record<string, unknown> };
    seen.push(call);
    const answer = answerTo(call);
    if (answer === 'silent') return;
    inbox.push({ kind: 'frame', text: encode(messageId, answer) });
  }

  function answerTo(call: SeenCall): Answer {
    const scripted = csms.answers[call.action];
    if (typeof scripted === 'function') return scripted(call.payload, call);
    return scripted ?? defaults[call.action]?.(call.payload, call) ?? {};
  }

  function encode(messageId: string, answer: Exclude<Answer, 'silent'>): string {
    if ('raw' in answer && typeof answer.raw === 'string') return answer.raw;
    if ('callError' in answer) return JSON.stringify([4, messageId, answer.callError, '', {}]);
    return JSON.stringify([3, messageId, answer]);
  }

  /** Lets everything that is under way at this moment happen. */
  function settle(): void {
    for (let input = inbox.shift(); input; input = inbox.shift()) take(input);
    // The host of an on-demand charger closes the socket once there is no reason for it.
    const idle = charger.connection === 'onDemand' && charger.link.state === 'up' && !needsLink(charger, now);
    if (idle && Object.keys(charger.commands).length === 0)
      take({ kind: 'linkDown', reason: 'released', detail: 'idle' });
    if (inbox.length > 0) settle();
  }

  function input(given: Input): void {
    take(given);
    settle();
  }

  /** Gives a command; returns its outcome, or undefined while it is under way. */
  function command(given: Command, timeoutMs = 30_000): Outcome | undefined {
    const id = begin(given, timeoutMs);
    return outcomes[id];
  }

  function begin(given: Command, timeoutMs = 30_000): string {
    const id = `cmd-${++commands}`;
    input({ kind: 'command', id, command: given, timeoutMs });
    return id;
  }

  /** Moves the clock, waking the charger at each of its deadlines. */
  function advance(ms: number): void {
    const until = now + ms;
    for (let due = nextDeadline(charger); due !== undefined && due <= until; due = nextDeadline(charger)) {
      now = Math.max(now, due);
      input({ kind: 'wake' });
    }
    now = until;
  }

  /** The clock moves while nobody wakes the charger. */
  function sleep(ms: number): void {
    now += ms;
  }

  /** A CSMS-initiated CALL; the answer: `[3, id, payload]` or `[4, id, code, …]`, undefined without one. */
  function call(action: string, payload: unknown): unknown[] | undefined {
    const messageId = `csms-${++calls}`;
    input({ kind: 'frame', text: JSON.stringify([2, messageId, action, payload]) });
    return replies[messageId];
  }

  return {
    get charger() {
      return charger;
    },
    get now() {
      return now;
    },
    get connections() {
      return connections;
    },
    csms,
    seen,
    events,
    effects,
    outcomes,
    replies,
    input,
    settle,
    command,
    begin,
    advance,
    sleep,
    call,
    /** Payload of the response to a CSMS-initiated CALL. */
    ask: (action: string, payload: unknown) => call(action, payload)?.[2] as Record<string, unknown> | undefined,
    /** Calls of the charger, of one action or all. */
    calls: (action?: string) => seen.filter((one) => action === undefined || one.action === action),
    actions: () => seen.map((one) => one.action),
    /** Status notifications of a connector, as `status` or `status/errorCode`. */
    statuses: (connectorId: number) =>
      seen
        .filter((one) => one.action === 'StatusNotification' && one.payload.connectorId === connectorId)
        .map((one) =>
          one.payload.errorCode === 'NoError' ? one.payload.status : `${one.payload.status}/${one.payload.errorCode}`,
        ),
    frames: (): LoggedFrame[] => events.flatMap((event) => (event.kind === 'frame' ? [event.frame] : [])),
    /** Rules of the specification that the charger found broken, in order. */
    violations: () => events.flatMap((event) => (event.kind === 'violation' ? [event.rule] : [])),
    /** The document as JSON, without what it remembers of frames alone: to tell whether a message changed anything. */
    document: () => {
      const {
        violations: _,
        link: { heardIds: __, ...link },
        ...rest
      } = charger;
      return JSON.stringify({ ...rest, link });
    },
    notes: () => events.flatMap((event) => (event.kind === 'note' ? [event.text] : [])),
    /** Cuts the connection as a network failure would. */
    cut: () => input({ kind: 'linkDown', reason: 'cut', detail: 'connection reset' }),
    /** Forgets what was seen so far. */
    clear: () => {
      seen.length = 0;
      events.length = 0;
      effects.length = 0;
    },
  };
}

export type Pair = ReturnType<typeof createPair>;

/** A pair whose charger has booted and told its statuses; what it sent meanwhile is forgotten. */
export function bootedPair(options: PairOptions = {}): Pair {
  const pair = createPair(options);
  pair.command({ kind: 'connect' });
  pair.clear();
  return pair;
}
