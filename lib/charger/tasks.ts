// Tasks under way: begun, cancelled and ended here, as entries in the document. What an outcome means is the dialect's, by the
// task's subject. How a host does a task is in lib/simulator/errands.ts and lib/tasks.
import type { Charger } from './charger';
import { type Context, note } from './context';
import { type PendingTask, restartable, restartsMost, type Task, type TaskFailure, type TaskOutcome } from './task';
import { showUrl } from './url-secrets';

/** Takes the outcome of a task; `argument` is what followed the slash in the subject it was started with. */
export type TaskHandler = (context: Context, outcome: never, pending: PendingTask<never>) => void;

/**
 * Begins a task, as soon as the document that names it is saved. Its outcome comes to the dialect's handler of `subject`, in a later
 * step, exactly once unless it is cancelled. Returns its id, `subject/number`.
 */
export function startTask(context: Context, subject: string, task: Task): string {
  const { charger } = context;
  const id = `${subject}/${++charger.lastId}`;
  charger.tasks = { ...charger.tasks, [id]: { task, since: context.wall } };
  context.effects.push({ kind: 'startTask', id, task });
  context.save = true;
  return id;
}

/** Is a task of this subject under way? */
export function isUnderWay(charger: Charger, subject: string): boolean {
  return idsOf(charger, subject).length > 0;
}

/** Ends the tasks of a subject without a word: nobody wants their outcome any more. */
export function cancelTasks(context: Context, subject: string): void {
  for (const id of idsOf(context.charger, subject)) {
    forget(context.charger, id);
    context.effects.push({ kind: 'cancelTask', id });
    context.save = true;
  }
}

/** The charger lost its power or restarts: what it was doing ends as interrupted. */
export function interruptTasks(context: Context, detail: string): void {
  for (const id of Object.keys(context.charger.tasks ?? {})) {
    context.effects.push({ kind: 'cancelTask', id });
    taskDone(context, id, { ok: false, reason: 'interrupted', detail });
  }
}

/** The process that did the tasks is gone: what may be done twice is begun anew, the rest ends as interrupted. */
export function tasksLost(context: Context): void {
  const { tasks = {} } = context.charger;
  for (const id of Object.keys(tasks)) {
    const pending = tasks[id];
    if (pending) again(context, id, pending);
  }
}

function again(context: Context, id: string, pending: PendingTask): void {
  const restarts = (pending.restarts ?? 0) + 1;
  if (!restartable[pending.task.kind] || restarts > restartsMost) {
    const times = restarts > 1 ? ` (begun ${restarts} times)` : '';
    const detail = `the process that did it is gone${times}`;
    return taskDone(context, id, { ok: false, reason: 'interrupted', detail });
  }
  pending.restarts = restarts;
  context.effects.push({ kind: 'startTask', id, task: pending.task });
  context.save = true;
}

/** A task has ended. One that was cancelled meanwhile is none of the charger's business any more. */
export function taskDone(context: Context, id: string, outcome: TaskOutcome): void {
  const pending = context.charger.tasks?.[id];
  if (!pending) return;
  forget(context.charger, id);
  context.save = true;
  context.touched = true;
  const subject = subjectOf(id);
  if (!outcome.ok) note(context, 'warn', `${subject}: ${pending.task.kind} ${wordsOf(outcome)}`);
  const handler = context.dialect.tasks[subject] as
    | ((context: Context, outcome: TaskOutcome, pending: PendingTask) => void)
    | undefined;
  handler?.(context, outcome, pending);
}

const wordsOf = ({ reason, detail }: TaskFailure) =>
  `${reason === 'failed' ? 'failed' : `failed (${reason})`}: ${detail}`;

function idsOf(charger: Charger, subject: string): string[] {
  return Object.keys(charger.tasks ?? {}).filter((id) => subjectOf(id) === subject);
}

const subjectOf = (id: string) => id.slice(0, id.lastIndexOf('/'));

function forget(charger: Charger, id: string): void {
  const { [id]: _, ...rest } = charger.tasks ?? {};
  if (Object.keys(rest).length === 0) delete charger.tasks;
  else charger.tasks = rest;
}

/** Tasks under way, for people: without secrets. */
export function viewTasks({ tasks = {} }: Charger): { id: string; kind: string; since: string; location?: string }[] {
  return Object.entries(tasks).map(([id, { task, since }]) => ({
    id,
    kind: task.kind,
    since: new Date(since).toISOString(),
    ...('location' in task ? { location: showUrl(task.location) } : {}),
  }));
}
