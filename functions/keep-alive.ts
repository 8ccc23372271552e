// The orchestrations: what keeps one charger alive, and what carries out a command after its request was answered. Deterministic: time
// comes from the context, everything else from activities; names and order of what they do are fixed while instances run.
import type { OrchestrationContext, Task, TimerTask } from 'durable-functions';
import type { Woken } from '../lib/simulator/simulator';
import { loggerOf } from './invocation';

/** Names that instances, activities and events are known by to running orchestrations. */
export const names = {
  keepAlive: 'keepAlive',
  runJob: 'runJob',
  wake: 'wake',
  hold: 'hold',
  job: 'job',
  fleetRun: 'fleetRun',
  fleetBatch: 'fleetBatch',
  fleetSlice: 'fleetSlice',
  fleetGiveUp: 'fleetGiveUp',
  fleetEnd: 'fleetEnd',
  changed: 'changed',
} as const;

export interface KeepAliveInput {
  chargerId: string;
  /** The charger is to be held in the next window. */
  hold?: boolean;
  /** Failures in a row. */
  failures?: number;
  /** A fleet run that is not over yet has let go of it: it is held though it has the run's tag. */
  released?: boolean;
}

/** Shown by the client. Times are ISO 8601 text. */
export interface KeepAliveStatus {
  chargerId: string;
  state: 'active' | 'holding' | 'sleeping' | 'retrying';
  nextWakeAt?: string;
  failures?: number;
}

const firstBackOffMs = 5_000;
const longestBackOffMs = 15 * 60_000;
/** A charger whose deadline stays due must not make the orchestration spin. */
const shortestSleepMs = 1_000;
/** Longer sleeps are cut: the durable timer of a day needs no help of the SDK. */
const longestSleepMs = 24 * 3_600_000;

/** How long to wait after so many failures in a row, milliseconds. */
export function backOffMs(failures: number): number {
  return Math.min(firstBackOffMs * 2 ** Math.min(failures - 1, 20), longestBackOffMs);
}

/**
 * Keeps one charger alive: wakes or holds it, sleeps until its next deadline or until `changed` is raised, and starts over with an empty
 * history. Ends when nothing is due. Events say only "look again": one that is lost costs nothing, because after each start over the
 * charger is looked at first.
 */
export function* keepAlive(context: OrchestrationContext): Generator<Task, void, unknown> {
  const { hold = false, failures = 0, ...same } = context.df.getInput<KeepAliveInput>();
  const { chargerId } = same;
  show(context, { chargerId, state: hold ? 'holding' : 'active', failures });
  let woken: Woken;
  try {
    woken = (yield context.df.callActivity(hold ? names.hold : names.wake, same)) as Woken;
  } catch (error) {
    yield* backOff(context, same, failures + 1, error);
    return;
  }
  if (woken.hold) {
    context.df.continueAsNew({ ...same, hold: true });
    return;
  }
  if (woken.nextWakeAt === undefined) {
    tell(context, { message: 'nothing due: no longer kept alive', chargerId });
    return;
  }
  yield* sleep(context, chargerId, woken.nextWakeAt);
  context.df.continueAsNew({ chargerId });
}

function* backOff(
  context: OrchestrationContext,
  same: KeepAliveInput,
  failures: number,
  error: unknown,
): Generator<Task, void, unknown> {
  const { chargerId } = same;
  const until = nowOf(context) + backOffMs(failures);
  const reason = error instanceof Error ? error.message : String(error);
  tell(context, { message: 'charger not woken: tried again later', chargerId, failures, error: reason }, 'warn');
  show(context, { chargerId, state: 'retrying', failures, nextWakeAt: new Date(until).toISOString() });
  // Somebody who could use the charger meanwhile says so by the bell: then it is worth another try.
  yield* untilRung(context, until);
  context.df.continueAsNew({ ...same, failures });
}

function* sleep(context: OrchestrationContext, chargerId: string, nextWakeAt: number): Generator<Task, void, unknown> {
  const now = nowOf(context);
  const until = Math.min(Math.max(nextWakeAt, now + shortestSleepMs), now + longestSleepMs);
  show(context, { chargerId, state: 'sleeping', nextWakeAt: new Date(until).toISOString() });
  yield* untilRung(context, until);
}

/** Waits until then, or until `changed` is raised. */
function* untilRung(context: OrchestrationContext, until: number): Generator<Task, void, unknown> {
  const timer: TimerTask = context.df.createTimer(new Date(until));
  const changed = context.df.waitForExternalEvent(names.changed);
  yield context.df.Task.any([timer, changed]);
  // One that runs on would keep the instance alive.
  if (!timer.isCompleted) timer.cancel();
}

export function nowOf(context: OrchestrationContext): number {
  return context.df.currentUtcDateTime.getTime();
}

function show(context: OrchestrationContext, { failures, ...status }: KeepAliveStatus): void {
  context.df.setCustomStatus(failures ? { ...status, failures } : status);
}

/** Each line once, not at each replay. */
export function tell(
  context: OrchestrationContext,
  entry: Record<string, unknown>,
  level: 'info' | 'warn' = 'info',
): void {
  if (!context.df.isReplaying) loggerOf(context, () => nowOf(context))[level](entry);
}

export interface JobInput {
  chargerId: string;
  commandId: string;
}

/** Carries out one deferred command. What it is lies in the store: it may hold secrets, which histories must not. */
export function* runJob(context: OrchestrationContext): Generator<Task, void, unknown> {
  yield context.df.callActivity(names.job, context.df.getInput<JobInput>());
}
