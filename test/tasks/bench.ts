// Does tasks of a charger for real, with the limits that a test wants.
import type { Charger } from '../../lib/charger/charger';
import { buildCharger } from '../../lib/charger/create';
import type { LoggedFrame } from '../../lib/charger/effect';
import type { Task, TaskOutcome } from '../../lib/charger/task';
import { parseHostRules } from '../../lib/link/allow-list';
import type { Vault } from '../../lib/secrets/vault';
import type { MessageLog } from '../../lib/simulator/ports';
import { createTasks } from '../../lib/tasks/tasks';
import type { TransferLimits } from '../../lib/tasks/transfer';

/** For servers that stall: tests need not wait long for it. */
export const impatient = { stallMs: 200 };

export const now = Date.UTC(2026, 0, 5, 8, 0, 0);

export interface Bench {
  charger?: Charger;
  /** As in CSMS_ALLOWED_HOSTS. */
  allow?: string;
  limits?: Partial<TransferLimits>;
  messages?: Pick<MessageLog, 'page'>;
  signal?: AbortSignal;
  vault?: Vault;
}

export function someCharger(tls?: Charger['csms']['tls']): Charger {
  const csms = { url: 'ws://csms.test/ocpp', ...(tls ? { tls } : {}) };
  return buildCharger({ id: 'CP-1', protocol: 'ocpp1.6', csms }, now);
}

export const noMessages: Pick<MessageLog, 'page'> = { page: async () => ({ items: [] as LoggedFrame[] }) };

export function perform(task: Task, bench: Bench = {}): Promise<TaskOutcome> {
  const { charger = someCharger(), allow, limits, messages = noMessages, signal, vault } = bench;
  const tasks = createTasks({
    allow: parseHostRules(allow),
    messages,
    limits: { stallMs: 10_000, ...limits },
    clock: () => now,
    ...(vault ? { vault } : {}),
  });
  return tasks.perform(task, { charger, flushLog: async () => {} }, signal ?? new AbortController().signal);
}

export const download = (location: string, bench?: Bench) => perform({ kind: 'download', location }, bench);
