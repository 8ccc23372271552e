// Commands that go on after their request was answered: left in the store, carried out by an activity of their own orchestration.
import { jobEntryId, performJob } from '../lib/api/handle';
import type { ApiDeps, Job } from '../lib/api/operation';
import type { CommandEntry } from '../lib/simulator/ports';
import type { JobInput } from './keep-alive';
import type { Orchestrations } from './orchestrations';

/** Leaves the job in the store and starts its orchestration, so that the answer 202 outlives this invocation. */
export async function deferJob(job: Job, deps: ApiDeps, orchestrations: Orchestrations): Promise<void> {
  const { chargerId, commandId, createdAt, timeoutMs } = job;
  const entry: CommandEntry = { id: jobEntryId(commandId), chargerId, createdAt, timeoutMs, state: 'taken', job };
  await deps.commands.put(entry);
  await orchestrations.startJob({ chargerId, commandId });
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

async function isUnderWay(deps: ApiDeps, chargerId: string, commandId: string): Promise<boolean> {
  const found = await deps.simulator.snapshot(chargerId);
  return found?.charger.commands[commandId] !== undefined;
}
