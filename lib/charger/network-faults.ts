// What a bad network does to frames between the charger and its CSMS, when a tester asks for it: seeded, repeatable, part of the
// document. The charger itself knows nothing of it. What only a socket can do (freeze, tear a frame) is asked of the host.
import { decode } from '../ocpp/frame';
import type { Charger } from './charger';
import { type Context, note, record } from './context';
import { receive } from './incoming';
import { encodeWithId, randomText } from './mangled-frames';
import { nextRandom } from './random';
import { arm, disarm } from './timers';

export const networkFaultKinds = [
  'latency', // delayed; what follows waits behind it, as on any TCP connection
  'drop', // lost
  'duplicate', // arrives twice
  'reorder', // overtaken by the next one
  'truncate', // arrives without its end
  'corrupt', // arrives with a few characters changed
  'wrongMessageId', // arrives under another message id
  'lateAnswer', // an answer that comes after the patience of whoever waits for it
  'halfOpen', // from here on every byte vanishes, both ways, and nobody is told
  'cutMidFrame', // the connection breaks in the middle of the frame
  'refuseTls', // the charger refuses the TLS handshake of the CSMS
] as const;
export type NetworkFaultKind = (typeof networkFaultKinds)[number];

export type Direction = 'sent' | 'received';

/** One thing that the network does. Applies to every frame that fits, in the order of the list. */
export interface NetworkFault {
  kind: NetworkFaultKind;
  /** As the charger sees it. Absent: both. */
  direction?: Direction;
  /** Only frames of this action: its CALL and the answers to it. */
  action?: string;
  /** 0 to 1; default 1. */
  probability?: number;
  /** Leaves so many fitting frames alone first. */
  skip?: number;
  /** Happens so often at most. */
  times?: number;
  /** Milliseconds, for what delays. */
  delayMs?: number;
  /** Milliseconds more, at most, by the dice. */
  jitterMs?: number;
}

interface CountedFault extends NetworkFault {
  /** Frames that fitted. */
  seen?: number;
  /** Frames that it happened to. */
  done?: number;
}

interface DelayedFrame {
  at: number;
  direction: Direction;
  text: string;
  durable?: true;
  /** The next frame of its direction overtakes it. */
  overtaken?: true;
  /** It is late by itself: nothing waits behind it. */
  alone?: true;
  /** What happened to it, for the log. */
  happened?: NetworkFaultKind[];
}

export interface NetworkFaults {
  seed: number;
  /** State of the network's own dice. */
  random: number;
  faults: CountedFault[];
  /** On the way. */
  delayed?: DelayedFrame[];
  /** The dial under way is to fail in TLS. */
  refusesTls?: true;
}

/**
 * Kinds after which one side does not know what the other said, or when: for the rest of the connection, what looks like a broken rule
 * of the CSMS may be their doing.
 */
const mangling: ReadonlySet<NetworkFaultKind> = new Set([
  'drop',
  'duplicate',
  'reorder',
  'truncate',
  'corrupt',
  'wrongMessageId',
]);

const defaultDelayMs: Partial<Record<NetworkFaultKind, number>> = {
  latency: 500,
  reorder: 1_000,
  // Longer than a charger, and most CSMSs, wait.
  lateAnswer: 35_000,
};

/** Kinds that take `delayMs` and `jitterMs`. */
export const delayingKinds = Object.keys(defaultDelayMs);

/** Frames, and characters of them, on the way at most: they are in the document. */
const delayedMost = 100;
const delayedTextMost = 256 * 1024;

/** Puts faults in place of those there were; none: the network is good again, and what was on the way arrives at once. */
export function setNetworkFaults(context: Context, faults: NetworkFault[], seed: number): void {
  const { charger } = context;
  const delayed = charger.networkFaults?.delayed ?? [];
  delete charger.networkFaults;
  if (faults.length > 0)
    charger.networkFaults = { seed, random: seed | 0, faults: faults.map((fault) => ({ ...fault })) };
  disarm(charger, 'network');
  for (const frame of delayed) deliver(context, frame);
  context.save = true;
}

/** What befalls one frame, collected over all faults. */
interface Fate {
  texts: string[];
  delayMs: number;
  overtaken: boolean;
  alone: boolean;
  /** Names of what happened, for people. */
  happened: NetworkFaultKind[];
  end?: 'halfOpen' | 'cutMidFrame';
}

/** Sends a frame over the bad network. Returns what happened to it. */
export function sendBadly(context: Context, text: string, durable: boolean, action: string): NetworkFaultKind[] {
  return pass(context, { direction: 'sent', text, ...(durable ? { durable } : {}) }, action);
}

/** A frame comes in over the bad network. */
export function receiveBadly(context: Context, text: string): void {
  pass(context, { direction: 'received', text }, actionOf(context.charger, text));
}

/** An answer has the action of the call it answers. */
function actionOf(charger: Charger, text: string): string {
  const frame = decode(text);
  if (frame.kind === 'call') return frame.action;
  return charger.calls.inFlight?.messageId === frame.messageId ? (charger.calls.inFlight?.action ?? '') : '';
}

function pass(context: Context, frame: Omit<DelayedFrame, 'at'>, action: string): NetworkFaultKind[] {
  const state = context.charger.networkFaults;
  if (!state) return [];
  const fate = fateOf(state, frame, action);
  if (fate.happened.length > 0) {
    context.save = true;
    if (fate.happened.some((kind) => mangling.has(kind))) context.charger.link.mangled = true;
    note(context, 'info', `network fault: ${frame.direction} ${action || 'frame'}: ${fate.happened.join(', ')}`);
  }
  if (fate.texts.length === 0 && frame.direction === 'received') logLost(context, frame.text, action, fate.happened);
  if (fate.end) endBadly(context, frame, fate.end);
  else for (const text of fate.texts) send(context, state, { ...frame, text }, fate);
  return fate.happened;
}

function fateOf(state: NetworkFaults, frame: Omit<DelayedFrame, 'at'>, action: string): Fate {
  const fate: Fate = { texts: [frame.text], delayMs: 0, overtaken: false, alone: false, happened: [] };
  for (const fault of state.faults) {
    if (!strikes(state, fault, frame, action)) continue;
    fate.happened.push(fault.kind);
    effects[fault.kind](fate, state, fault);
    if (fate.end || fate.texts.length === 0) break;
  }
  return fate;
}

function strikes(state: NetworkFaults, fault: CountedFault, frame: Omit<DelayedFrame, 'at'>, action: string): boolean {
  if (fault.kind === 'refuseTls') return false;
  if (fault.direction !== undefined && fault.direction !== frame.direction) return false;
  if (fault.action !== undefined && fault.action !== action) return false;
  if (fault.kind === 'lateAnswer' && !isAnswer(frame.text)) return false;
  return happens(state, fault);
}

const isAnswer = (text: string) => /^\s*\[\s*[34]\s*,/.test(text);

/** Counts the occasion; whether it is used. */
function happens(state: NetworkFaults, fault: CountedFault): boolean {
  fault.seen = (fault.seen ?? 0) + 1;
  if (fault.seen <= (fault.skip ?? 0) || (fault.done ?? 0) >= (fault.times ?? Number.POSITIVE_INFINITY)) return false;
  if (fault.probability !== undefined && nextRandom(state) >= fault.probability) return false;
  fault.done = (fault.done ?? 0) + 1;
  return true;
}

type Effect = (fate: Fate, state: NetworkFaults, fault: CountedFault) => void;

function delay(fate: Fate, state: NetworkFaults, { kind, delayMs, jitterMs }: CountedFault): void {
  const jitter = jitterMs ? Math.round(nextRandom(state) * jitterMs) : 0;
  fate.delayMs += (delayMs ?? defaultDelayMs[kind] ?? 0) + jitter;
}

const changed = (change: (text: string, state: NetworkFaults) => string): Effect => {
  return (fate, state) => {
    fate.texts = fate.texts.map((text) => change(text, state));
  };
};

const effects: Record<NetworkFaultKind, Effect> = {
  latency: delay,
  lateAnswer(fate, state, fault) {
    fate.alone = true;
    delay(fate, state, fault);
  },
  reorder(fate, state, fault) {
    fate.overtaken = true;
    delay(fate, state, fault);
  },
  drop(fate) {
    fate.texts = [];
  },
  duplicate(fate) {
    fate.texts = fate.texts.flatMap((text) => [text, text]);
  },
  truncate: changed((text, state) => text.slice(0, 1 + Math.floor(nextRandom(state) * (text.length - 1)))),
  corrupt: changed((text, state) => randomText(text, () => nextRandom(state))),
  wrongMessageId: changed((text, state) => encodeWithId(text, `wrong-${Math.floor(nextRandom(state) * 1e9)}`)),
  halfOpen(fate) {
    fate.end = 'halfOpen';
  },
  cutMidFrame(fate) {
    fate.end = 'cutMidFrame';
  },
  refuseTls() {},
};

/** What the CSMS has sent and the charger never gets is in the log all the same. */
function logLost(context: Context, text: string, action: string, networkFaults: NetworkFaultKind[]): void {
  const frame = decode(text);
  const shown = frame.kind === 'malformed' ? {} : { messageId: frame.messageId };
  record(context, {
    kind: 'frame',
    frame: {
      at: context.wall,
      direction: 'received',
      type: frame.kind === 'malformed' ? 'invalid' : frame.kind,
      action,
      messageId: '',
      ...shown,
      payload: frame.kind === 'call' || frame.kind === 'result' ? context.dialect.mask(action, frame.payload) : {},
      networkFaults,
    },
  });
}

function endBadly(
  context: Context,
  { direction, text }: Omit<DelayedFrame, 'at'>,
  end: 'halfOpen' | 'cutMidFrame',
): void {
  if (end === 'halfOpen') context.effects.push({ kind: 'freezeLink' });
  else context.effects.push({ kind: 'breakLink', ...(direction === 'sent' ? { text } : {}) });
}

/** Puts the frame on its way: now, or behind what is delayed already. */
function send(context: Context, state: NetworkFaults, frame: Omit<DelayedFrame, 'at'>, fate: Fate): void {
  const { charger, wall } = context;
  const ahead = (state.delayed ?? []).filter((other) => other.direction === frame.direction);
  const before = fate.alone ? [] : ahead.filter((other) => !other.overtaken && !other.alone);
  const at = Math.max(wall + fate.delayMs, before.at(-1)?.at ?? wall);
  if (at <= wall) {
    deliver(context, { ...frame, at, happened: fate.happened });
    // Whoever was to be overtaken has been.
    for (const other of ahead) if (other.overtaken) other.at = wall;
  } else if (hasRoom(state, frame)) {
    state.delayed ??= [];
    state.delayed.push({
      ...frame,
      at,
      happened: fate.happened,
      ...(fate.overtaken ? { overtaken: true } : {}),
      ...(fate.alone ? { alone: true } : {}),
    });
  } else {
    note(context, 'warn', `network fault: ${frame.direction} frame dropped: too many are on the way`);
  }
  armNext(charger);
}

function hasRoom({ delayed = [] }: NetworkFaults, { text }: Omit<DelayedFrame, 'at'>): boolean {
  const characters = delayed.reduce((sum, frame) => sum + frame.text.length, text.length);
  return delayed.length < delayedMost && characters <= delayedTextMost;
}

function deliver(context: Context, { direction, text, durable, happened = [] }: DelayedFrame): void {
  if (direction === 'received') {
    if (happened.length > 0) context.struck = happened;
    receive(context, text);
    delete context.struck;
  } else context.effects.push({ kind: 'send', text, durable: durable === true });
}

function armNext(charger: Charger): void {
  const times = charger.networkFaults?.delayed?.map(({ at }) => at) ?? [];
  if (times.length === 0) disarm(charger, 'network');
  else arm(charger, 'network', Math.min(...times));
}

/** Timer `network`: frames arrive whose delay is over. */
export function delayedDue(context: Context): void {
  const state = context.charger.networkFaults;
  if (!state?.delayed) return;
  const due = state.delayed.filter(({ at }) => at <= context.wall).sort((one, other) => one.at - other.at);
  const left = state.delayed.filter((frame) => !due.includes(frame));
  if (left.length > 0) state.delayed = left;
  else delete state.delayed;
  armNext(context.charger);
  for (const frame of due) deliver(context, frame);
}

/** The connection is gone, and with it whatever was on the way. */
export function loseDelayed(charger: Charger): void {
  if (!charger.networkFaults?.delayed) return;
  delete charger.networkFaults.delayed;
  disarm(charger, 'network');
}

/** Something is on the way: the link is needed until it has arrived. */
export function hasDelayed(charger: Charger): boolean {
  return charger.networkFaults?.delayed !== undefined;
}

/** Decides, before the charger dials, whether this handshake is to be refused. */
export function decideDial(context: Context): void {
  const state = context.charger.networkFaults;
  if (!state) return;
  delete state.refusesTls;
  for (const fault of state.faults) {
    if (fault.kind === 'refuseTls' && happens(state, fault)) state.refusesTls = true;
  }
  if (state.refusesTls) note(context, 'info', 'network fault: refuseTls');
}

/** As people see it. */
export function viewNetworkFaults({ seed, faults, delayed }: NetworkFaults): Record<string, unknown> {
  return {
    seed,
    faults: faults.map(({ seen = 0, done = 0, ...fault }) => ({ ...fault, seen, done })),
    onTheWay: delayed?.length ?? 0,
  };
}
