// One connected charger: answers its calls, sends it ours, enters both in the ledger. Who may connect is in `connections.ts`.
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { TimeoutError } from 'ocpp-rpc';
import type RpcServerClient from 'ocpp-rpc/lib/server-client';
import { type CallRecord, type ChargerEntry, type Ledger, recordCall, recordViolation } from './ledger';
import { redact } from './redact';
import type { CsmsVersion, HandlerContext } from './version';

export interface InputProblem {
  path: string;
  message: string;
}

/** How a CSMS → charger call ended. */
export type CallOutcome =
  | { kind: 'answered'; response: unknown; durationMs: number }
  | { kind: 'callError'; code: string; description: string; details: unknown; durationMs: number }
  /** The payload is not what the schema asks for; nothing was sent. */
  | { kind: 'badRequest'; detail: string; errors: InputProblem[] }
  /** The charger's answer is not what the schema asks for. */
  | { kind: 'badResponse'; response: unknown; errors: InputProblem[]; durationMs: number }
  | { kind: 'timeout' }
  | { kind: 'connectionLost' };

export interface CallOptions {
  /** False: anything is sent and any answer taken. */
  validate: boolean;
  timeoutMs: number;
}

export interface Session {
  identity: string;
  call(action: string, payload: unknown, options: CallOptions): Promise<CallOutcome>;
  /** Resolves when the socket is gone. Abrupt: the TCP connection is cut without a close frame. */
  end(how: { abrupt: boolean; code?: number; reason?: string }): Promise<void>;
}

/** The parts of Ajv's error objects that say where and what. */
interface AjvError {
  instancePath: string;
  message?: string;
  params: { missingProperty?: string; additionalProperty?: string; allowedValues?: unknown[] };
}

function inputProblem({ instancePath, message, params }: AjvError): InputProblem {
  const steps = instancePath.split('/').slice(1);
  const field = params.missingProperty ?? params.additionalProperty;
  const allowed = params.allowedValues === undefined ? '' : `: ${params.allowedValues.join(', ')}`;
  const path = [...steps, ...(field === undefined ? [] : [field])].join('.');
  return { path, message: `${message ?? 'is not allowed'}${allowed}` };
}

function schemaProblems(error: { details?: { errors?: AjvError[] } }): InputProblem[] {
  return (error.details?.errors ?? []).map(inputProblem);
}

interface StrictFailure {
  method: string;
  error: Error & { details?: { errors?: AjvError[] } };
  result: unknown;
  outbound: boolean;
  isCall: boolean;
}

type Frame = [type: number, messageId: string, ...rest: unknown[]];

/** Watches what the library tells by event and hides in the errors it throws. */
function watch(client: RpcServerClient, violation: (detail: string) => void) {
  const schemaFailures = new WeakMap<object, StrictFailure>();
  const errorFrames = new WeakMap<object, Frame>();
  const unchecked = new Set<string>();
  let lastFrame: Frame | undefined;

  client.on('strictValidationFailure', (failure: StrictFailure) => {
    schemaFailures.set(failure.error, failure);
    if (failure.outbound) return;
    violation(
      `${failure.method} ${failure.isCall ? 'request' : 'response'} breaks the schema: ${failure.error.message}`,
    );
  });
  client.on('response', ({ outbound, payload }: { outbound: boolean; payload: Frame }) => {
    if (!outbound) lastFrame = payload;
  });
  client.on('callError', ({ outbound, messageId, error }: { outbound: boolean; messageId: string; error: Error }) => {
    if (outbound && lastFrame?.[0] === 4 && lastFrame[1] === messageId) errorFrames.set(error, lastFrame);
  });
  client.on('badMessage', ({ error }: { error: Error & { details?: { msgId?: string } } }) => {
    if (unchecked.delete(error.details?.msgId ?? '')) return;
    violation(`a frame outside the protocol: ${error.message}`);
  });
  return { schemaFailures, errorFrames, unchecked };
}

/** Sends without the library's strict check; the library then takes the answer for an unknown one, which `unchecked` silences. */
function callUnchecked(
  client: RpcServerClient,
  unchecked: Set<string>,
  action: string,
  payload: unknown,
  timeoutMs: number,
): Promise<Frame> {
  const messageId = randomUUID();
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      client.off('response', onResponse);
      client.off('disconnect', onDisconnect);
      finish();
    };
    const onResponse = ({ outbound, payload: frame }: { outbound: boolean; payload: Frame }) => {
      if (outbound || frame[1] !== messageId) return;
      unchecked.add(messageId);
      settle(() => resolve(frame));
    };
    const onDisconnect = () => settle(() => reject(new Error('disconnected')));
    const timer = setTimeout(() => settle(() => reject(new TimeoutError('Call timeout'))), timeoutMs);
    client.on('response', onResponse);
    client.on('disconnect', onDisconnect);
    try {
      client.sendRaw(JSON.stringify([2, messageId, action, payload]));
    } catch (error) {
      settle(() => reject(error));
    }
  });
}

function outcomeOfFrame(frame: Frame, durationMs: number): CallOutcome {
  if (frame[0] === 3) return { kind: 'answered', response: frame[2], durationMs };
  const [, , code, description, details] = frame;
  return { kind: 'callError', code: String(code), description: String(description ?? ''), details, durationMs };
}

interface Refused {
  outbound: boolean;
  messageId: string;
  method: string;
  params: unknown;
  error: Error & { rpcErrorCode?: string };
}

/** Answers what the charger calls, and enters it with its answer. */
function answerCalls(
  client: RpcServerClient,
  version: CsmsVersion,
  context: HandlerContext,
  record: (call: Omit<CallRecord, 'at'>) => void,
): void {
  const { ledger, charger, violation } = context;
  for (const [action, handler] of Object.entries(version.handlers)) {
    client.handle(action, async ({ params, messageId }) => {
      charger.lastSeenAt = ledger.now();
      const status = charger.boot?.status ?? 'Accepted';
      if (!version.allowedIn(status, action)) violation(`${action} while its registration is ${status}`);
      const response = handler(context, params as never);
      record({ direction: 'received', action, payload: params, response, ...(messageId ? { messageId } : {}) });
      return response;
    });
  }
  client.on('callError', ({ outbound, messageId, method: action, params: payload, error }: Refused) => {
    if (outbound) return;
    const refusal = { code: error.rpcErrorCode ?? 'GenericError', description: error.message };
    record({ direction: 'received', action, messageId, payload, error: refusal });
    if (version.handlers[action] === undefined) violation(`${action} is not an action a charger may send`);
  });
}

/** Serves a charger that has just connected. Listeners must be there before the library reads its first frame: call this at once. */
export function serveSession(
  client: RpcServerClient,
  socket: Socket,
  version: CsmsVersion,
  ledger: Ledger,
  charger: ChargerEntry,
): Session {
  const violation = (detail: string) => recordViolation(ledger, charger, detail);
  const { schemaFailures, errorFrames, unchecked } = watch(client, violation);
  const record = (call: Omit<CallRecord, 'at'>) => {
    recordCall(ledger, charger, { at: ledger.now(), ...call, payload: redact(call.action, call.payload) });
  };

  answerCalls(client, version, { ledger, charger, violation }, record);

  const outcomeOfError = (error: unknown, durationMs: number): CallOutcome => {
    if (error instanceof TimeoutError) return { kind: 'timeout' };
    const failure = schemaFailures.get(error as object);
    if (failure?.isCall)
      return { kind: 'badRequest', detail: failure.error.message, errors: schemaProblems(failure.error) };
    if (failure)
      return { kind: 'badResponse', response: failure.result, errors: schemaProblems(failure.error), durationMs };
    const frame = errorFrames.get(error as object);
    return frame === undefined ? { kind: 'connectionLost' } : outcomeOfFrame(frame, durationMs);
  };

  const send = async (action: string, payload: unknown, options: CallOptions): Promise<CallOutcome> => {
    const startedAt = performance.now();
    const elapsed = () => Math.round(performance.now() - startedAt);
    try {
      if (!options.validate) {
        return outcomeOfFrame(await callUnchecked(client, unchecked, action, payload, options.timeoutMs), elapsed());
      }
      const response = await client.call(action, payload, { callTimeoutMs: options.timeoutMs });
      return { kind: 'answered', response, durationMs: elapsed() };
    } catch (error) {
      return outcomeOfError(error, elapsed());
    }
  };

  const gone = new Promise<void>((resolve) => client.once('disconnect', () => resolve()));

  // One call at a time, checked or not: OCPP-J 1.6 §4.1.1 allows no second CALL before the first is answered.
  let previous: Promise<unknown> = Promise.resolve();
  const call: Session['call'] = (action, payload, options) => {
    const outcome = previous.then(() => send(action, payload, options));
    previous = outcome.then((settled) => recordSent(action, payload, settled));
    return outcome;
  };
  const recordSent = (action: string, payload: unknown, outcome: CallOutcome) => {
    if (outcome.kind === 'badRequest') return;
    const durationMs = 'durationMs' in outcome ? { durationMs: outcome.durationMs } : {};
    record({ direction: 'sent', action, payload, ...answerIn(outcome), ...durationMs });
  };

  return {
    identity: charger.identity,
    call,
    end: async ({ abrupt, code = 1000, reason = '' }) => {
      if (abrupt) socket.destroy();
      // Rejects when the socket fails while it closes; it is gone then too.
      else void client.close({ code, reason }).catch(() => undefined);
      await gone;
    },
  };
}

function answerIn(outcome: CallOutcome): Pick<CallRecord, 'response' | 'error'> {
  if ('response' in outcome) return { response: outcome.response };
  if (outcome.kind === 'callError') return { error: { code: outcome.code, description: outcome.description } };
  return { error: { code: outcome.kind, description: 'no answer' } };
}
