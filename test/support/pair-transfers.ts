// File transfers of a pair's charger, whose outcomes tests make up: what was begun, and how it ends.
import type { Task, TaskKind, TaskOutcome } from '../../lib/charger/task';
import { createTasks } from '../../lib/tasks/tasks';
import type { Pair } from './pair';

/** Tasks under way by the document, oldest first. */
export function tasksOf(pair: Pair): { id: string; task: Task }[] {
  return Object.entries(pair.charger.tasks ?? {}).map(([id, { task }]) => ({ id, task }));
}

/** Every task ever begun, in order. */
export function begun(pair: Pair): Task[] {
  return pair.effects.flatMap((effect) => (effect.kind === 'startTask' ? [effect.task] : []));
}

/** Ends the task of that kind that is under way. @throws Error when there is none, or several */
export function endTask(pair: Pair, outcome: TaskOutcome, kind: TaskKind = 'download'): void {
  const [one, ...others] = tasksOf(pair).filter(({ task }) => task.kind === kind);
  if (!one || others.length > 0) throw new Error(`${one ? others.length + 1 : 0} tasks ${kind} are under way, not one`);
  pair.input({ kind: 'taskDone', id: one.id, outcome });
}

export const downloaded = (more: Partial<TaskOutcome<'download'>> = {}): TaskOutcome =>
  ({ ok: true, bytes: 1_000, sha256: 'ab', version: '2.0.0', ...more }) as TaskOutcome;

export const uploaded: TaskOutcome = { ok: true, bytes: 1_000 };

export const failed: TaskOutcome = { ok: false, reason: 'failed', detail: 'files.test refuses the connection' };

/** Statuses told in messages of this action, in order. */
export const told = (pair: Pair, action: string) => pair.calls(action).map(({ payload }) => payload.status);

/** Does the task that checks who signed the firmware as a host does. */
export async function checkSigner(pair: Pair): Promise<void> {
  const [pending] = tasksOf(pair).filter(({ task }) => task.kind === 'checkSigner');
  if (!pending) throw new Error('no signer is being checked');
  const tasks = createTasks({ allow: [], messages: { page: async () => ({ items: [] }) } });
  const site = { charger: pair.charger, flushLog: async () => {} };
  const outcome = await tasks.perform(pending.task, site, new AbortController().signal);
  pair.input({ kind: 'taskDone', id: pending.id, outcome });
}
