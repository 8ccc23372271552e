// What the use cases offer to whoever asks (the API, the local host): the interface and its errors. How it is done is in
// `simulator.ts` and the drivers.
import type { Charger } from '../charger/charger';
import type { Command, SettledCommand } from '../charger/command';
import type { NewCharger } from '../charger/create';
import type { LoggedFrame } from '../charger/effect';
import type { ChargerFilter, MessageFilter, Page } from './ports';

/** Thrown when there is no charger of that id. */
export class UnknownChargerError extends Error {
  override name = 'UnknownChargerError';
  constructor(readonly chargerId: string) {
    super(`there is no charger ${chargerId}`);
  }
}

/** Thrown when another host instance holds the charger and does not answer in time. */
export class BusyError extends Error {
  override name = 'BusyError';
}

/** Thrown when the process that has the charger is not there now. It can be tried again. */
export class AwayError extends Error {
  override name = 'AwayError';
}

/** Thrown when the process that has the charger went away in the middle: what it came to is not known. */
export class InterruptedError extends Error {
  override name = 'InterruptedError';
}

/** A charger's live state, advanced to `now` (epoch ms). Readers must not change it. */
export interface ChargerSnapshot {
  charger: Charger;
  now: number;
}

export interface SubmitOptions {
  /** Unique; the same id runs once. */
  commandId: string;
  timeoutMs: number;
  /** When it was asked for, epoch ms: a command that listens hears what has come since. Default: now. */
  since?: number;
}

export interface RemoveOptions {
  /** Do not tell the CSMS and do not wait for it. */
  force?: boolean;
  /** How long the CSMS may take over the end of what runs. */
  timeoutMs?: number;
  /** Only if the settings are still of this revision, else StaleError. */
  ifRevision?: number;
}

export interface Removed {
  /** What was running and has been ended, in words: `transaction 17`, `connection`. */
  ended: string[];
  /** The frames meanwhile, in order. */
  exchange?: LoggedFrame[];
}

export interface HealthReport {
  ok: boolean;
  checks: Record<string, { ok: boolean; detail?: string }>;
}

/** One family of Prometheus samples. `name` without prefix: `frames_total`. */
export interface Metric {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  /** `suffix`: of a histogram's parts, such as `_bucket`. */
  samples: { suffix?: string; labels: Record<string, string>; value: number }[];
}

export type MetricsSnapshot = Metric[];

export interface SimulatorService {
  /** @throws ExistsError, InvalidChargerError, StoreUnavailableError */
  create(spec: NewCharger): Promise<ChargerSnapshot>;
  /** All or nothing. @throws ExistsError naming the first id that exists, InvalidChargerError, StoreUnavailableError */
  createMany(specs: NewCharger[]): Promise<void>;
  snapshot(id: string): Promise<ChargerSnapshot | undefined>;
  /** Ordered by id. @throws BadContinuationError */
  list(filter: ChargerFilter, limit: number, continuation?: string): Promise<Page<ChargerSnapshot>>;
  /** Resolves once the command has been settled. @throws UnknownChargerError, StoreUnavailableError, BusyError */
  submit(id: string, command: Command, options: SubmitOptions): Promise<SettledCommand>;
  /** Ends what runs and deletes. `undefined`: no such charger. @throws StaleError, BusyError, StoreUnavailableError */
  remove(id: string, options: RemoveOptions): Promise<Removed | undefined>;
  /** Newest first. @throws UnknownChargerError, BadContinuationError */
  messages(id: string, filter: MessageFilter, limit: number, continuation?: string): Promise<Page<LoggedFrame>>;
  health(): Promise<HealthReport>;
  metrics(): MetricsSnapshot | Promise<MetricsSnapshot>;
}
