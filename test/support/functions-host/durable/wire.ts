// The out-of-process protocol of the Durable extension as durable-functions 3.5 speaks it: history events in, actions out.
// Numbers are the protocol's.

export const EventType = {
  ExecutionStarted: 0,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventRaised: 15,
} as const;

export interface HistoryEvent {
  EventType: number;
  /** Number of the task that this event scheduled, or -1. */
  EventId: number;
  IsPlayed: boolean;
  Timestamp: string;
  Name?: string;
  /** JSON text, as `Result` is. */
  Input?: string;
  Result?: string;
  Reason?: string;
  Details?: string;
  FireAt?: string;
  TaskScheduledId?: number;
  TimerId?: number;
  InstanceId?: string;
}

export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  WhenAny: 11,
  WhenAll: 12,
} as const;

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}

export interface Action {
  actionType: number;
  functionName?: string;
  input?: unknown;
  instanceId?: string;
  retryOptions?: RetryOptions;
  fireAt?: string;
  isCanceled?: boolean;
  externalEventName?: string;
  compoundActions?: Action[];
}

/** What an orchestrator returns, or throws at the end of an error's message. */
export interface OrchestratorState {
  isDone: boolean;
  actions: Action[][];
  output?: unknown;
  error?: string;
  customStatus?: unknown;
  schemaVersion: number;
}

/** Actions one by one, in the order in which they are numbered. */
export function flatten(actions: Action[]): Action[] {
  return actions.flatMap((action) => (action.compoundActions ? flatten(action.compoundActions) : [action]));
}

const failureMark = '$OutOfProcData$:';

/** The state that a failed orchestrator's error message carries. @returns undefined when it is another error */
export function stateOfFailure(message: string): OrchestratorState | undefined {
  const at = message.indexOf(failureMark);
  return at < 0 ? undefined : (JSON.parse(message.slice(at + failureMark.length)) as OrchestratorState);
}
