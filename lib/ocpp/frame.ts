// OCPP-J frames: text to frame and back (OCPP-J 1.6 §4, OCPP 2.0.1 part 4 §4). No state, no schemas: whether a message id is new or expected, and what
// a payload holds, is for others to judge.
import type { RpcError } from './errors';

export type Frame =
  | { kind: 'call'; messageId: string; action: string; payload: unknown }
  | { kind: 'result'; messageId: string; payload: unknown }
  | {
      kind: 'error';
      messageId: string;
      code: string;
      description: string;
      details: unknown;
      /** Description or details are missing, or of another type. */
      incomplete?: true;
    };

/** What a text that is no frame goes against. */
export type FrameRule = 'malformedFrame' | 'unknownMessageType' | 'badMessageId' | 'malformedCall' | 'malformedAnswer';

/**
 * A text that is not a frame.
 * - `answerTo` is set where it was meant as a CALL whose message id could be read: that id gets a CALLERROR (§4.2.3). Of what else
 *   may be answered the versions think differently: `FrameRules`.
 * - `messageId` without `answerTo`: it was meant as an answer to that id. An answer is never answered, or two broken peers
 *   would go on for ever; the call it was meant for need not wait any longer.
 * - Neither: to be ignored, as messages of unknown types are (§4.1.3).
 */
export interface Malformed {
  kind: 'malformed';
  problem: string;
  rule: FrameRule;
  error: RpcError;
  answerTo?: string;
  messageId?: string;
  action?: string;
}

/** §4.1.4: "Maximum of 36 characters, to allow for GUIDs". */
const messageIdMost = 36;
/** 1.6 sets no limit; 2.x has string[255]. */
const descriptionMost = 255;
/** Messages nest six deep at most. Some thousand levels overflow the stack of whoever turns the payload into text again. */
const depthMost = 64;

/** What a version answers though it is no CALL with a message id. */
export interface FrameRules {
  /** Stands for the id that could not be read; left out: there is no answer without one. */
  unreadId?: string;
  /** Whether a message of an unknown type is answered, or ignored. */
  answersUnknownTypes: boolean;
}

/** The answer carries "the exact same id that is in the call" (§4.2.3); messages of unknown types are ignored (§4.1.3). */
export const frameRulesV16: FrameRules = { answersUnknownTypes: false };

/** Part 4, §4.2.3: "-1" for an id that cannot be read; §4.3: MessageTypeNotSupported. */
export const frameRulesV201: FrameRules = { unreadId: '-1', answersUnknownTypes: true };

/** Parses one text frame. Never throws. A payload of `null` reads as empty (§4.2.1, §4.2.2). */
export function decode(text: string, rules: FrameRules = frameRulesV16): Frame | Malformed {
  const parts = parse(text);
  if (parts === undefined) return unread(rules, malformed('it is not JSON'));
  if (!Array.isArray(parts)) return unread(rules, malformed('it is not a JSON array'));
  const [type, messageId] = parts;
  const read = readers.get(type);
  if (!read) return unknownType(rules, type, messageId);
  if (typeof messageId !== 'string' || messageId === '') {
    const found = malformed('the message id must be a non-empty string', 'badMessageId');
    return type === callType ? unread(rules, found) : found;
  }
  if (nestsDeeper(parts, depthMost)) return read.malformed(messageId, `it nests deeper than ${depthMost} levels`);
  return read.frame(parts, messageId);
}

interface Reader {
  frame(parts: unknown[], messageId: string): Frame | Malformed;
  malformed(messageId: string, problem: string): Malformed;
}

const callType = 2;

/** By message type number (§4.1.3). */
const readers: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>([
  [callType, { frame: readCall, malformed: malformedCall }],
  [3, { frame: readResult, malformed: malformedAnswer }],
  [4, { frame: readError, malformed: malformedAnswer }],
]);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => nestsDeeper(item, levels - 1));
  for (const key in value) {
    if (nestsDeeper((value as Record<string, unknown>)[key], levels - 1)) return true;
  }
  return false;
}

/** §4.1.3: "it SHALL ignore the message payload". */
function unknownType(rules: FrameRules, type: unknown, messageId: unknown): Malformed {
  const named = typeof type === 'object' ? '' : `, not ${JSON.stringify(type)}`.slice(0, 50);
  const problem = `the message type must be 2, 3 or 4${named}`;
  const found: Malformed = { ...malformed(problem, 'unknownMessageType'), error: 'messageTypeNotSupported' };
  if (!rules.answersUnknownTypes) return found;
  const isId = typeof messageId === 'string' && messageId !== '' && messageId.length <= messageIdMost;
  return isId ? { ...found, answerTo: messageId } : unread(rules, found);
}

/** There is no telling whether it was meant as a CALL. */
function unread({ unreadId }: FrameRules, found: Malformed): Malformed {
  return unreadId === undefined ? found : { ...found, answerTo: unreadId };
}

function readCall(parts: unknown[], messageId: string): Frame | Malformed {
  const [, , action, payload] = parts;
  if (typeof action !== 'string' || action === '') {
    return malformedCall(messageId, 'the action of a CALL must be a non-empty string');
  }
  // §4.2.3 names a too long id as a reason for a CALLERROR, which must carry that very id.
  if (messageId.length > messageIdMost) {
    const problem = `the message id has ${messageId.length} characters, more than ${messageIdMost}`;
    return { ...malformedCall(messageId, problem, action), rule: 'badMessageId' };
  }
  if (parts.length !== 4) return malformedCall(messageId, `a CALL has 4 elements, not ${parts.length}`, action);
  if (typeof payload !== 'object' || Array.isArray(payload)) {
    const problem = 'the payload of a CALL must be a JSON object';
    return { ...malformedCall(messageId, problem, action), error: 'formatViolation' };
  }
  return { kind: 'call', messageId, action, payload: payload ?? {} };
}

/** A payload that is no object is left to the schema of the answer, so that the call it answers can fail at once. */
function readResult(parts: unknown[], messageId: string): Frame | Malformed {
  if (parts.length !== 3) return malformedAnswer(messageId, `a CALLRESULT has 3 elements, not ${parts.length}`);
  return { kind: 'result', messageId, payload: parts[2] ?? {} };
}

/** §4.2.3 wants all five elements; description and details are often left out, and what counts is the code. */
function readError(parts: unknown[], messageId: string): Frame | Malformed {
  const [, , code, description, details] = parts;
  if (typeof code !== 'string') return malformedAnswer(messageId, 'the error code of a CALLERROR must be a string');
  if (parts.length > 5) return malformedAnswer(messageId, `a CALLERROR has 5 elements, not ${parts.length}`);
  const said = typeof description === 'string' ? description : '';
  const complete = typeof description === 'string' && typeof details === 'object' && details !== null;
  const frame = { kind: 'error' as const, messageId, code, description: said, details: details ?? {} };
  return complete ? frame : { ...frame, incomplete: true };
}

function malformed(problem: string, rule: FrameRule = 'malformedFrame'): Malformed {
  return { kind: 'malformed', problem, rule, error: 'rpcFrameworkError' };
}

function malformedCall(messageId: string, problem: string, action?: string): Malformed {
  const named = action === undefined ? {} : { action };
  return { ...malformed(problem, 'malformedCall'), answerTo: messageId, messageId, ...named };
}

function malformedAnswer(messageId: string, problem: string): Malformed {
  return { ...malformed(problem, 'malformedAnswer'), messageId };
}

/** `[2, messageId, action, payload]` (§4.2.1). */
export function encodeCall(messageId: string, action: string, payload: unknown): string {
  return JSON.stringify([2, messageId, action, payload ?? {}]);
}

/** `[3, messageId, payload]` (§4.2.2). */
export function encodeResult(messageId: string, payload: unknown): string {
  return JSON.stringify([3, messageId, payload ?? {}]);
}

/** `[4, messageId, code, description, details]` (§4.2.3). The description is cut to 255 characters, never within one. */
export function encodeError(messageId: string, code: string, description: string, details: unknown = {}): string {
  return JSON.stringify([4, messageId, code, cut(description), details ?? {}]);
}

function cut(description: string): string {
  if (description.length <= descriptionMost) return description;
  const end = description.charCodeAt(descriptionMost - 1);
  const splitsPair = end >= 0xd800 && end <= 0xdbff;
  return description.slice(0, splitsPair ? descriptionMost - 1 : descriptionMost);
}
