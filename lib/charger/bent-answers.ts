// What a tester's rules make of answers to CSMS calls: later, other ones, CALLERRORs, none. A call that waits is part of the document:
// it outlives the process and the connection it came over, and is taken up on the connection there is when its time has come.
import { type AnswerBend, ruleFor, type WaitingCall } from './behaviour';
import type { Charger } from './charger';
import { type Context, note } from './context';
import { answerCall, carryOut, isRejected, refuseCall, respond } from './incoming';
import type { OwedAnswer as CsmsCall } from './owed-answers';
import { heard } from './pending';
import { bytesOf } from './queue-budget';
import { arm, disarm } from './timers';

/** Calls, and bytes of them, that wait at most. */
const waitingMost = 100;
const waitingBytesMost = 256 * 1024;

/** The bend for a call that came in; `undefined`: it is answered as usual. */
export function bendFor(context: Context, action: string, payload: unknown): AnswerBend | undefined {
  return ruleFor(context, context.charger.behaviour?.incoming, action, payload);
}

/** Answers a call as the bend says, now or later. */
export function answerBent(context: Context, call: CsmsCall, bend: AnswerBend): void {
  if (bend.delayMs === undefined || !postpone(context, call, bend, bend.delayMs)) takeUp(context, call, bend);
}

function postpone(context: Context, call: CsmsCall, bend: AnswerBend, delayMs: number): boolean {
  const { behaviour } = context.charger;
  const { action, messageId, payload, since } = call;
  const waiting = [
    ...(behaviour?.waiting ?? []),
    { action, messageId, payload, since, at: context.wall + delayMs, bend },
  ];
  if (!behaviour || waiting.length > waitingMost || bytesOf(waiting) > waitingBytesMost) {
    note(context, 'warn', `${action} answered at once: too many calls wait`);
    return false;
  }
  behaviour.waiting = waiting;
  context.save = true;
  armNext(context.charger);
  return true;
}

function takeUp(context: Context, call: CsmsCall, bend: AnswerBend): void {
  const { status, callError, noAnswer, fields } = bend;
  if (isRejected(context)) return;
  const behaviour = shown.filter((name) => bend[name] !== undefined);
  const bent: CsmsCall = { ...call, ...(fields ? { fields } : {}), ...(behaviour.length > 0 ? { behaviour } : {}) };
  const asUsual = status === undefined && !callError && !noAnswer;
  if (asUsual && bend.carriesOut !== false) return answerCall(context, bent);
  const usual = bend.carriesOut ? carryOut(context, call) : {};
  if (noAnswer) return ignore(context, call);
  if (callError) return refuseCall(context, bent, callError);
  respond(context, bent, { ...usual, ...(status === undefined ? {} : { status }) });
}

/** Named in the log, where they apply to an answer. */
const shown = ['delayMs', 'status', 'callError', 'fields'] as const;

function ignore(context: Context, { action, payload }: CsmsCall): void {
  note(context, 'info', `behaviour: ${action} of the CSMS is not answered`);
  heard(context, action, payload, undefined);
}

/** Timer `behaviour`, and whenever there is a connection again: calls are taken up whose time has come. */
export function waitingDue(context: Context): void {
  const { charger, wall } = context;
  if (!charger.behaviour?.waiting || charger.link.state !== 'up') return;
  takeUpAll(context, ({ at }) => at <= wall);
  armNext(charger);
}

/** Takes up every call that waits, due or not. */
export function answerWaiting(context: Context): void {
  if (context.charger.behaviour?.waiting && context.charger.link.state === 'up') takeUpAll(context, () => true);
  forgetWaiting(context.charger);
}

function takeUpAll(context: Context, isDue: (call: WaitingCall) => boolean): void {
  const { behaviour } = context.charger;
  const waiting = behaviour?.waiting ?? [];
  const left = waiting.filter((call) => !isDue(call));
  if (behaviour && left.length > 0) behaviour.waiting = left;
  else delete behaviour?.waiting;
  context.save ||= left.length < waiting.length;
  for (const { at: _, bend, ...call } of waiting.filter(isDue).sort((one, other) => one.at - other.at)) {
    takeUp(context, call, bend);
  }
}

function armNext(charger: Charger): void {
  const times = charger.behaviour?.waiting?.map(({ at }) => at) ?? [];
  if (times.length === 0) disarm(charger, 'behaviour');
  else arm(charger, 'behaviour', Math.min(...times));
}

/** The charger loses its power or restarts: it has forgotten what it was asked. */
export function forgetWaiting(charger: Charger): void {
  delete charger.behaviour?.waiting;
  disarm(charger, 'behaviour');
}

/** An on-demand charger keeps its link for calls that are taken up within this time; for others it comes back. */
const worthWaitingMs = 60_000;

/** Calls are to be answered soon: the link is needed until they have been. */
export function hasWaiting({ behaviour }: Charger, now: number): boolean {
  return behaviour?.waiting?.some(({ at }) => at <= now + worthWaitingMs) ?? false;
}
