// An in-memory task hub, as strict as Azure is lenient: orchestrations run in episodes, each replayed from its whole history,
// twice. What actions do stands in `scheduler.ts`, the client's HTTP interface in `management.ts`.
import { randomUUID } from 'node:crypto';
import type { Busy } from '../busy';
import type { HostClock } from '../clock';
import { InvocationLostError, type Pool } from '../pool';
import type { FunctionMetadata, InvocationRequest, InvocationResponse } from '../protocol';
import { triggerName } from '../triggers';
import { FunctionFailedError } from '../worker-handle';
import { OrchestratorRuleError, requireContinuation, requireSame, requireTimersEnded } from './determinism';
import { createInstance, type Instance, isRunning, type Message } from './instance';
import { createScheduler, longTimers } from './scheduler';
import {
  type Action,
  ActionType,
  EventType,
  flatten,
  type HistoryEvent,
  type OrchestratorState,
  stateOfFailure,
} from './wire';

export interface HubSettings {
  pool: Pool;
  clock: HostClock;
  busy: Busy;
  /** The durable client that a function is bound to, as input data. */
  clientInputs(metadata: FunctionMetadata): InvocationRequest['inputData'];
  /** Whether continue-as-new keeps external events that nobody waited for; Azure drops them for this SDK. */
  keepUnprocessedEvents: boolean;
  /** Called for each rule that an orchestrator broke. */
  onViolation(error: OrchestratorRuleError): void;
}

export interface Hub {
  instances(): Instance[];
  get(id: string): Instance | undefined;
  /** `input` is JSON text. @returns undefined when an instance of this id runs already */
  start(name: string, id: string | undefined, input: string): Instance | undefined;
  /** `input` is JSON text. @returns false when the instance does not run */
  raise(id: string, event: string, input: string): boolean;
  terminate(id: string, reason: string): boolean;
  purge(id: string): boolean;
}

/** How far the clock of the second look at an episode is ahead. */
const secondLookMs = 3_723_004;

export function createHub(settings: HubSettings): Hub {
  const { clock, busy, pool } = settings;
  const instances = new Map<string, Instance>();
  const scheduler = createScheduler({ clock, runActivity, startChild, post, record });

  const stamp = (event: Message['event']): HistoryEvent => ({
    ...event,
    IsPlayed: false,
    Timestamp: new Date(clock.now()).toISOString(),
  });

  function record(instance: Instance, event: Message['event']): void {
    instance.history.push({ ...stamp(event), IsPlayed: true });
  }

  function post(instance: Instance, message: Message): void {
    const late = message.generation !== undefined && message.generation !== instance.generation;
    if (late || !isRunning(instance)) return;
    instance.inbox.push(message);
    void pump(instance);
  }

  function open(name: string, id: string, input: string): Instance {
    const instance = createInstance(id, name, input, clock.now());
    instances.set(id, instance);
    begin(instance);
    return instance;
  }

  function begin(instance: Instance): void {
    const { name, input, generation } = instance;
    post(instance, {
      generation,
      event: { EventType: EventType.ExecutionStarted, EventId: -1, Name: name, Input: input },
    });
  }

  async function pump(instance: Instance): Promise<void> {
    if (instance.pumping) return;
    instance.pumping = true;
    const leave = busy.enter();
    try {
      while (instance.inbox.length > 0 && isRunning(instance)) await episode(instance);
    } finally {
      instance.pumping = false;
      leave();
    }
  }

  async function episode(instance: Instance): Promise<void> {
    const { generation } = instance;
    const batch = takeBatch(instance);
    const started = stamp({ EventType: EventType.OrchestratorStarted, EventId: -1 });
    const events = batch.map(({ event }) => stamp(event));
    try {
      const state = await replayTwice(instance, [...instance.history, started, ...events]);
      if (instance.generation !== generation || !isRunning(instance)) return;
      requireContinuation(instance, state);
      commit(instance, [started, ...events], state);
    } catch (error) {
      if (instance.generation === generation && isRunning(instance)) fail(instance, error);
    }
  }

  function takeBatch(instance: Instance): Message[] {
    const alone = instance.inbox.findIndex(({ event }) => scheduler.renumbers(instance, event));
    return instance.inbox.splice(0, alone < 0 ? instance.inbox.length : Math.max(alone, 1));
  }

  /** Replays the history, and again with the clock ahead. @throws OrchestratorRuleError when the outcomes differ */
  async function replayTwice(instance: Instance, history: HistoryEvent[]): Promise<OrchestratorState> {
    const first = await replay(instance, history, 0);
    const second = await replay(instance, history, secondLookMs);
    requireSame(instance, first, second);
    return first;
  }

  async function replay(instance: Instance, history: HistoryEvent[], clockShiftMs: number): Promise<OrchestratorState> {
    const trigger = {
      history,
      input: parse(instance.input),
      instanceId: instance.id,
      isReplaying: instance.history.length > 0,
      parentInstanceId: instance.parent?.id ?? null,
      longRunningTimerIntervalDuration: longTimers.piece,
      maximumShortTimerDuration: longTimers.maximum,
      defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
      upperSchemaVersion: 1,
      upperSchemaVersionNew: 2,
    };
    for (;;) {
      try {
        const response = await call(instance.name, 'orchestrationTrigger', JSON.stringify(trigger), clockShiftMs);
        return JSON.parse(response.returnValue?.json ?? '') as OrchestratorState;
      } catch (error) {
        // An episode changes nothing until it is committed: it is simply done again.
        if (error instanceof InvocationLostError && error.message !== 'the host is closing') continue;
        const state = error instanceof FunctionFailedError ? stateOfFailure(error.message) : undefined;
        if (!state) throw error;
        return { ...state, error: state.error ?? 'unknown error' };
      }
    }
  }

  function call(name: string, type: string, input: string, clockShiftMs = 0): Promise<InvocationResponse> {
    const metadata = pool.functions().find((one) => one.name === name);
    const trigger = metadata && triggerName(metadata, type);
    if (!trigger) throw new FunctionFailedError(`the function '${name}' doesn't exist or has no ${type}`, '');
    const inputData = [{ name: trigger, data: { string: input } }, ...settings.clientInputs(metadata)];
    return pool.invoke({ functionName: name, serves: 'durable', inputData, clockShiftMs });
  }

  function runActivity(name: string, input: unknown): Promise<InvocationResponse> {
    // Text arrives as JSON text from the SDK already.
    return Promise.resolve().then(() =>
      call(name, 'activityTrigger', typeof input === 'string' ? input : JSON.stringify(input ?? null)),
    );
  }

  function commit(instance: Instance, events: HistoryEvent[], state: OrchestratorState): void {
    const actions = flatten(state.actions.flat());
    instance.status = 'Running';
    instance.updatedAt = clock.now();
    instance.customStatus = state.customStatus ?? null;
    instance.history.push(...events.map((event) => ({ ...event, IsPlayed: true })));
    for (const event of events) scheduler.settle(instance, event);
    scheduler.cancelTimers(instance, actions);
    const fresh = actions.slice(instance.actions.length);
    instance.actions.push(...fresh);
    for (const action of fresh) scheduler.schedule(instance, action);
    record(instance, { EventType: EventType.OrchestratorCompleted, EventId: -1 });
    conclude(instance, state);
  }

  function conclude(instance: Instance, state: OrchestratorState): void {
    if (state.error !== undefined) {
      end(instance, 'Failed', `Orchestrator function '${instance.name}' failed: ${state.error}`);
      return;
    }
    if (!state.isDone) return;
    requireTimersEnded(instance);
    const again = instance.actions.find(({ actionType }) => actionType === ActionType.ContinueAsNew);
    if (again) continueAsNew(instance, again);
    else end(instance, 'Completed', state.output ?? null);
  }

  function continueAsNew(instance: Instance, action: Action): void {
    const kept = settings.keepUnprocessedEvents ? unprocessedEvents(instance) : [];
    scheduler.forget(instance);
    const arrived = instance.inbox.filter(({ generation }) => generation === undefined);
    Object.assign(instance, { history: [], actions: [], nextTask: 0, inbox: [], generation: instance.generation + 1 });
    instance.input = typeof action.input === 'string' ? action.input : JSON.stringify(action.input ?? null);
    begin(instance);
    instance.inbox.push(...kept, ...arrived);
  }

  function end(instance: Instance, status: 'Completed' | 'Failed' | 'Terminated', output: unknown): void {
    scheduler.forget(instance);
    Object.assign(instance, { status, output, updatedAt: clock.now(), inbox: [], generation: instance.generation + 1 });
    tellParent(instance);
  }

  function fail(instance: Instance, error: unknown): void {
    if (error instanceof OrchestratorRuleError) settings.onViolation(error);
    end(instance, 'Failed', error instanceof Error ? error.message : String(error));
  }

  function startChild(parent: Instance, task: number, action: Action): void {
    const id = action.instanceId ?? `${parent.id}:${parent.generation}:${task}`;
    const child = open(action.functionName ?? '', id, JSON.stringify(action.input ?? null));
    child.parent = { id: parent.id, generation: parent.generation, task };
  }

  function tellParent({ parent, name, status, output }: Instance): void {
    const instance = parent && instances.get(parent.id);
    if (!instance) return;
    const answer = { EventId: -1, TaskScheduledId: parent.task };
    const reason = `The sub-orchestrator function '${name}' failed: ${String(output)}`;
    const event =
      status === 'Completed'
        ? { ...answer, EventType: EventType.SubOrchestrationInstanceCompleted, Result: JSON.stringify(output) }
        : { ...answer, EventType: EventType.SubOrchestrationInstanceFailed, Reason: reason, Details: String(output) };
    post(instance, { generation: parent.generation, event });
  }

  function running(id: string): Instance | undefined {
    const instance = instances.get(id);
    return instance && isRunning(instance) ? instance : undefined;
  }

  return {
    instances: () => [...instances.values()],
    get: (id) => instances.get(id),
    start(name, id, input) {
      if (id !== undefined && running(id)) return undefined;
      return open(name, id ?? randomUUID().replaceAll('-', ''), input);
    },
    raise(id, event, input) {
      const instance = running(id);
      if (instance)
        post(instance, { event: { EventType: EventType.EventRaised, EventId: -1, Name: event, Input: input } });
      return instance !== undefined;
    },
    terminate(id, reason) {
      const instance = running(id);
      if (instance) end(instance, 'Terminated', reason);
      return instance !== undefined;
    },
    purge(id) {
      const instance = instances.get(id);
      if (instance && isRunning(instance)) end(instance, 'Terminated', 'purged');
      return instances.delete(id);
    },
  };
}

/** Events of this run beyond those that something waited for, by name. */
function unprocessedEvents(instance: Instance): Message[] {
  const waits = new Map<string, number>();
  for (const { externalEventName: name } of instance.actions) if (name) waits.set(name, (waits.get(name) ?? 0) + 1);
  const left: Message[] = [];
  for (const { EventType: type, EventId, Name, Input } of instance.history) {
    if (type !== EventType.EventRaised || Name === undefined) continue;
    const wanted = waits.get(Name) ?? 0;
    if (wanted > 0) waits.set(Name, wanted - 1);
    else left.push({ event: { EventType: type, EventId, Name, ...(Input === undefined ? {} : { Input }) } });
  }
  return left;
}

/** JSON text; the SDK sends text as JSON inside JSON on continue-as-new. */
function parse(text: string): unknown {
  return text === '' ? null : (JSON.parse(text) as unknown);
}
