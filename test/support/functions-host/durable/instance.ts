// One orchestration instance in the task hub: its history, what it waits for, and what came in for it. Plain data.
import type { Alarm } from '../clock';
import type { Action, HistoryEvent, RetryOptions } from './wire';

export type RuntimeStatus = 'Pending' | 'Running' | 'Completed' | 'Failed' | 'Terminated';

/** What an instance has scheduled and not heard of yet; by number in `Instance.open`. */
export type OpenTask =
  | { kind: 'activity' | 'subOrchestration'; action: Action; retry?: Retry }
  /** `until`: when the timer the orchestrator asked for is due; the alarm may be a piece of it. */
  | { kind: 'timer'; action: Action; until: number; alarm: Alarm }
  /** The wait between attempts; then `action` is tried again. */
  | { kind: 'retryTimer'; action: Action; retry: Retry; alarm: Alarm };

export interface Retry {
  options: RetryOptions;
  attempt: number;
  firstAt: number;
}

/** A message for an instance: the event it will be in its history. `generation` ties answers to the run that asked. */
export interface Message {
  event: Omit<HistoryEvent, 'IsPlayed' | 'Timestamp'>;
  generation?: number;
}

export interface Instance {
  id: string;
  name: string;
  /** JSON text. */
  input: string;
  status: RuntimeStatus;
  output: unknown;
  customStatus: unknown;
  createdAt: number;
  updatedAt: number;
  /** Runs so far: grows with each continue-as-new, and when the instance is ended from outside. */
  generation: number;
  history: HistoryEvent[];
  inbox: Message[];
  /** All actions of this run, in order, as the last episode gave them. */
  actions: Action[];
  open: Map<number, OpenTask>;
  nextTask: number;
  /** An episode is running. */
  pumping: boolean;
  parent?: { id: string; generation: number; task: number };
}

export const isRunning = ({ status }: Instance) => status === 'Pending' || status === 'Running';

export function createInstance(id: string, name: string, input: string, now: number): Instance {
  return {
    id,
    name,
    input,
    status: 'Pending',
    output: null,
    customStatus: null,
    createdAt: now,
    updatedAt: now,
    generation: 0,
    history: [],
    inbox: [],
    actions: [],
    open: new Map(),
    nextTask: 0,
    pumping: false,
  };
}
