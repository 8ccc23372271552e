// The Tasks port: one performer per kind of task. What a task is for and what follows from its outcome is the charger's matter.
import type { Task, TaskKind, TaskOutcome } from '../charger/task';
import type { HostRules } from '../link/allow-list';
import type { Clock, MessageLog, TaskSite, Tasks } from '../simulator/ports';
import { download } from './download';
import { defaultLimits, type TransferLimits } from './transfer';
import { uploadLog } from './upload-log';

/** What performers share. */
export interface TaskDeps {
  /** Hosts that files may be transferred with. */
  allow: HostRules;
  limits: TransferLimits;
  /** Where the OCPP messages of chargers are. */
  messages: Pick<MessageLog, 'page'>;
  clock: Clock;
}

type Performer<K extends TaskKind> = (
  task: Task<K>,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
) => Promise<TaskOutcome<K>>;

const performers: { [K in TaskKind]: Performer<K> } = { download, uploadLog };

export type TaskOptions = Pick<TaskDeps, 'allow' | 'messages'> & {
  limits?: Partial<TransferLimits>;
  clock?: Clock;
};

/** Does tasks in this process. */
export function createTasks({ limits, clock = Date.now, ...options }: TaskOptions): Tasks {
  const deps = { ...options, clock, limits: { ...defaultLimits, ...limits } };
  return {
    perform<K extends TaskKind>(task: Task<K>, site: TaskSite, signal: AbortSignal) {
      // The table is exhaustive by its type; TypeScript cannot see that kind and task belong together.
      const performer = performers[task.kind as K] as Performer<K>;
      return performer(task, site, signal, deps);
    },
  };
}
