// What a charger uploads when the CSMS asks for its log, as JSON lines: first what the charger is and how it stands (in a security log, its
// security events), then its OCPP messages as the message log has them, oldest first. Secrets are masked there and here.
import type { LoggedFrame } from '../charger/effect';
import { realTime } from '../charger/pace';
import type { Task } from '../charger/task';
import { viewCharger } from '../charger/view';
import type { MessageFilter, TaskSite } from '../simulator/ports';
import type { TaskDeps } from './tasks';

/** Bytes of messages at most; the newest are kept. */
const bytesMost = 4 * 1024 * 1024;
const pageSize = 500;

/** The file, as JSON lines. */
export async function makeLog(
  task: Task<'uploadLog'>,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
): Promise<Buffer> {
  // Before anything is waited for: the charger goes on meanwhile.
  const head = task.content === 'diagnostics' ? diagnosticsHead(task, site, deps) : securityHead(task, site, deps);
  await site.flushLog();
  const lines = await messageLines(task, site.charger.id, signal, deps);
  return Buffer.from([head, ...lines, ''].join('\n'));
}

function diagnosticsHead(task: Task<'uploadLog'>, { charger }: TaskSite, { clock }: TaskDeps): string {
  const now = clock();
  return JSON.stringify({ ...headOf(task, now), charger: viewCharger(charger, now) });
}

function securityHead(task: Task<'uploadLog'>, { charger }: TaskSite, { clock }: TaskDeps): string {
  const { id, identity, security: { log = [] } = {} } = charger;
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = task;
  const asked = log.filter(({ at }) => realTime(charger, at) >= from && realTime(charger, at) <= to);
  const events = asked.map((event) => ({ ...event, at: new Date(event.at).toISOString() }));
  return JSON.stringify({ ...headOf(task, clock()), charger: { id, identity }, events });
}

function headOf({ content, from, to }: Task<'uploadLog'>, now: number): Record<string, unknown> {
  return {
    log: content,
    createdAt: new Date(now).toISOString(),
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
  };
}

async function messageLines(
  task: Task<'uploadLog'>,
  chargerId: string,
  signal: AbortSignal,
  { messages }: TaskDeps,
): Promise<string[]> {
  const { content, from, to } = task;
  const filter: MessageFilter = {
    ...(content === 'security' ? { action: 'SecurityEventNotification' } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const lines: string[] = [];
  let bytes = 0;
  let continuation: string | undefined;
  do {
    const page = await messages.page(chargerId, filter, pageSize, continuation);
    for (const frame of page.items) {
      const line = lineOf(frame);
      bytes += line.length;
      if (bytes > bytesMost) return lines.reverse();
      lines.push(line);
    }
    continuation = page.continuation;
  } while (continuation !== undefined && !signal.aborted);
  return lines.reverse();
}

const lineOf = (frame: LoggedFrame) => JSON.stringify({ ...frame, at: new Date(frame.at).toISOString() });
