// Whether frames of the CSMS go against OCPP-J: message ids, answers that nobody waits for, error codes, fields. For that the link
// remembers a few message ids. What is done about a frame is in incoming.ts.
import type { Found, SchemaProblem } from '../ocpp/check';
import type { Frame } from '../ocpp/frame';
import type { Charger } from './charger';
import { type Context, note } from './context';
import { violate } from './violations';

/** Message ids remembered of each kind: they are in the document. */
const idsMost = 10;

/** How long a CSMS that got no answer is taken to wait for it: none of sense has given up after less. */
const patienceMs = 10_000;

function withLast<T>(list: T[] | undefined, item: T): T[] {
  return [...(list ?? []), item].slice(-idsMost);
}

/** A CALL of the CSMS: is its id new, and is none of its CALLs unanswered (OCPP-J 1.6 §4.1.1, §4.1.4)? */
export function judgeCall(context: Context, messageId: string): void {
  const { link, owed } = context.charger;
  if (link.heardIds?.includes(messageId))
    violate(context, 'messageIdReused', `message id ${messageId} was used before`);
  else link.heardIds = withLast(link.heardIds, messageId);
  for (const key in owed) {
    const call = owed[key];
    if (!call || context.wall - call.since >= patienceMs) continue;
    return violate(context, 'callInParallel', `${call.action} ${call.messageId} has not been answered yet`);
  }
}

/** A tester sends a CALL as a frame of its own: the answer to it is not unasked for. */
export function rememberRaw({ link }: Charger, messageId: string): void {
  link.rawIds = withLast(link.rawIds, messageId);
}

/** A tester sends something else by hand: a CSMS may answer what it takes for a CALL under whatever id it read. */
export function rememberNoise({ link }: Charger): void {
  link.rawNoise = true;
}

/** A CALL of ours is given up unanswered: its answer may come all the same. */
export function rememberGivenUp({ link }: Charger, messageId: string): void {
  const number = numberOf(link.nonce, messageId);
  if (number !== undefined) link.givenUp = withLast(link.givenUp, number);
}

/** Which of our CALLs on this connection has this id: they are `nonce-number`. */
function numberOf(nonce: string, messageId: string): number | undefined {
  if (!messageId.startsWith(`${nonce}-`)) return undefined;
  const number = Number(messageId.slice(nonce.length + 1));
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

/** An answer that no CALL of the queue waits for: late, doubled, or to an id that was never used. */
export function judgeStray(context: Context, messageId: string): void {
  const { link } = context.charger;
  // What comes before a link that the charger has given up is closed answers calls that went with it.
  if (link.state !== 'up' || forget(link, 'rawIds', messageId)) return;
  const number = numberOf(link.nonce, messageId);
  if (link.rawNoise) return note(context, 'warn', `an answer to ${messageId}, which may be to a frame sent by hand`);
  if (number === undefined || number > link.lastCall) {
    return violate(context, 'unknownAnswer', `no CALL had the message id ${messageId}`);
  }
  if (forget(link, 'givenUp', number)) note(context, 'warn', `the answer to ${messageId} came too late`);
  else violate(context, 'repeatedAnswer', `the CALL ${messageId} has been answered before`);
}

/** Takes an id off a list of the link; whether it was there. */
function forget<K extends 'rawIds' | 'givenUp'>(
  link: Charger['link'],
  key: K,
  id: NonNullable<Charger['link'][K]>[number],
): boolean {
  const list: (string | number)[] = link[key] ?? [];
  const at = list.indexOf(id);
  if (at < 0) return false;
  list.splice(at, 1);
  if (list.length === 0) delete link[key];
  return true;
}

/** A CALLERROR: is its code one that there is, and is it complete (OCPP-J 1.6 §4.2.3)? */
export function judgeError(context: Context, { code, incomplete }: Extract<Frame, { kind: 'error' }>): void {
  const known = Object.values(context.dialect.errorCodes).includes(code);
  if (!known) violate(context, 'unknownErrorCode', `${JSON.stringify(code.slice(0, 50))} is no error code`);
  if (incomplete)
    violate(context, 'incompleteCallError', 'a description, a text, and details, an object, belong to it');
}

/** A CALLRESULT that breaks the schema of its response: one violation for each rule. */
export function judgeAnswer(context: Context, action: string, { found }: SchemaProblem): void {
  const byRule = new Map<string, string[]>();
  for (const problem of found) {
    const rule = context.dialect.answerRule(problem);
    byRule.set(rule, [...(byRule.get(rule) ?? []), wordsOf(problem)]);
  }
  for (const [rule, words] of byRule) violate(context, rule, `the answer to ${action}: ${words.join('; ')}`);
}

const wordsOf = ({ path, message }: Found) => `${path || 'payload'} ${message}`;
