// Does the tasks of a pair's charger for real, those of files excepted: certificates are made, read and checked as a host does.
import type { Task, TaskOutcome } from '../../lib/charger/task';
import { openVault, type Vault } from '../../lib/secrets/vault';
import { createTasks } from '../../lib/tasks/tasks';
import type { Pair } from './pair';

const done = new WeakMap<object, true>();

/** Performs every task that the pair's charger has begun and not cancelled, and what follows from their outcomes. */
export async function doTasks(pair: Pair, vault: Vault = openVault): Promise<void> {
  const tasks = createTasks({ allow: [], messages: { page: async () => ({ items: [] }) }, vault });
  const perform = (task: Task): Promise<TaskOutcome> =>
    tasks.perform(task, { charger: pair.charger, flushLog: async () => {} }, new AbortController().signal);
  for (let next = begun(pair); next; next = begun(pair)) {
    done.set(next, true);
    const { id, task } = next;
    pair.input({ kind: 'taskDone', id, outcome: await perform(task) });
  }
}

function begun(pair: Pair) {
  return pair.effects.find(
    (effect): effect is Extract<typeof effect, { kind: 'startTask' }> =>
      effect.kind === 'startTask' && !done.has(effect) && pair.charger.tasks?.[effect.id] !== undefined,
  );
}

/** A CSMS-initiated CALL whose answer follows from tasks: the payload of the answer. */
export async function askLater(
  pair: Pair,
  action: string,
  payload: unknown,
  vault?: Vault,
): Promise<Record<string, unknown> | undefined> {
  const before = new Set(Object.keys(pair.replies));
  const answer = pair.call(action, payload);
  if (answer) return answer[2] as Record<string, unknown>;
  await doTasks(pair, vault);
  const [id] = Object.keys(pair.replies).filter((reply) => !before.has(reply));
  return id === undefined ? undefined : (pair.replies[id]?.[2] as Record<string, unknown>);
}
