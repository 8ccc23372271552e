// The Tasks port: one performer per kind of task. What a task is for and what follows from its outcome is the charger's matter.
import type { Task, TaskKind, TaskOutcome } from '../charger/task';
import type { HostRules } from '../link/allow-list';
import type { TaskSite, Tasks } from '../simulator/ports';
import { download } from './download';
import { defaultLimits, type TransferLimits } from './transfer';

/** What performers share. */
export interface TaskDeps {
  /** Hosts that files may be transferred with. */
  allow: HostRules;
  limits: TransferLimits;
}

type Performer<K extends TaskKind> = (
  task: Task<K>,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
) => Promise<TaskOutcome<K>>;

const performers: { [K in TaskKind]: Performer<K> } = { download };

export interface TaskOptions {
  allow: HostRules;
  limits?: Partial<TransferLimits>;
}

/** Does tasks in this process. */
export function createTasks({ allow, limits }: TaskOptions): Tasks {
  const deps = { allow, limits: { ...defaultLimits, ...limits } };
  return {
    perform<K extends TaskKind>(task: Task<K>, site: TaskSite, signal: AbortSignal) {
      // The table is exhaustive by its type; TypeScript cannot see that kind and task belong together.
      const performer = performers[task.kind as K] as Performer<K>;
      return performer(task, site, signal, deps);
    },
  };
}
