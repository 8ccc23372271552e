// Frames from the CSMS: sorted into calls, answers and noise, checked against their schemas, answered where an answer is due.
import { check } from '../ocpp/check';
import type { RpcError } from '../ocpp/errors';
import { decode, encodeError, encodeResult, type Frame, type Malformed } from '../ocpp/frame';
import { answerBent, bendFor } from './bent-answers';
import { failCall, land, logCall, release, restoreCause, sendFrame, takeLate } from './calls';
import type { InFlightCall } from './charger';
import { type Context, record } from './context';
import { CallRefused } from './dialect';
import type { LoggedFrame } from './effect';
import { withFields } from './field-paths';
import { judgeAnswer, judgeCall, judgeError, judgeStray } from './judgement';
import { showPayload, showText } from './large-payload';
import { showMalformed } from './malformed-text';
import { AnswerLater, type OwedAnswer, owe, takeOwed } from './owed-answers';
import { heard } from './pending';
import { registrationStatus } from './registration';
import { raiseSecurityEvent } from './security-events';
import { type CoreRule, violate } from './violations';

/** Takes one text frame. Never throws for what the peer did. */
export function receive(context: Context, text: string): void {
  const frame = decode(text, context.dialect.frameRules);
  if (frame.kind !== 'malformed') context.charger.link.failures = 0;
  switch (frame.kind) {
    case 'call':
      return receiveCall(context, frame, text);
    case 'result':
    case 'error':
      return receiveAnswer(context, frame, text);
    case 'malformed':
      return receiveMalformed(context, frame, text);
  }
}

type CallFrame = Extract<Frame, { kind: 'call' }>;
type AnswerFrame = Extract<Frame, { kind: 'result' | 'error' }>;

function receiveCall(context: Context, frame: CallFrame, text: string): void {
  const shown = showPayload(frame.payload, text.length);
  context.received = logCall(context, 'received', frame.action, frame.messageId, shown, {
    networkFaults: context.struck,
  });
  judgeCall(context, frame.messageId);
  const { action, messageId, payload } = frame;
  const call = { action, messageId, payload, since: context.wall };
  const manner = isRejected(context) ? context.dialect.registration.whileRejected(action, payload) : 'taken';
  if (manner !== 'taken') return turnDown(context, call, manner === 'refused');
  const breach = judgeContent(context, call);
  const bend = context.charger.behaviour ? bendFor(context, action, payload) : undefined;
  if (bend) answerBent(context, call, bend);
  else answerCall(context, call, breach);
}

/** A call that may not come while the registration is Rejected. */
function turnDown(context: Context, call: OwedAnswer, isAnswered: boolean): void {
  violate(
    context,
    'callWhileRejected',
    `${call.action} is ${isAnswered ? 'refused' : 'ignored'}: the registration is Rejected`,
  );
  if (!isAnswered) return;
  const description = 'The CSMS has rejected the charging station';
  refuseCall(context, call, { code: context.dialect.errorCodes.securityError, description });
}

/** Carries out a CSMS call and answers it. `breach`: what is wrong with it, where that is known already. */
export function answerCall(context: Context, call: OwedAnswer, breach = breachOf(context, call)): void {
  try {
    const response = handle(context, call, breach);
    if (response instanceof AnswerLater) owe(context.charger, response.key, call);
    else respond(context, call, response);
  } catch (error) {
    if (!(error instanceof CallRefused)) throw error;
    refuseCall(context, call, { code: context.dialect.errorCodes[error.error], description: error.message });
  }
}

/** Carries out a CSMS call without answering it; returns what the answer would have been, empty where there is none yet. */
export function carryOut(context: Context, call: OwedAnswer): Record<string, unknown> {
  try {
    const response = handle(context, call, breachOf(context, call));
    return response instanceof AnswerLater ? {} : response;
  } catch (error) {
    if (error instanceof CallRefused) return {};
    throw error;
  }
}

/** Answers a CSMS call with a CALLERROR. */
export function refuseCall(
  context: Context,
  call: OwedAnswer,
  { code, description = '', details = {} }: { code: string; description?: string; details?: Record<string, unknown> },
): void {
  const error = { code, description };
  answer(context, call, encodeError(call.messageId, code, description, details), {
    type: 'error',
    payload: details,
    error,
  });
  heard(context, call.action, call.payload, { error });
}

/**
 * Answers a CSMS call whose handler returned `AnswerLater(key)`. Returns false when the connection it came over has ended: then nobody
 * waits for the answer.
 */
export function answerOwed(context: Context, key: string, response: Record<string, unknown>): boolean {
  const owed = takeOwed(context.charger, key);
  if (owed) respond(context, owed, response);
  return owed !== undefined;
}

/** Answers a CSMS call with a CALLRESULT. */
export function respond(context: Context, call: OwedAnswer, response: Record<string, unknown>): void {
  const payload = call.fields ? withFields(response, call.fields) : response;
  answer(context, call, encodeResult(call.messageId, payload), { type: 'result', payload });
  heard(context, call.action, call.payload, payload);
}

/** The CSMS has rejected the charger, and is not to send anything (OCPP 1.6 §4.2; 2.0.1 B03.FR.08). */
export function isRejected(context: Context): boolean {
  return registrationStatus(context.charger) === 'Rejected';
}

type CsmsCall = Pick<OwedAnswer, 'action' | 'payload'>;

/** What makes a call one that cannot be carried out, though the charger supports its action. */
interface Breach {
  rule: CoreRule;
  error: RpcError;
  description: string;
}

/** Records what a call does against the specification; returns why it cannot be carried out. */
function judgeContent(context: Context, call: CsmsCall): Breach | null {
  const breach = breachOf(context, call);
  if (breach) violate(context, breach.rule, breach.description);
  else if (isSupported(context, call.action))
    context.dialect.judges.calls[call.action]?.(context, call.payload as never);
  return breach;
}

function breachOf(context: Context, { action, payload }: CsmsCall): Breach | null {
  const { messages } = context.dialect;
  const message = Object.hasOwn(messages, action) ? messages[action] : undefined;
  if (!message) {
    return { rule: 'unknownAction', error: 'notImplemented', description: `Action ${action} is not known` };
  }
  if (message.from === 'charger') {
    const description = `${action} is sent by chargers, not to them`;
    return { rule: 'wrongDirection', error: 'notSupported', description };
  }
  if (!isSupported(context, action)) return null;
  const problem = check(message.request, payload);
  return problem ? { rule: 'callSchema', error: problem.error, description: problem.message } : null;
}

function isSupported({ dialect, charger }: Context, action: string): boolean {
  return dialect.handlers[action] !== undefined && dialect.supports(charger, action);
}

function handle(
  context: Context,
  { action, payload }: CsmsCall,
  breach: Breach | null,
): Record<string, unknown> | AnswerLater {
  if (breach) throw new CallRefused(breach.error, breach.description);
  const handler = context.dialect.handlers[action];
  if (!handler || !isSupported(context, action))
    throw new CallRefused('notSupported', `${action} is not supported by this charger`);
  return handler(context, payload);
}

interface AnswerLog {
  type: 'result' | 'error';
  payload: unknown;
  error?: { code: string; description: string };
}

function answer(context: Context, call: OwedAnswer, text: string, log: AnswerLog): void {
  // An answer is a promise: what it promises must survive.
  const { action, messageId, since, behaviour } = call;
  const networkFaults = sendFrame(context, text, context.save, action);
  const payload = showPayload(context.dialect.mask(action, log.payload), text.length);
  record(context, {
    kind: 'frame',
    frame: {
      at: context.wall,
      direction: 'sent',
      action,
      messageId,
      durationMs: context.wall - since,
      ...log,
      payload,
      ...(networkFaults?.length ? { networkFaults } : {}),
      ...(behaviour ? { behaviour } : {}),
    },
  });
}

function receiveAnswer(context: Context, frame: AnswerFrame, text: string): void {
  const { charger } = context;
  const expected = charger.calls.inFlight?.messageId === frame.messageId;
  const late = expected || frame.kind === 'error' ? undefined : takeLate(context, frame.messageId);
  const call = expected ? charger.calls.inFlight : late;
  context.received = logAnswer(context, frame, call, text);
  if (frame.kind === 'error') judgeError(context, frame);
  if (!call) {
    judgeStray(context, frame.messageId);
    heardAnswer(context, frame, text);
    return;
  }
  if (expected) land(context);
  const before = context.cause;
  if (call.cause !== undefined) context.cause = call.cause;
  if (frame.kind === 'error') failCall(context, call, callError(call, frame));
  else accept(context, call, frame.payload, text);
  restoreCause(context, before);
}

function accept(context: Context, call: InFlightCall, payload: unknown, text: string): void {
  const schema = context.dialect.messages[call.action]?.response;
  const problem = schema && check(schema, payload);
  if (problem) judgeAnswer(context, call.action, problem);
  if (problem && problem.error !== 'formatViolation') {
    const detail = `the CSMS answered ${call.action} outside the protocol: ${problem.message}`;
    failCall(context, call, { kind: 'protocol', detail, errors: problem.problems });
    return;
  }
  // Fields too many in an answer are the CSMS's slip, not a failure to process the message: the known ones count.
  if (!isObject(payload)) {
    failCall(context, call, { kind: 'protocol', detail: `the CSMS answered ${call.action} with no object` });
    return;
  }
  if (!call.bent) context.dialect.judges.answers[call.action]?.(context, call, payload as never);
  remember(context, call, showPayload(payload, text.length));
  context.dialect.answered(context, call, payload);
  release(context, call);
}

/** A tester's own message hands its answer to whoever sent it. */
function remember(context: Context, call: InFlightCall, payload: unknown): void {
  const pending = call.raw && call.cause !== undefined ? context.charger.commands[call.cause] : undefined;
  if (pending) pending.result = { ...pending.result, response: payload };
}

function callError(call: InFlightCall, frame: Extract<Frame, { kind: 'error' }>) {
  const { code } = frame;
  const description = showText(frame.description);
  const detail = `the CSMS answered ${call.action} with ${code}${description ? `: ${description}` : ''}`;
  return { kind: 'refusedByCsms' as const, detail, extra: { callError: { code, description } } };
}

function logAnswer(context: Context, answered: AnswerFrame, call: InFlightCall | undefined, text: string): LoggedFrame {
  const action = call?.action ?? '';
  const isResult = answered.kind === 'result';
  const frame: LoggedFrame = {
    at: context.wall,
    direction: 'received',
    type: answered.kind,
    action,
    messageId: answered.messageId,
    payload: showPayload(isResult ? context.dialect.mask(action, answered.payload) : answered.details, text.length),
  };
  if (!isResult) frame.error = { code: answered.code, description: showText(answered.description) };
  if (call) frame.durationMs = frame.at - call.sentAt;
  if (context.struck) frame.networkFaults = context.struck;
  record(context, { kind: 'frame', frame });
  return frame;
}

/** A raw frame that a tester sent is answered past the call queue: commands waiting for its id hear of it. */
function heardAnswer(context: Context, frame: AnswerFrame, text: string): void {
  for (const id in context.charger.commands) {
    const pending = context.charger.commands[id];
    if (pending?.command.kind !== 'sendFrame' || pending.waitingFor !== `answer/${frame.messageId}`) continue;
    const { kind: _, messageId: __, ...answerOf } = frame;
    pending.result = { ...pending.result, response: showPayload(answerOf, text.length) };
    delete pending.waitingFor;
  }
}

function receiveMalformed(context: Context, frame: Malformed, text: string): void {
  const at = context.wall;
  context.received = logMalformed(context, frame, text);
  violate(context, frame.rule, frame.problem);
  raiseSecurityEvent(context, 'InvalidMessages', frame.problem);
  if (frame.answerTo === undefined) return failBroken(context, frame);
  if (isRejected(context)) return;
  const code = context.dialect.errorCodes[frame.error];
  sendFrame(context, encodeError(frame.answerTo, code, frame.problem), false, frame.action ?? '');
  const error = { code, description: frame.problem };
  record(context, {
    kind: 'frame',
    frame: {
      at,
      direction: 'sent',
      type: 'error',
      action: frame.action ?? '',
      messageId: frame.answerTo,
      payload: {},
      error,
    },
  });
}

function logMalformed(context: Context, { action = '', messageId = '' }: Malformed, text: string): LoggedFrame {
  const payload = showMalformed(context.dialect, text);
  const struck = context.struck ? { networkFaults: context.struck } : {};
  const frame: LoggedFrame = {
    ...{ at: context.wall, direction: 'received', type: 'invalid' },
    ...{ action, messageId, payload, ...struck },
  };
  record(context, { kind: 'frame', frame });
  return frame;
}

/** A broken answer is an answer: the call it was meant for need not wait any longer. */
function failBroken(context: Context, { messageId, problem }: Malformed): void {
  const call = context.charger.calls.inFlight;
  if (!call || call.messageId !== messageId) return;
  land(context);
  const detail = `the CSMS answered ${call.action} outside the protocol: ${problem}`;
  failCall(context, call, { kind: 'protocol', detail });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
