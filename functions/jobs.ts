// Commands that go on after their request was answered: left in the store, carried out by an activity of their own orchestration.
import { jobEntryId, performJob } from '../lib/api/handle';
import type { ApiDeps, Job } from '../lib/api/operation';
import { ProblemError } from '../lib/api/problem';
import type { CommandEntry } from '../lib/simulator/ports';
import type { JobInput } from './keep-alive';
import type { Orchestrations } from './orchestrations';

/** Durable Functions have this long to take an orchestration. */
const startMs = 20_000;

/**
 * Leaves the job in the store and starts its orchestration, so that the answer 202 outlives this invocation. Where that cannot be done the
 * job is taken back: whoever asks again does not have it run twice. @throws ProblemError (unavailable)
 */
export async function deferJob(job: Job, deps: ApiDeps, orchestrations: Orchestrations): Promise<void> {
  const { chargerId, commandId, createdAt, timeoutMs } = job;
  const entry: CommandEntry = { id: jobEntryId(commandId), chargerId, createdAt, timeoutMs, state: 'taken', job };
  await deps.commands.put(entry);
  try {
    await withinTime(orchestrations.startJob({ chargerId, commandId }), startMs);
  } catch (error) {
    deps.report(error, job.operation);
    await deps.commands.put({ id: entry.id, chargerId, createdAt, timeoutMs, state: 'done' });
    const detail = 'the command cannot be carried out later, as Durable Functions do not take it: try again';
    throw new ProblemError('unavailable', detail, {}, { 'retry-after': '5' });
  }
}

/**
 * Carries the job out. Activities run at least once: one that begins again goes on with the command if it is still under way in the
 * charger's document, else its outcome has died with the first run, and whoever polls is told so.
 */
export async function carryOut({ chargerId, commandId }: JobInput, deps: ApiDeps): Promise<void> {
  const entry = await deps.commands.read(chargerId, jobEntryId(commandId));
  if (!entry?.job || entry.state === 'done') return;
  const begun = entry.fingerprint === begunMark;
  if (begun && !(await isUnderWay(deps, chargerId, commandId))) return;
  await deps.commands.put({ ...entry, fingerprint: begunMark });
  await performJob(entry.job as Job, deps);
}

const begunMark = 'begun';

/** @throws Error when it takes longer */
async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function isUnderWay(deps: ApiDeps, chargerId: string, commandId: string): Promise<boolean> {
  const found = await deps.simulator.snapshot(chargerId);
  return found?.charger.commands[commandId] !== undefined;
}
