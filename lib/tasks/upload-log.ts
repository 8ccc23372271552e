// Task `uploadLog`: makes a log file from the store and the charger's state, and sends it.
import type { Task, TaskOutcome } from '../charger/task';
import type { TaskSite } from '../simulator/ports';
import { sendFile } from './file-transfer';
import { makeLog } from './log-content';
import type { TaskDeps } from './tasks';

export async function uploadLog(
  task: Task<'uploadLog'>,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
): Promise<TaskOutcome<'uploadLog'>> {
  const content = await makeLog(task, site, signal, deps);
  const failure = await sendFile(task.location, { fileName: task.fileName, content }, site, signal, deps);
  return failure ?? { ok: true, bytes: content.length };
}
