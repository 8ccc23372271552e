// What the scripted CSMS can do to a CALL or a handshake, and how each CALL behaviour is carried out.
import { type Answer, CallError, type ReceivedCall } from './scripted-answers';

/** What happens to a CALL instead of the normal answer. */
export type Behaviour =
  | { kind: 'answer'; with: Answer }
  | { kind: 'silent' }
  /** The normal answer, once the test resolves `until`. */
  | { kind: 'delay'; until: Promise<unknown> }
  | { kind: 'answerTwice' }
  /** The normal answer under a message id nobody used. */
  | { kind: 'wrongMessageId'; messageId?: string }
  /** `payload` defaults to one that no response schema allows. */
  | { kind: 'violateSchema'; payload?: unknown }
  | { kind: 'callError'; code: string; description?: string; details?: unknown }
  /** Closes the WebSocket instead of answering. */
  | { kind: 'close'; code?: number }
  /** Destroys the TCP connection instead of answering. */
  | { kind: 'cut' }
  /** Any text instead of an answer. */
  | { kind: 'raw'; text: string };

export type HandshakeBehaviour =
  | { kind: 'accept' }
  | { kind: 'refuse'; status: number; headers?: Record<string, string> }
  /** Accepts, and names this subprotocol whatever was offered; `undefined` names none. */
  | { kind: 'subprotocol'; value: string | undefined }
  /** Takes the TCP connection and never answers the upgrade. */
  | { kind: 'never' };

export interface Queued<T> {
  behaviour: T;
  left: number;
}

/** What was to last for good gives way to what is asked later. */
export function enqueue<T>(queue: Queued<T>[], behaviour: T, times: number): void {
  if (queue.at(-1)?.left === Number.POSITIVE_INFINITY) queue.pop();
  queue.push({ behaviour, left: times });
}

export function takeNext<T>(queue: Queued<T>[]): T | undefined {
  const [first] = queue;
  if (first === undefined) return undefined;
  first.left -= 1;
  if (first.left <= 0) queue.shift();
  return first.behaviour;
}

/** A connection as the behaviours need it. */
export interface Speaker {
  send(text: string): void;
  close(code: number): void;
  cut(): void;
}

const frame = (...parts: unknown[]): string => JSON.stringify(parts);

/** Answers a CALL: the payload, what the function makes of it, or a CALLERROR. */
export async function answer(
  speaker: Speaker,
  call: ReceivedCall,
  normal: Answer | undefined,
  messageId = call.messageId,
): Promise<void> {
  try {
    if (normal === undefined) throw new CallError('NotImplemented', `no answer scripted for ${call.action}`);
    const payload = typeof normal === 'function' ? await normal(call) : normal;
    speaker.send(frame(3, messageId, payload));
  } catch (error) {
    const known = error instanceof CallError ? error : new CallError('InternalError', String(error));
    speaker.send(frame(4, messageId, known.code, known.message, known.details));
  }
}

type Act<B> = (speaker: Speaker, call: ReceivedCall, behaviour: B, normal: Answer | undefined) => Promise<void> | void;

const acts: { [K in Behaviour['kind']]: Act<Extract<Behaviour, { kind: K }>> } = {
  answer: (speaker, call, behaviour) => answer(speaker, call, behaviour.with),
  silent: () => {},
  delay: async (speaker, call, behaviour, normal) => {
    await behaviour.until;
    await answer(speaker, call, normal);
  },
  answerTwice: async (speaker, call, _behaviour, normal) => {
    await answer(speaker, call, normal);
    await answer(speaker, call, normal);
  },
  wrongMessageId: (speaker, call, behaviour, normal) =>
    answer(speaker, call, normal, behaviour.messageId ?? `not-${call.messageId}`.slice(0, 36)),
  violateSchema: (speaker, call, behaviour) =>
    speaker.send(frame(3, call.messageId, behaviour.payload ?? { noSuchField: 1, status: 7, idTagInfo: 'none' })),
  callError: (speaker, call, { code, description, details }) =>
    speaker.send(frame(4, call.messageId, code, description ?? '', details ?? {})),
  close: (speaker, _call, behaviour) => speaker.close(behaviour.code ?? 1000),
  cut: (speaker) => speaker.cut(),
  raw: (speaker, _call, behaviour) => speaker.send(behaviour.text),
};

/** Does to the CALL what the behaviour says; `normal` is what it would have been answered. */
export function misbehave(speaker: Speaker, call: ReceivedCall, behaviour: Behaviour, normal: Answer | undefined) {
  const act = acts[behaviour.kind] as Act<Behaviour>;
  return act(speaker, call, behaviour, normal);
}
