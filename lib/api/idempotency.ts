// Idempotency-Key: the same key runs once and gets the first answer again, also while the first request still runs.
// The store remembers; what runs in this process is waited for without asking it.
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type CommandEntry, type CommandStore, ExistsError } from '../simulator/ports';
import type { Answer } from './handle';
import type { ApiDeps } from './operation';
import { badInput, ProblemError } from './problem';

export interface KeyedRequest {
  key: string;
  operation: string;
  input: Record<string, unknown>;
  timeoutMs: number;
}

/** A request whose host died is given up this long after its own time limit. */
const graceMs = 30_000;
const pollMs = 250;

const runningHere = new WeakMap<CommandStore, Map<string, Promise<Answer>>>();

/** Performs the request if its key is new; else gives the first answer again. @throws ProblemError when the key was another request's */
export async function answerOnce(
  deps: ApiDeps,
  request: KeyedRequest,
  perform: () => Promise<Answer>,
): Promise<Answer> {
  checkKey(request.key);
  const id = `key-${sha256(request.key)}`;
  const fingerprint = sha256(canonical([request.operation, request.input]));
  const entry: CommandEntry = {
    id,
    // Keys are spread over partitions: nothing ever lists them.
    chargerId: id,
    createdAt: deps.clock(),
    timeoutMs: request.timeoutMs,
    state: 'taken',
    fingerprint,
  };
  const first = await take(deps, entry);
  if (!first) return track(deps, entry, perform);
  if (first.fingerprint !== fingerprint) {
    throw new ProblemError('key-reused', 'this Idempotency-Key was used for a different request: use a new one');
  }
  return again(await firstAnswer(deps, first, request.timeoutMs));
}

function checkKey(key: string): void {
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(key)) return;
  throw badInput([{ path: 'Idempotency-Key', message: 'the header must be 1 to 255 printable ASCII characters' }]);
}

/** Takes the key: `undefined` when it is ours now, else the entry of whoever has it. */
async function take(deps: ApiDeps, entry: CommandEntry): Promise<CommandEntry | undefined> {
  try {
    await deps.commands.create(entry);
    return undefined;
  } catch (error) {
    if (!(error instanceof ExistsError)) throw error;
  }
  const first = await deps.commands.read(entry.chargerId, entry.id);
  if (first && !released(first)) return first;
  await deps.commands.put(entry);
  return undefined;
}

/** The first request never ran, for want of a store: the key is free again. */
function released(entry: CommandEntry): boolean {
  return entry.state === 'done' && !entry.answer;
}

function track(deps: ApiDeps, entry: CommandEntry, perform: () => Promise<Answer>): Promise<Answer> {
  const running = runningHere.get(deps.commands) ?? new Map<string, Promise<Answer>>();
  runningHere.set(deps.commands, running);
  const answer = remember(deps, entry, perform).finally(() => running.delete(entry.id));
  running.set(entry.id, answer);
  return answer;
}

async function remember(deps: ApiDeps, entry: CommandEntry, perform: () => Promise<Answer>): Promise<Answer> {
  const answer = await perform();
  const { status, headers, body } = answer;
  const keep = status === 503 ? {} : { answer: { status, headers, body } };
  try {
    await deps.commands.put({ ...entry, state: 'done', ...keep });
  } catch (error) {
    deps.report(error, 'Idempotency-Key');
  }
  return answer;
}

async function firstAnswer(deps: ApiDeps, first: CommandEntry, timeoutMs: number): Promise<Answer> {
  const here = runningHere.get(deps.commands)?.get(first.id);
  if (here) return here;
  const patience = deps.clock() + timeoutMs + graceMs;
  let entry: CommandEntry | undefined = first;
  while (entry && !entry.answer) {
    const now = deps.clock();
    if (now > first.createdAt + (first.timeoutMs ?? 0) + graceMs || now > patience) break;
    await delay(pollMs);
    entry = await deps.commands.read(first.chargerId, first.id);
  }
  if (entry?.answer) return entry.answer;
  throw new ProblemError(
    'interrupted',
    'the first request with this Idempotency-Key was interrupted: look at the charger, then use a new key',
  );
}

function again(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON with sorted names, so that the order of fields does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
