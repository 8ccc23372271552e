// Our CALLs: one in flight per charger, the rest waiting in the document (OCPP-J 1.6 §4.1.1). Transaction-related calls are
// kept while offline, delivered in order and retried (OCPP 1.6 §3.7); so are calls whose delivery is guaranteed (security whitepaper,
// A04.FR.02); others are dropped when the link goes down.
import { encodeCall } from '../ocpp/frame';
import { bentPayload, followUp, ruleForCall } from './bent-calls';
import type { Charger, InFlightCall, QueuedCall } from './charger';
import type { Refusal } from './command';
import { type Context, note, record } from './context';
import type { LoggedFrame } from './effect';
import { rememberGivenUp } from './judgement';
import { sendBadly } from './network-faults';
import { queueBudgetBytes, queuedBytes } from './queue-budget';
import { arm, disarm } from './timers';

/** How long an answer may take before the call counts as unanswered. */
export const callTimeoutMs = 30_000;

/** Queues a call on behalf of the command under way, if any. */
export function enqueue(context: Context, call: QueuedCall): void {
  const { calls, commands } = context.charger;
  const cause = context.cause;
  const pending = cause === undefined ? undefined : commands[cause];
  if (cause !== undefined && pending) {
    call.cause = cause;
    pending.outstanding += 1;
  }
  if (call.urgent) calls.queue.splice(firstOrdinary(calls.queue), 0, call);
  else calls.queue.push(call);
  if (call.kind === 'transaction') context.queued = true;
}

/** What has been queued in this step and could not be sent must fit into the charger's memory. */
export function keepBudget(context: Context): void {
  if (!context.queued) return;
  context.queued = false;
  if (queuedBytes(context.charger) <= queueBudgetBytes) return;
  context.dialect.relieve(context);
  pump(context);
}

function firstOrdinary(queue: QueuedCall[]): number {
  const at = queue.findIndex((call) => !call.urgent);
  return at < 0 ? queue.length : at;
}

/** Sends the next call that may go, if the link is up and nothing is in flight. */
export function pump(context: Context): void {
  const { charger, dialect } = context;
  while (charger.link.state === 'up' && !charger.calls.inFlight) {
    const call = takeNext(context);
    if (!call) return;
    const payload = dialect.complete(charger, call);
    if (payload === undefined) {
      note(context, 'warn', `${call.action} given up: the transaction it belongs to never got an id from the CSMS`);
      tellLost(context, call);
      release(context, call);
    } else {
      transmit(context, call, payload);
    }
  }
}

function takeNext(context: Context): QueuedCall | undefined {
  const { charger, dialect, wall } = context;
  const { queue } = charger.calls;
  const blocked = { transaction: false, kept: false, plain: false };
  for (let at = 0; at < queue.length; at++) {
    const call = queue[at];
    if (!call || blocked[call.kind]) continue;
    if (call.kind !== 'plain' && call.notBefore !== undefined && call.notBefore > wall) {
      blocked[call.kind] = true;
      armRetry(charger, call.notBefore);
      continue;
    }
    if (!dialect.maySend(charger, call)) continue;
    queue.splice(at, 1);
    return call;
  }
  return undefined;
}

/** One deadline for all calls that wait to be sent again: the earliest. */
function armRetry(charger: Charger, at: number): void {
  arm(charger, 'retry', Math.min(charger.timers.retry ?? at, at));
}

function transmit(context: Context, call: QueuedCall, payload: unknown): void {
  const { charger, wall } = context;
  charger.link.lastCall += 1;
  // Message ids are unique per connection and sender (OCPP-J 1.6 §4.1.4); the host's nonce makes them so beyond it.
  const inFlight = call as InFlightCall;
  inFlight.messageId = `${charger.link.nonce}-${charger.link.lastCall}`;
  inFlight.sentAt = wall;
  charger.calls.inFlight = inFlight;
  arm(charger, 'callTimeout', wall + callTimeoutMs);
  // A charger that is set back by a crash takes the same samples, as of the same times, and sends them again.
  const durable = call.kind === 'transaction' && !call.intermediate;
  const rule = charger.behaviour ? ruleForCall(context, call.action, payload) : undefined;
  const sent = rule ? bentPayload(payload, rule) : payload;
  if (rule?.fields) inFlight.bent = true;
  const networkFaults = sendFrame(context, encodeCall(inFlight.messageId, call.action, sent), durable, call.action);
  const behaviour = rule?.fields ? ['fields'] : undefined;
  logCall(context, 'sent', call.action, inFlight.messageId, sent, { networkFaults, behaviour });
  if (rule) followUp(context, rule);
}

/**
 * Hands one text frame to the link; a durable one leaves only after what this step changed for good has been saved. Returns what
 * network faults did to it.
 */
export function sendFrame(context: Context, text: string, durable: boolean, action: string): string[] | undefined {
  if (context.charger.networkFaults) return sendBadly(context, text, durable, action);
  context.effects.push({ kind: 'send', text, durable });
  if (durable) context.save = false;
  return undefined;
}

/** Logs a CALL as it crossed the wire; returns what was logged. */
export function logCall(
  context: Context,
  direction: 'sent' | 'received',
  action: string,
  messageId: string,
  payload: unknown,
  done: { networkFaults?: string[] | undefined; behaviour?: string[] | undefined } = {},
): LoggedFrame {
  const masked = context.dialect.mask(action, payload);
  const frame: LoggedFrame = { at: context.wall, direction, type: 'call', action, messageId, payload: masked };
  if (done.networkFaults?.length) frame.networkFaults = done.networkFaults;
  if (done.behaviour) frame.behaviour = done.behaviour;
  record(context, { kind: 'frame', frame });
  return frame;
}

/** Takes the call in flight off the wire, answered or not. */
export function land(context: Context): InFlightCall | undefined {
  const { charger } = context;
  const call = charger.calls.inFlight;
  delete charger.calls.inFlight;
  disarm(charger, 'callTimeout');
  return call;
}

/** The command that a call belongs to no longer waits for it. */
export function release(context: Context, call: QueuedCall): void {
  const pending = call.cause === undefined ? undefined : context.charger.commands[call.cause];
  if (pending) pending.outstanding -= 1;
}

/**
 * A call got no usable answer. A transaction call is sent again after TransactionMessageRetryInterval times the number of
 * preceding transmissions, TransactionMessageAttempts times in all (OCPP 1.6 §3.7.1). A kept call is sent again as long as the CSMS
 * answers nothing at all; any other is given up.
 */
export function failCall(context: Context, call: InFlightCall, why: Refusal): void {
  blame(context, call, why);
  const attempts = (call.attempts ?? 0) + 1;
  const rule = context.dialect.retryRule(context.charger);
  const again = call.kind === 'kept' ? why.kind === 'timeout' : call.kind === 'transaction' && attempts < rule.attempts;
  if (again) {
    const { messageId, sentAt } = call;
    const late = why.kind === 'timeout' ? { unanswered: { messageId, sentAt } } : {};
    const notBefore = context.wall + rule.intervalSeconds * attempts * 1000;
    return requeue(context, { ...call, ...late, attempts, notBefore });
  }
  if (call.kind === 'transaction') {
    note(context, 'warn', `${call.action} given up after ${attempts} attempts: ${why.detail}`);
    tellLost(context, call);
    context.touched = true;
    context.save = true;
  }
  context.dialect.failed(context, call, why);
  release(context, call);
}

function tellLost(context: Context, call: QueuedCall): void {
  if (call.transaction === undefined || call.intermediate) return;
  record(context, { kind: 'transaction', at: context.wall, id: call.transaction, change: 'lost' });
}

function requeue(context: Context, call: InFlightCall): void {
  const { messageId: _, sentAt: __, bent: ___, ...queued } = call;
  // Whoever asked has its answer: it failed. The message itself lives on.
  release(context, queued);
  delete queued.cause;
  const { queue } = context.charger.calls;
  const first = queue.findIndex((other) => other.kind === call.kind);
  queue.splice(first < 0 ? queue.length : first, 0, queued);
  if (queued.notBefore !== undefined) armRetry(context.charger, queued.notBefore);
  context.save = true;
}

/**
 * Takes back a transaction call whose answer comes after all, while it waits to be sent again or has just been. Sending it
 * again would make a CSMS that was merely slow see two transactions.
 */
export function takeLate(context: Context, messageId: string): InFlightCall | undefined {
  const { inFlight, queue } = context.charger.calls;
  if (inFlight?.unanswered?.messageId === messageId) {
    note(
      context,
      'warn',
      `${inFlight.action} was answered late, after it had been sent again: the CSMS may have taken both`,
    );
    rememberGivenUp(context.charger, inFlight.messageId);
    return land(context);
  }
  const at = queue.findIndex((call) => call.unanswered?.messageId === messageId);
  const [call] = at < 0 ? [] : queue.splice(at, 1);
  return call?.unanswered && { ...call, ...call.unanswered };
}

/** Remembers the first failure that a command met. */
export function blame(context: Context, call: QueuedCall, why: Refusal): void {
  const pending = call.cause === undefined ? undefined : context.charger.commands[call.cause];
  if (pending && !pending.failure) pending.failure = why;
}

/**
 * The link is gone: calls that are kept go back to the queue as they were, others are given up. What waits while a host lets go of
 * the link waits for the next one: the charger is not offline.
 */
export function strand(context: Context, why: Refusal): void {
  const { calls } = context.charger;
  delete context.charger.owed;
  const inFlight = land(context);
  if (inFlight) record(context, { kind: 'unanswered', at: context.wall, action: inFlight.action, why: 'disconnected' });
  const plain = context.letGo ? [] : calls.queue.filter((call) => call.kind === 'plain');
  if (!context.letGo) {
    calls.queue = calls.queue.filter((call) => call.kind !== 'plain');
    for (const call of calls.queue) disown(context, call, why);
  }
  if (inFlight && inFlight.kind !== 'plain') {
    blame(context, inFlight, why);
    requeue(context, inFlight);
  } else if (inFlight) {
    plain.unshift(inFlight);
  }
  for (const call of plain) giveUp(context, call, why);
}

/** Calls that may not be sent in the registration state that has just come about. */
export function giveUpForbidden(context: Context, why: Refusal): void {
  const { charger, dialect } = context;
  const gone = charger.calls.queue.filter((call) => call.kind === 'plain' && !dialect.maySend(charger, call));
  charger.calls.queue = charger.calls.queue.filter((call) => !gone.includes(call));
  for (const call of charger.calls.queue) if (!dialect.maySend(charger, call)) disown(context, call, why);
  for (const call of gone) giveUp(context, call, why);
}

function giveUp(context: Context, call: QueuedCall, why: Refusal): void {
  blame(context, call, why);
  const before = context.cause;
  if (call.cause !== undefined) context.cause = call.cause;
  context.dialect.failed(context, call, why);
  restoreCause(context, before);
  release(context, call);
}

/** A kept call that nobody waits for any more. */
function disown(context: Context, call: QueuedCall, why: Refusal): void {
  if (call.cause === undefined) return;
  blame(context, call, why);
  release(context, call);
  delete call.cause;
}

export function restoreCause(context: Context, cause: string | undefined): void {
  if (cause === undefined) delete context.cause;
  else context.cause = cause;
}
