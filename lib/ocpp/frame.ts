// OCPP-J frames: text to frame and back (OCPP-J 1.6 §4.2). No state, no schemas.
import type { RpcError } from './errors';

export type Frame =
  | { kind: 'call'; messageId: string; action: string; payload: unknown }
  | { kind: 'result'; messageId: string; payload: unknown }
  | { kind: 'error'; messageId: string; code: string; description: string; details: unknown };

/**
 * A text that is not a frame. `answerTo`: the message id that a CALLERROR should go to, set where the text was meant as a
 * CALL; an answer is never answered, or two broken peers would answer each other for ever.
 */
export interface Malformed {
  kind: 'malformed';
  problem: string;
  error: RpcError;
  answerTo?: string;
  messageId?: string;
  action?: string;
}

/** §4.2.1: "Maximum of 36 characters, to allow for GUIDs". */
const messageIdMost = 36;
const descriptionMost = 255;

/** Parses one text frame. Never throws. */
export function decode(text: string): Frame | Malformed {
  const parts = parse(text);
  if (!Array.isArray(parts)) {
    return malformed(parts === undefined ? 'not JSON' : 'not a JSON array', 'formatViolation');
  }
  const [type, messageId] = parts;
  if (type !== 2 && type !== 3 && type !== 4) return unknownType(type, messageId);
  if (!isMessageId(messageId)) return badMessageId(type, messageId);
  if (type === 2) return decodeCall(parts, messageId);
  return type === 3 ? decodeResult(parts, messageId) : decodeError(parts, messageId);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMessageId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= messageIdMost;
}

/** §4.1.3: a receiver ignores messages of types it does not know. */
function unknownType(type: unknown, messageId: unknown): Malformed {
  const id = isMessageId(messageId) ? { messageId } : {};
  return { ...malformed(`message type ${JSON.stringify(type)} is not 2, 3 or 4`, 'messageTypeNotSupported'), ...id };
}

/** A CALL whose id is too long or no string is still a CALL: it is answered with the id as text, cut where it must be. */
function badMessageId(type: number, messageId: unknown): Malformed {
  const problem = `message id must be a string of 1 to ${messageIdMost} characters`;
  const usable = typeof messageId === 'string' && messageId.length > 0;
  return { ...malformed(problem, 'formatViolation'), ...(type === 2 && usable ? { answerTo: messageId } : {}) };
}

function decodeCall(parts: unknown[], messageId: string): Frame | Malformed {
  const [, , action, payload] = parts;
  const wrong = (problem: string): Malformed => ({
    ...malformed(problem, 'formatViolation'),
    answerTo: messageId,
    messageId,
    ...(typeof action === 'string' ? { action } : {}),
  });
  if (typeof action !== 'string' || action === '') return wrong('the action of a CALL must be a non-empty string');
  if (parts.length !== 4) return wrong(`a CALL has 4 elements, not ${parts.length}`);
  if (!isObject(payload)) return wrong('the payload of a CALL must be a JSON object');
  return { kind: 'call', messageId, action, payload };
}

function decodeResult(parts: unknown[], messageId: string): Frame | Malformed {
  if (parts.length !== 3)
    return { ...malformed(`a CALLRESULT has 3 elements, not ${parts.length}`, 'formatViolation'), messageId };
  return { kind: 'result', messageId, payload: parts[2] };
}

/** Description and details are often left out by central systems; what counts is the code. */
function decodeError(parts: unknown[], messageId: string): Frame | Malformed {
  const [, , code, description, details] = parts;
  if (typeof code !== 'string')
    return { ...malformed('the code of a CALLERROR must be a string', 'formatViolation'), messageId };
  const said = typeof description === 'string' ? description : '';
  return { kind: 'error', messageId, code, description: said, details: details ?? {} };
}

function malformed(problem: string, error: RpcError): Malformed {
  return { kind: 'malformed', problem, error };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `[2, messageId, action, payload]` (§4.2.1). */
export function encodeCall(messageId: string, action: string, payload: unknown): string {
  return JSON.stringify([2, messageId, action, payload ?? {}]);
}

/** `[3, messageId, payload]` (§4.2.2). */
export function encodeResult(messageId: string, payload: unknown): string {
  return JSON.stringify([3, messageId, payload ?? {}]);
}

/** `[4, messageId, code, description, details]` (§4.2.3); the description is cut to 255 characters. */
export function encodeError(messageId: string, code: string, description: string, details: unknown = {}): string {
  return JSON.stringify([4, messageId, code, description.slice(0, descriptionMost), details]);
}
