// One request of one operation, from parameters to answer, whatever the host. Routing and keys are the host's matter.
import { randomUUID } from 'node:crypto';
import type { Command } from '../charger/command';
import { StoreUnavailableError } from '../simulator/ports';
import { answerOnce } from './idempotency';
import { type ApiRequest, readInput } from './input';
import type { ApiDeps, Call, Job, Operation, Reply, Submitted } from './operation';
import {
  badInput,
  type ProblemError,
  problemDocument,
  problemKinds,
  problemOf,
  refusalProblem,
  unknownCharger,
} from './problem';

export type { ApiRequest } from './input';

/** An answer before it is text: what can be remembered and given again. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body?: unknown;
  text?: string | AsyncIterable<string>;
}

/** An answer as a host sends it. */
export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body: string | AsyncIterable<string>;
}

/** Answers a request. Never throws: whatever goes wrong becomes a problem document. */
export async function handle(operation: Operation, request: ApiRequest, deps: ApiDeps): Promise<ApiResponse> {
  return respond(await guard(operation, deps, () => answer(operation, request, deps)));
}

/** A problem as a host sends it, for what goes wrong before an operation is found. */
export function problemResponse(problem: ProblemError): ApiResponse {
  return respond(problemAnswer(problem));
}

/** Carries out a deferred job and remembers its answer. */
export async function performJob(job: Job, deps: ApiDeps): Promise<void> {
  const operation = deps.operations.find(({ name }) => name === job.operation);
  if (!operation) throw new Error(`no operation ${job.operation}`);
  const { body, ...rest } = await guard(operation, deps, () => execute(operation, job, deps));
  const answer = { status: rest.status, headers: rest.headers, body };
  await deps.commands.put({ ...entryOf(job), state: 'done', answer });
}

/** Where a deferred job's answer is kept. */
export function jobEntryId(commandId: string): string {
  return `job-${commandId}`;
}

async function answer(operation: Operation, request: ApiRequest, deps: ApiDeps): Promise<Answer> {
  const input = await readInput(operation, request);
  const errors = operation.check(input, deps);
  if (errors.length > 0) throw badInput(errors);
  const job = jobOf(operation, input, request, deps);
  const perform = () => guard(operation, deps, () => start(operation, job, request, deps));
  const key = operation.method === 'POST' ? request.headers.get('idempotency-key') : null;
  if (key === null) return perform();
  return answerOnce(deps, { key, operation: operation.name, input, timeoutMs: job.timeoutMs }, perform);
}

function jobOf(operation: Operation, checked: Record<string, unknown>, request: ApiRequest, deps: ApiDeps): Job {
  const { timeoutSeconds, ...input } = checked;
  const ifMatch = request.headers.get('if-match');
  return {
    operation: operation.name,
    input,
    commandId: randomUUID(),
    chargerId: typeof input.chargerId === 'string' ? input.chargerId : '-',
    ...(ifMatch === null ? {} : { ifMatch }),
    createdAt: deps.clock(),
    timeoutMs: typeof timeoutSeconds === 'number' ? timeoutSeconds * 1000 : 0,
  };
}

async function start(operation: Operation, job: Job, request: ApiRequest, deps: ApiDeps): Promise<Answer> {
  const later = operation.waits && prefersAsync(request);
  return later ? startLater(operation, job, deps) : execute(operation, job, deps);
}

/** `Prefer: respond-async` among other preferences (RFC 7240 §4.1). */
function prefersAsync(request: ApiRequest): boolean {
  const preferences = request.headers.get('prefer')?.toLowerCase().split(/[,;]/) ?? [];
  return preferences.some((preference) => preference.trim() === 'respond-async');
}

async function startLater(operation: Operation, job: Job, deps: ApiDeps): Promise<Answer> {
  if (operation.params.includes('chargerId') && !(await deps.simulator.snapshot(job.chargerId))) {
    throw unknownCharger(job.chargerId);
  }
  await deps.commands.create({ ...entryOf(job), state: 'taken' });
  await deps.defer(job);
  return accepted(job);
}

/** 202 with where to poll. */
export function accepted(job: Pick<Job, 'chargerId' | 'commandId'>) {
  const location = `/api/chargers/${encodeURIComponent(job.chargerId)}/commands/${job.commandId}`;
  return {
    status: 202,
    headers: { location, 'retry-after': '1', 'preference-applied': 'respond-async' },
    body: { commandId: job.commandId, state: 'running', location },
  };
}

function entryOf(job: Job) {
  return {
    id: jobEntryId(job.commandId),
    chargerId: job.chargerId,
    createdAt: job.createdAt,
    timeoutMs: job.timeoutMs,
  };
}

async function execute(operation: Operation, job: Job, deps: ApiDeps): Promise<Answer> {
  const reply = await operation.run(job.input, callOf(operation, job, deps));
  return answerOf(operation, reply);
}

function callOf(operation: Operation, job: Job, deps: ApiDeps): Call {
  return {
    ...deps,
    commandId: job.commandId,
    timeoutMs: job.timeoutMs,
    ...(job.ifMatch === undefined ? {} : { ifMatch: job.ifMatch }),
    submit: (chargerId, command) => submit(operation, job, deps, chargerId, command),
  };
}

async function submit(
  operation: Operation,
  job: Job,
  deps: ApiDeps,
  chargerId: string,
  command: Command,
): Promise<Submitted> {
  const { commandId, timeoutMs, createdAt: since } = job;
  const { outcome, exchange } = await deps.simulator.submit(chargerId, command, { commandId, timeoutMs, since });
  if (outcome.ok) return { result: outcome.result, exchange };
  const csms = (await deps.simulator.snapshot(chargerId))?.charger.csms.url;
  throw refusalProblem(outcome.refusal, exchange, {
    operation: operation.name,
    chargerId,
    ...(csms === undefined ? {} : { csms }),
    timeoutSeconds: timeoutMs / 1000,
  });
}

function answerOf(operation: Operation, reply: Reply): Answer {
  const status = reply.status ?? operation.status;
  const headers = { ...reply.headers };
  if (reply.text)
    return { status, headers: { 'content-type': reply.text.contentType, ...headers }, text: reply.text.content };
  return { status, headers, body: reply.body };
}

async function guard(operation: Operation, deps: ApiDeps, act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    const problem = problemOf(error);
    // What they say is for whoever runs the host.
    if (problem.kind === 'internal' || error instanceof StoreUnavailableError) deps.report(error, operation.name);
    return problemAnswer(problem);
  }
}

function problemAnswer(problem: ProblemError): Answer {
  const { status } = problemKinds[problem.kind];
  const headers = { 'content-type': 'application/problem+json', ...problem.headers };
  return { status, headers, body: problemDocument(problem) };
}

function respond(answer: Answer): ApiResponse {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  };
  const body = answer.text ?? (answer.body === undefined ? '' : JSON.stringify(answer.body));
  return { status: answer.status, headers, body };
}
