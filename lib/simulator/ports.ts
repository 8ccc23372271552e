// What the drivers need of the world: store, link, bell, clock. Adapters live in lib/store and lib/link.
import type { LinkTrust } from '../charger/certificates';
import type { Charger, CsmsSettings, LinkDownKind, Protocol } from '../charger/charger';
import type { Command, SettledCommand } from '../charger/command';
import type { ChargerEvent, LoggedFrame } from '../charger/effect';
import type { TlsFault } from '../charger/security-events';
import type { Task, TaskOutcome } from '../charger/task';

/** Thrown by a store whose document changed since it was read (HTTP 412 of Cosmos DB). */
export class StaleError extends Error {
  override name = 'StaleError';
}
/** Thrown on creating what exists already. */
export class ExistsError extends Error {
  override name = 'ExistsError';
}
/** Thrown on reading a document that is not what was once written: only that document is concerned. The text names it. */
export class DamagedDocumentError extends Error {
  override name = 'DamagedDocumentError';
}
/** Thrown when the store cannot be used now: down, disk full, throttled. The operation can be tried again. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError';
}

/** Who may hold a charger's socket. `number` grows with every change of hands and fences late writers. */
export interface Lease {
  holder: string;
  until: number;
  number: number;
}

/** A charger as a store keeps it. `nextWakeAt` is the charger's earliest deadline, for whoever keeps time. */
export interface ChargerRecord {
  charger: Charger;
  lease?: Lease;
  nextWakeAt?: number;
  /** Words to filter by: link, registration, connector statuses. */
  statuses: string[];
}

export interface StoredCharger extends ChargerRecord {
  etag: string;
}

export interface ChargerFilter {
  tag?: string;
  status?: string;
  protocol?: Protocol;
  idPrefix?: string;
  connection?: 'onDemand' | 'persistent';
  /** Only chargers whose `nextWakeAt` is at or before this time. */
  dueBefore?: number;
}

export interface Page<T> {
  items: T[];
  /** Opaque; absent on the last page. */
  continuation?: string;
}

export interface ChargerStore {
  /** @throws ExistsError */
  create(record: ChargerRecord): Promise<string>;
  /** Many at once, in one transaction where the store can. @throws ExistsError naming the first id that exists; then none is created */
  createMany(records: ChargerRecord[]): Promise<void>;
  read(id: string): Promise<StoredCharger | undefined>;
  /** Conditional write; resolves once it is durable, with the new ETag. @throws StaleError when changed or deleted since */
  replace(record: ChargerRecord, etag: string): Promise<string>;
  /** Resolves to false when there was none. @throws StaleError with a stale `etag` */
  delete(id: string, etag?: string): Promise<boolean>;
  /** Ordered by id. `limit` 1 to 1000. @throws BadContinuationError */
  list(filter: ChargerFilter, limit: number, continuation?: string): Promise<Page<StoredCharger>>;
}

export class BadContinuationError extends Error {
  override name = 'BadContinuationError';
}

export interface MessageFilter {
  action?: string;
  direction?: 'sent' | 'received';
  /** Epoch milliseconds, inclusive. */
  from?: number;
  to?: number;
}

export interface MessageLog {
  /** Frames of one charger, oldest first: one document or row group per call. */
  append(chargerId: string, frames: LoggedFrame[]): Promise<void>;
  /** Newest first. @throws BadContinuationError */
  page(chargerId: string, filter: MessageFilter, limit: number, continuation?: string): Promise<Page<LoggedFrame>>;
  deleteAll(chargerId: string): Promise<void>;
}

/** A command in a charger's mailbox, or the remembered answer to an Idempotency-Key or a respond-async request. */
export interface CommandEntry {
  id: string;
  /** Partition: the charger, or `-` for operations without one. */
  chargerId: string;
  createdAt: number;
  /** Absent for entries that only remember an answer. */
  command?: Command;
  timeoutMs?: number;
  /** When the command was asked for, where that was before the entry was made. Epoch ms. */
  since?: number;
  state: 'pending' | 'taken' | 'done';
  settled?: SettledCommand;
  /** A whole HTTP answer, for Idempotency-Key and respond-async. */
  answer?: { status: number; headers: Record<string, string>; body: unknown };
  /** What a deferred job is to do, where another invocation carries it out. */
  job?: unknown;
  /** Fingerprint of the request that used the key first. */
  fingerprint?: string;
}

export interface CommandStore {
  /** @throws ExistsError */
  create(entry: CommandEntry): Promise<void>;
  read(chargerId: string, id: string): Promise<CommandEntry | undefined>;
  /** Entries in state `pending` with a command, oldest first. */
  pending(chargerId: string): Promise<CommandEntry[]>;
  /** Overwrites the entry. */
  put(entry: CommandEntry): Promise<void>;
  /** Makes a pending entry a taken one. Of several that try, one resolves to true; false: it is not pending (any more). */
  take(chargerId: string, id: string): Promise<boolean>;
}

/** A fleet run, or a part of one. What stands in it is lib/fleet's. */
export interface RunEntry {
  id: string;
  createdAt: number;
  /** Runs are listed; their parts are not. */
  listed: boolean;
  document: unknown;
}

export interface StoredRunEntry extends RunEntry {
  etag: string;
}

export interface RunStore {
  /** Overwrites the entry. */
  put(entry: RunEntry): Promise<void>;
  /** Conditional write; resolves with the new ETag. @throws StaleError when it has been written since it was read, or is not there */
  replace(entry: RunEntry, etag: string): Promise<string>;
  read(id: string): Promise<StoredRunEntry | undefined>;
  /** Those that are listed, ordered by id. `limit` 1 to 1000. @throws BadContinuationError */
  list(limit: number, continuation?: string): Promise<Page<RunEntry>>;
}

export interface Store {
  chargers: ChargerStore;
  messages: MessageLog;
  commands: CommandStore;
  runs: RunStore;
  /** Cheap read that fails with StoreUnavailableError when the store is down. */
  ping(): Promise<void>;
  /** Drops messages, commands and runs older than their time to live. Stores that do it themselves do nothing here. */
  expire(now: number): Promise<void>;
  close(): Promise<void>;
}

/** What to dial. */
export interface LinkTarget {
  /** Complete: with the percent-encoded identity. */
  url: string;
  subprotocol: string;
  /** Passwords and keys may be sealed. */
  csms: CsmsSettings;
  trust?: LinkTrust;
  /** The charger wants to know by which root certificate the CSMS is trusted. */
  tellRoot?: boolean;
  /** Seconds between pings; 0 or absent: none. */
  pingIntervalSeconds?: number;
  /** A network fault: whatever the CSMS shows in the TLS handshake is refused. */
  refusesTls?: boolean;
}

export interface LinkEvents {
  /** With `tellRoot`: the SHA-256 fingerprint, in base64, of the root certificate that the CSMS's leads to. */
  onUp(root?: string): void;
  onFrame(text: string): void;
  /** Exactly once, unless the link was closed or cut from our side. `fault`: what TLS failed on, where that is known. */
  onDown(reason: LinkDownKind, detail: string, fault?: TlsFault): void;
}

export interface Link {
  send(text: string): void;
  /** Polite close; no event follows. Resolves when the socket is gone. */
  close(): Promise<void>;
  /** Cuts the TCP connection without a close frame; no event follows. */
  cut(): void;
  /** A network fault: from now on every byte vanishes, both ways; the peer is never told, not even when the link is closed or cut. */
  freeze(): void;
  /** A network fault: the connection breaks, in the middle of this text if one is given; `onDown` follows. */
  break(text?: string): void;
  /** Changes the ping interval, seconds; 0: none. */
  ping(intervalSeconds: number): void;
}

export interface LinkFactory {
  open(target: LinkTarget, events: LinkEvents): Link;
}

/** Where a task comes from: what its performer may read of the charger, and must not change. */
export interface TaskSite {
  readonly charger: Charger;
  /** Resolves when every frame so far is in the message log. */
  flushLog(): Promise<void>;
}

/** Does what takes longer than a step may: file transfers and the like. */
export interface Tasks {
  /** What can go wrong is an outcome; a rejection is a defect. Ends soon after `signal` is aborted: nobody hears the outcome then. */
  perform(task: Task, site: TaskSite, signal: AbortSignal): Promise<TaskOutcome>;
}

/** Tells the holder of a charger that its mailbox has something, and a submitter that an outcome is there. */
export interface Bell {
  ring(topic: string): void;
  /** Returns the function that stops listening. */
  listen(topic: string, onRing: () => void): () => void;
}

/** Wakes chargers: one deadline per charger. */
export interface Keeper {
  /**
   * Replaces the charger's deadline; `undefined` removes it. Cheap when nothing changes. `before` is the deadline that was known
   * until now, as far as the simulator can tell: who keeps time elsewhere need not be told of a later one.
   */
  schedule(chargerId: string, at: number | undefined, before?: number): void;
}

export type Clock = () => number;

export type WatchedEvent = Extract<ChargerEvent, { kind: 'violation' | 'transaction' }>;

/** Told of everything chargers record: metrics, live feed. Must not throw and must be cheap. */
export interface Observer {
  frame(charger: Charger, frame: LoggedFrame): void;
  note(charger: Charger, level: 'info' | 'warn', text: string): void;
  /** The CSMS broke a rule; a transaction began, ended, or will never be known to the CSMS. */
  event?(charger: Charger, event: WatchedEvent): void;
  /** The charger has been created, or has taken a step. */
  changed?(charger: Charger): void;
  removed?(chargerId: string): void;
}
