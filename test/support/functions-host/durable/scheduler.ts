// Carries out what an orchestrator's actions ask for (activities, timers, sub-orchestrations, retries) and turns the
// outcomes into messages for the instance. What an episode is stands in `hub.ts`.
import type { HostClock } from '../clock';
import { InvocationLostError } from '../pool';
import type { InvocationResponse } from '../protocol';
import { FunctionFailedError } from '../worker-handle';
import type { Instance, Message, OpenTask, Retry } from './instance';
import { type Action, ActionType, EventType, type HistoryEvent } from './wire';

const day = 86_400_000;
/** What `maximumShortTimerDuration` and `longRunningTimerIntervalDuration` tell the SDK, as text and in milliseconds. */
export const longTimers = { maximum: '6.00:00:00', maximumMs: 6 * day, piece: '3.00:00:00', pieceMs: 3 * day };

export interface SchedulerPorts {
  clock: HostClock;
  /** Runs an activity. @throws FunctionFailedError, InvocationLostError */
  runActivity(name: string, input: unknown): Promise<InvocationResponse>;
  startChild(parent: Instance, task: number, action: Action): void;
  /** Puts a message into the instance's inbox. */
  post(instance: Instance, message: Message): void;
  /** Records a scheduling event in the history. */
  record(instance: Instance, event: Message['event']): void;
}

export interface Scheduler {
  /** Carries out an action that is new. */
  schedule(instance: Instance, action: Action): void;
  /** Stops the timers that the orchestrator has canceled since. */
  cancelTimers(instance: Instance, actions: Action[]): void;
  /** Takes in an outcome; schedules the next attempt where there is one. */
  settle(instance: Instance, event: HistoryEvent): void;
  /** The event moves the numbering of tasks by itself: it must be alone in its episode. */
  renumbers(instance: Instance, event: Message['event']): boolean;
  /** Drops all that is open: a new run, or the end. */
  forget(instance: Instance): void;
}

export function createScheduler(ports: SchedulerPorts): Scheduler {
  const { clock } = ports;

  const number = (instance: Instance) => instance.nextTask++;

  function activity(instance: Instance, action: Action, retry: Retry | undefined): void {
    const task = number(instance);
    const { generation } = instance;
    instance.open.set(task, { kind: 'activity', action, ...(retry ? { retry } : {}) });
    ports.record(instance, { EventType: EventType.TaskScheduled, EventId: task, Name: action.functionName ?? '' });
    void run(action).then((outcome) =>
      ports.post(instance, { generation, event: { EventId: -1, TaskScheduledId: task, ...outcome } }),
    );
  }

  async function run(action: Action): Promise<Omit<HistoryEvent, 'EventId' | 'IsPlayed' | 'Timestamp'>> {
    const name = action.functionName ?? '';
    for (;;) {
      try {
        const { returnValue } = await ports.runActivity(name, action.input);
        return { EventType: EventType.TaskCompleted, Result: resultOf(returnValue) };
      } catch (error) {
        // At least once: what an instance did not acknowledge is given to the next.
        if (error instanceof InvocationLostError && error.redeliver) continue;
        return failureOf(name, error);
      }
    }
  }

  function subOrchestration(instance: Instance, action: Action, retry: Retry | undefined): void {
    const task = number(instance);
    instance.open.set(task, { kind: 'subOrchestration', action, ...(retry ? { retry } : {}) });
    const name = action.functionName ?? '';
    ports.record(instance, { EventType: EventType.SubOrchestrationInstanceCreated, EventId: task, Name: name });
    ports.startChild(instance, task, action);
  }

  function timer(instance: Instance, action: Action, until: number): void {
    const now = clock.now();
    const at = until - now > longTimers.maximumMs ? now + longTimers.pieceMs : until;
    const task = number(instance);
    if (!action.isCanceled) instance.open.set(task, { kind: 'timer', action, until, alarm: alarm(instance, task, at) });
    const FireAt = new Date(at).toISOString();
    ports.record(instance, { EventType: EventType.TimerCreated, EventId: task, FireAt });
  }

  function alarm(instance: Instance, task: number, at: number) {
    const { generation } = instance;
    const FireAt = new Date(at).toISOString();
    const event = { EventType: EventType.TimerFired, EventId: -1, TimerId: task, FireAt };
    return clock.set(at, () => ports.post(instance, { generation, event }));
  }

  /** The wait before the next attempt. There is one after the last too: the SDK counts on it. */
  function waitForRetry(instance: Instance, action: Action, retry: Retry): void {
    const task = number(instance);
    const at = clock.now() + retryDelay(retry);
    instance.open.set(task, { kind: 'retryTimer', action, retry, alarm: alarm(instance, task, at) });
    ports.record(instance, { EventType: EventType.TimerCreated, EventId: task, FireAt: new Date(at).toISOString() });
  }

  const firstTry = (action: Action): Retry | undefined =>
    action.retryOptions && { options: action.retryOptions, attempt: 1, firstAt: clock.now() };

  const byType: Record<number, (instance: Instance, action: Action) => void> = {
    [ActionType.CallActivity]: (instance, action) => activity(instance, action, undefined),
    [ActionType.CallActivityWithRetry]: (instance, action) => activity(instance, action, firstTry(action)),
    [ActionType.CallSubOrchestrator]: (instance, action) => subOrchestration(instance, action, undefined),
    [ActionType.CallSubOrchestratorWithRetry]: (instance, action) =>
      subOrchestration(instance, action, firstTry(action)),
    [ActionType.CreateTimer]: (instance, action) => timer(instance, action, Date.parse(action.fireAt ?? '')),
    [ActionType.WaitForExternalEvent]: () => undefined,
    [ActionType.ContinueAsNew]: () => undefined,
  };

  const afterwards: { [K in OpenTask['kind']]: (instance: Instance, open: OpenTask, failed: boolean) => void } = {
    activity: (instance, open, failed) => failed && open.kind === 'activity' && again(instance, open),
    subOrchestration: (instance, open, failed) => failed && open.kind === 'subOrchestration' && again(instance, open),
    timer: (instance, open) =>
      open.kind === 'timer' && open.until > clock.now() && timer(instance, open.action, open.until),
    retryTimer: (instance, open) => open.kind === 'retryTimer' && retryNow(instance, open.action, open.retry),
  };

  function again(instance: Instance, { action, retry }: { action: Action; retry?: Retry }): void {
    if (retry) waitForRetry(instance, action, retry);
  }

  function retryNow(instance: Instance, action: Action, retry: Retry): void {
    if (retry.attempt >= retry.options.maxNumberOfAttempts) return;
    const next = { ...retry, attempt: retry.attempt + 1 };
    if (action.actionType === ActionType.CallActivityWithRetry) activity(instance, action, next);
    else subOrchestration(instance, action, next);
  }

  return {
    schedule(instance, action) {
      const carryOut = byType[action.actionType];
      if (!carryOut) throw new Error(`${instance.name}: this hub does not know actions of type ${action.actionType}`);
      carryOut(instance, action);
    },
    cancelTimers(instance, actions) {
      for (const [task, open] of instance.open) {
        const at = instance.actions.indexOf(open.action);
        if (open.kind !== 'timer' || !actions[at]?.isCanceled) continue;
        clock.clear(open.alarm);
        instance.open.delete(task);
      }
    },
    settle(instance, event) {
      const task = event.TaskScheduledId ?? event.TimerId;
      const open = task === undefined ? undefined : instance.open.get(task);
      if (task === undefined || !open) return;
      instance.open.delete(task);
      const failed =
        event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
      afterwards[open.kind](instance, open, failed);
    },
    renumbers(instance, event) {
      const open = instance.open.get(event.TaskScheduledId ?? event.TimerId ?? -1);
      if (!open) return false;
      return (
        open.kind === 'retryTimer' || (open.kind === 'timer' ? open.until > clock.now() : open.retry !== undefined)
      );
    },
    forget(instance) {
      for (const open of instance.open.values()) if ('alarm' in open) clock.clear(open.alarm);
      instance.open.clear();
    },
  };
}

function retryDelay({ options, attempt }: Retry): number {
  const grown = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (attempt - 1);
  return Math.min(grown, options.maxRetryIntervalInMilliseconds ?? Number.POSITIVE_INFINITY);
}

function resultOf(value: InvocationResponse['returnValue']): string {
  if (!value) return 'null';
  return value.json ?? JSON.stringify(value.string ?? value.int ?? value.double ?? null);
}

function failureOf(name: string, error: unknown): Omit<HistoryEvent, 'EventId' | 'IsPlayed' | 'Timestamp'> {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof FunctionFailedError ? error.remoteStack : message;
  return {
    EventType: EventType.TaskFailed,
    Reason: `Activity function '${name}' failed: ${message}`,
    Details: `Result: Failure\nException: ${message}\nStack: ${stack}`,
  };
}
