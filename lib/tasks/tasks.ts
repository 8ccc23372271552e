// The Tasks port: one performer per kind of task. What a task is for and what follows from its outcome is the charger's matter.
import type { Task, TaskKind, TaskOutcome } from '../charger/task';
import type { HostRules } from '../link/allow-list';
import { openVault, type Vault, VaultError } from '../secrets/vault';
import type { Clock, MessageLog, TaskSite, Tasks } from '../simulator/ports';
import { checkChain, checkContract, checkRoot, checkSigner, createCsr } from './certificates';
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
  vault: Vault;
}

type Performer<K extends TaskKind> = (
  task: Task<K>,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
) => Promise<TaskOutcome<K>>;

const performers: { [K in TaskKind]: Performer<K> } = {
  download,
  uploadLog,
  createCsr,
  checkRoot,
  checkChain,
  checkSigner,
  checkContract,
};

/** The task as it was meant: documents keep URLs that grant access sealed. */
function readable<K extends TaskKind>(task: Task<K>, { unseal }: Vault): Task<K> {
  return 'location' in task ? { ...task, location: unseal(task.location) } : task;
}

export type TaskOptions = Pick<TaskDeps, 'allow' | 'messages'> & {
  limits?: Partial<TransferLimits>;
  clock?: Clock;
  /** Seals private keys that are made here. Default: they stay as they are. */
  vault?: Vault;
};

/** Does tasks in this process. */
export function createTasks({ limits, clock = Date.now, vault = openVault, ...options }: TaskOptions): Tasks {
  const deps = { ...options, clock, vault, limits: { ...defaultLimits, ...limits } };
  return {
    async perform<K extends TaskKind>(task: Task<K>, site: TaskSite, signal: AbortSignal) {
      // The table is exhaustive by its type; TypeScript cannot see that kind and task belong together.
      const performer = performers[task.kind as K] as Performer<K>;
      try {
        return await performer(readable(task, vault), site, signal, deps);
      } catch (error) {
        if (error instanceof VaultError) return { ok: false, reason: 'failed', detail: error.message };
        throw error;
      }
    },
  };
}
