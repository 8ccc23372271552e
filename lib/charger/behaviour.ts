// How a charger behaves otherwise than a real one would, because a tester wants it to: the rules, as part of the document, and
// which of them applies. What a rule does to answers is in bent-answers.ts, to calls in bent-calls.ts. Nothing is stored without rules.
import { answerWaiting } from './bent-answers';
import type { MeterBend, SetMeterBend } from './bent-meter';
import type { Charger } from './charger';
import { contains } from './contains';
import { type Context, refuse } from './context';
import type { FailureRule } from './failures';
import type { OwedAnswer } from './owed-answers';
import { setSpeed } from './pace';
import { bytesOf } from './queue-budget';

/** For which messages a rule is; the first of the list that fits one and is not used up applies to it. */
export interface Occasion {
  /** Absent: every action. */
  action?: string;
  /** Only messages whose payload contains this. */
  match?: Record<string, unknown>;
  /** Leaves so many of them as usual first. */
  skip?: number;
  /** Applies so often at most. */
  times?: number;
}

/** What becomes of the answer to a CSMS call. With none of these it is answered as usual. */
export interface AnswerBend {
  /** Milliseconds until the call is taken up, and then answered. */
  delayMs?: number;
  /** The answer has this status, and no other field of its own. */
  status?: string;
  /** Answered with a CALLERROR. */
  callError?: { code: string; description?: string; details?: Record<string, unknown> };
  noAnswer?: true;
  /** Put into the answer, by path; null: taken out. */
  fields?: Record<string, unknown>;
  /** Whether the charger does what the CSMS wants. Default: only when it answers as usual. */
  carriesOut?: boolean;
}

/** What becomes of a call of the charger when it is sent. */
export interface CallBend {
  /** Put into the payload, by path; null: taken out. Nothing checks the result. */
  fields?: Record<string, unknown>;
  /** The payload of a DataTransfer that follows. */
  dataTransfer?: Record<string, unknown>;
}

export type IncomingRule = Occasion & AnswerBend;
export type OutgoingRule = Occasion & CallBend;

export interface Counted {
  /** Messages that fitted while no earlier rule applied. */
  seen?: number;
  /** Messages that it applied to. */
  done?: number;
}

/** A CSMS call that a rule lets wait. */
export interface WaitingCall extends OwedAnswer {
  /** When it is taken up, epoch milliseconds. */
  at: number;
  bend: AnswerBend;
}

/** What a tester wishes. */
export interface BehaviourWish {
  incoming?: IncomingRule[];
  outgoing?: OutgoingRule[];
  meter?: MeterBend[];
  failures?: FailureRule[];
  clock?: {
    /** Seconds by which the clock is ahead of what it would be; negative: behind. */
    skewSeconds?: number;
    /** How many times faster than real its time runs (see pace.ts). */
    speed?: number;
  };
}

export interface Behaviour {
  incoming?: (IncomingRule & Counted)[];
  outgoing?: (OutgoingRule & Counted)[];
  meter?: SetMeterBend[];
  failures?: (FailureRule & Counted)[];
  skewMs?: number;
  /** Calls that are taken up later, oldest first. */
  waiting?: WaitingCall[];
}

/** Rules are part of the document, which has to stay small. */
const rulesBytesMost = 8 * 1024;

/** Puts a behaviour in place of the one there was; without any the charger is exact again, and calls that waited are answered. */
export function setBehaviour(context: Context, wish: BehaviourWish): void {
  const { charger, now, wall } = context;
  requireRoom(wish);
  requireMeasurands(context, wish.meter ?? []);
  requireDirections(context, wish);
  answerWaiting(context);
  const before = charger.behaviour?.skewMs;
  const behaviour = stored(wish, now);
  if (Object.keys(behaviour).length > 0) charger.behaviour = behaviour;
  else delete charger.behaviour;
  setSpeed(charger, wish.clock?.speed ?? 1, wall);
  if (behaviour.skewMs !== before) context.dialect.clockChanged(context);
  context.save = true;
}

function stored(wish: BehaviourWish, now: number): Behaviour {
  const { incoming = [], outgoing = [], meter = [], failures = [], clock = {} } = wish;
  const since = ({ driftPerHour }: MeterBend) => (driftPerHour === undefined ? {} : { since: now });
  return {
    ...(incoming.length > 0 ? { incoming: incoming.map((rule) => ({ ...rule })) } : {}),
    ...(outgoing.length > 0 ? { outgoing: outgoing.map((rule) => ({ ...rule })) } : {}),
    ...(meter.length > 0 ? { meter: meter.map((bend) => ({ ...bend, ...since(bend) })) } : {}),
    ...(failures.length > 0 ? { failures: failures.map((rule) => ({ ...rule })) } : {}),
    ...(clock.skewSeconds ? { skewMs: clock.skewSeconds * 1000 } : {}),
  };
}

/** @throws CommandRefused (badInput) */
function requireMeasurands({ charger, dialect }: Context, bends: MeterBend[]): void {
  const errors = bends.flatMap(({ measurand }, at) => {
    const message = `${measurand} is no measurand that this charger of ${charger.protocol} samples`;
    return dialect.isMeasurand(measurand) ? [] : [{ path: `meter.${at}.measurand`, message }];
  });
  if (errors.length > 0) refuse('badInput', errors.map(({ message }) => message).join('; '), { errors });
}

/** A rule for messages that go the other way would never apply. @throws CommandRefused (badInput) */
function requireDirections({ charger, dialect }: Context, { incoming = [], outgoing = [] }: BehaviourWish): void {
  const fromOf = (action: string) =>
    Object.hasOwn(dialect.messages, action) ? dialect.messages[action]?.from : 'none';
  const errors = [
    // A CSMS may well send actions that there are not.
    ...wrongWay(incoming, 'incoming', (action) => fromOf(action) === 'charger', 'is sent by chargers, not to them'),
    ...wrongWay(outgoing, 'outgoing', (action) => fromOf(action) === 'csms', 'is sent to chargers, not by them'),
    ...wrongWay(outgoing, 'outgoing', (action) => fromOf(action) === 'none', `is no action of ${charger.protocol}`),
    ...wrongWay(
      incoming.map(({ status, action }) => (status === undefined || action === undefined ? {} : { action })),
      'incoming',
      (action) => fromOf(action) !== 'none' && !hasStatus(dialect.messages[action]?.response),
      'is answered without a status: use fields',
    ),
  ];
  if (errors.length > 0) refuse('badInput', errors.map(({ message }) => message).join('; '), { errors });
}

/** Whether a response has a status of its own. */
function hasStatus(response: unknown): boolean {
  const shape = (response as { shape?: Record<string, unknown> } | undefined)?.shape;
  return shape !== undefined && 'status' in shape;
}

function wrongWay(rules: Occasion[], list: string, isWrong: (action: string) => boolean, words: string) {
  return rules.flatMap(({ action }, at) =>
    action !== undefined && isWrong(action) ? [{ path: `${list}.${at}.action`, message: `${action} ${words}` }] : [],
  );
}

/** @throws CommandRefused (badInput) */
function requireRoom(rules: BehaviourWish): void {
  const bytes = bytesOf(rules);
  if (bytes <= rulesBytesMost) return;
  const message = `all rules together must not be larger than ${rulesBytesMost} bytes as JSON; they have ${bytes}`;
  refuse('badInput', message, { errors: [{ path: '', message }] });
}

/** The first rule that applies to a message, counted; `undefined`: as usual. */
export function ruleFor<R extends Occasion & Counted>(
  context: Context,
  rules: R[] | undefined,
  action: string,
  payload: unknown,
) {
  for (const rule of rules ?? []) {
    if (rule.action !== undefined && rule.action !== action) continue;
    if (rule.match !== undefined && !contains(payload, rule.match)) continue;
    if (applies(context, rule)) return rule;
  }
  return undefined;
}

/** Whether a rule that fits applies this time, counted. */
export function applies(context: Context, rule: Pick<Occasion, 'skip' | 'times'> & Counted): boolean {
  if ((rule.done ?? 0) >= (rule.times ?? Number.POSITIVE_INFINITY)) return false;
  rule.seen = (rule.seen ?? 0) + 1;
  context.save = true;
  if (rule.seen <= (rule.skip ?? 0)) return false;
  rule.done = (rule.done ?? 0) + 1;
  return true;
}

/** As people see it, as part of a view; nothing where the charger is exact. */
export function showBehaviour(charger: Charger): { behaviour?: Record<string, unknown> } {
  const behaviour = viewBehaviour(charger);
  return Object.keys(behaviour).length > 0 ? { behaviour } : {};
}

function viewBehaviour(charger: Charger): Record<string, unknown> {
  const { incoming, outgoing, meter, failures, waiting } = charger.behaviour ?? {};
  const clock = viewClock(charger);
  return {
    ...(incoming ? { incoming: incoming.map(viewRule) } : {}),
    ...(outgoing ? { outgoing: outgoing.map(viewRule) } : {}),
    ...(meter ? { meter: meter.map(({ since: _, ...bend }) => bend) } : {}),
    ...(failures ? { failures: failures.map(viewRule) } : {}),
    ...(Object.keys(clock).length > 0 ? { clock } : {}),
    ...(waiting ? { waitingCalls: waiting.length } : {}),
  };
}

function viewClock({ behaviour, pace }: Charger): Record<string, unknown> {
  return {
    ...(behaviour?.skewMs === undefined ? {} : { skewSeconds: behaviour.skewMs / 1000 }),
    ...(pace && pace.speed !== 1 ? { speed: pace.speed } : {}),
  };
}

const viewRule = <R extends Counted>({ seen = 0, done = 0, ...rule }: R) => ({ ...rule, seen, done });
