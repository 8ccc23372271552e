// What the front and its workers say to each other. A worker has a simulator of its own; the front has everything that callers see.
import type { KeptAlive } from '../api/operation';
import type { LoggedFrame } from '../charger/effect';
import type { WatchedEvent } from '../simulator/ports';
import type { MetricsSnapshot, SimulatorService } from '../simulator/service';
import type { ErrorMessage } from './errors';

/** What a worker does when asked to. */
export interface ShardService extends Omit<SimulatorService, 'metrics'> {
  metrics(): Promise<MetricsSnapshot>;
  /** Which of these there are. */
  existing(chargerIds: string[]): Promise<string[]>;
  readKept(chargerId: string): Promise<KeptAlive | undefined>;
  listKept(): Promise<KeptAlive[]>;
  stopKept(chargerId: string): Promise<void>;
}

export type Method = keyof ShardService;

/** Whether a method changes anything: of one that does, nobody knows what it came to when its process is gone. */
export const changes: Record<Method, boolean> = {
  create: true,
  createMany: true,
  snapshot: false,
  list: false,
  submit: true,
  remove: true,
  messages: false,
  health: false,
  metrics: false,
  existing: false,
  readKept: false,
  listKept: false,
  stopKept: true,
};

/** What happened to a charger that the front watches. */
export type Heard =
  | { chargerId: string; frame: LoggedFrame }
  | { chargerId: string; event: WatchedEvent }
  | { chargerId: string; link: string };

export interface CallMessage {
  kind: 'call';
  id: number;
  method: Method;
  args: unknown[];
}

export type ToWorker =
  | CallMessage
  /** Groups of the live feed that have listeners now, or have none any more. */
  | { kind: 'listeners'; groups: string[]; there: boolean }
  /** Chargers of which the front wants to hear everything, or nothing any more. */
  | { kind: 'watch'; chargerIds: string[]; watched: boolean };

export type FromWorker =
  /** From now on it can be called. */
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refusal'; id: number; error: ErrorMessage }
  | { kind: 'feed'; group: string; message: object }
  | { kind: 'heard'; heard: Heard[] };
