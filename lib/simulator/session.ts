// One charger in this process: its document, its link, and the effects that wait until the document is saved. What both
// drivers share. When to save and when to let go is the driver's (exchange.ts, resident.ts).
import { randomInt } from 'node:crypto';
import type { Charger, LinkDownKind } from '../charger/charger';
import type { Outcome } from '../charger/command';
import type { ChargerEvent, Effect } from '../charger/effect';
import type { Input } from '../charger/input';
import type { TlsFault } from '../charger/security-events';
import { Errands } from './errands';
import { givenBack, handedOver } from './lease';
import { lookBack } from './looking-back';
import { MessageBatch } from './message-batch';
import type { ChargerRecord, Lease, Link, LinkEvents, StoredCharger } from './ports';
import { toRecord, toWatchedRecord } from './record';
import { joinWatcher, type Submission, showFrame, tellOutcome, type Watchers } from './submission';
import type { World } from './world';

/** A charger that the core failed on is left alone for this long, as far as deadlines go. */
const stumbleMs = 60_000;

/** How long a charger that is handed over is kept for its next holder. */
const handOverMs = 10_000;
/** The same where it is sure that there is one. */
const longHandOverMs = 60_000;

/** When to save and when to let go. Two of these exist per process, not one per charger. */
export interface Driver {
  leaseMs: number;
  /** After each input and each save: the session may hold effects, be dirty, or have nothing left to do. */
  moved(session: Session): void;
  /** The document could not be written. */
  saveFailed(session: Session, error: Error): void;
  /** About once a second while there is something to save or to log. */
  flush(session: Session): void;
}

/** An effect that waits for a save, and the version of the document that must have been saved. */
interface Held {
  effect: Effect;
  version: number;
}

/** A class for its memory: thousands of chargers live in one process, each costs its fields alone. */
export class Session implements LinkEvents {
  readonly world: World;
  driver: Driver;
  readonly charger: Charger;
  etag: string;
  lease: Lease | undefined;
  link: Link | undefined = undefined;
  /** Set while an old socket is being closed: the next one waits for it. */
  closing: Promise<void> | undefined = undefined;
  /** `entering`: before the first save. `closing`: the driver is letting go, submissions wait in the inbox. */
  phase: 'entering' | 'running' | 'closing' | 'ended' = 'entering';
  /** Steps taken since it was loaded. */
  version = 0;
  /** The version that the store has. */
  savedVersion = 0;
  /** When it was written. Epoch ms. */
  savedAt = 0;
  saving = false;
  /** The last save failed: nothing new is taken on until one succeeds. */
  unsavable = false;
  /** The charger asked to be saved soon, though nothing waits for it. */
  saveSoon = false;
  /** The core failed on the last input: deadlines that stay due must not make the process spin. */
  private stumbled = false;
  /** When the lease must have been written again. Epoch ms. */
  renewAt = Number.POSITIVE_INFINITY;
  /**
   * Set when the window in which this process keeps the charger is over: nothing new is taken on, and from this time on commands
   * that still run are left to the next holder. Epoch ms.
   */
  leaveBy: number | undefined = undefined;
  /** The deadline that the store had when the charger was read. */
  readonly knownWakeAt: number | undefined;
  /** Effects that wait for a save, in order. */
  held: Held[] | undefined = undefined;
  inbox: Submission[] | undefined = undefined;
  /** Mailbox entries that this session has taken, by command id. */
  takenEntries: Set<string> | undefined = undefined;
  /** Stops listening for the mailbox's bell. */
  unlisten: (() => void) | undefined = undefined;
  private watchers: Watchers | undefined = undefined;
  private log: MessageBatch | undefined = undefined;
  private errands: Errands | undefined = undefined;
  private backlog: Input[] | undefined = undefined;
  private busy = false;

  constructor(world: World, driver: Driver, stored: StoredCharger) {
    this.world = world;
    this.driver = driver;
    this.charger = stored.charger;
    this.etag = stored.etag;
    this.lease = stored.lease;
    this.knownWakeAt = stored.nextWakeAt;
  }

  // Inputs

  /** Moves the charger by one input and performs what follows, as far as it need not wait for a save. */
  feed(input: Input): void {
    if (this.phase === 'ended') return;
    if (this.busy) {
      this.backlog ??= [];
      this.backlog.push(input);
      return;
    }
    this.busy = true;
    this.move(input);
    this.catchUp();
    this.driver.moved(this);
  }

  /** Starts a command, or joins the one of the same id that is under way. */
  submit(submission: Submission): void {
    if (joinWatcher(this.watchers, submission)) return;
    if (this.phase === 'closing' || this.leaveBy !== undefined) {
      this.inbox ??= [];
      this.inbox.push(submission);
    } else {
      this.watch(submission);
      const { id, command, timeoutMs } = submission;
      this.feed({ kind: 'command', id, command, timeoutMs });
      if (this.phase === 'running') void lookBack(this, submission);
    }
  }

  /** The earliest deadline of the charger. Epoch ms. */
  get nextWakeAt(): number | undefined {
    const at = this.world.core.nextDeadline(this.charger);
    return at !== undefined && this.stumbled ? Math.max(at, this.world.clock() + stumbleMs) : at;
  }

  /** Waits for a command that the document says is under way already. */
  watch(submission: Submission): void {
    this.watchers ??= new Map();
    this.watchers.set(submission.id, submission);
  }

  private move(input: Input): void {
    this.version += 1;
    for (const effect of this.step(input)) this.take(effect);
    this.world.observer?.changed?.(this.charger);
  }

  /** A defect in the core costs the input that showed it, not the process. */
  private step(input: Input): Effect[] {
    const { core, clock, logger } = this.world;
    this.stumbled = false;
    try {
      return core.step(this.charger, input, clock());
    } catch (error) {
      this.stumbled = true;
      const { id } = this.charger;
      logger.error({ message: 'a charger could not be moved', chargerId: id, input: input.kind, error: String(error) });
      if (input.kind === 'command')
        this.forget(input.id)?.reject(error instanceof Error ? error : new Error(String(error)));
      return [];
    }
  }

  private catchUp(): void {
    for (let next = this.backlog?.shift(); next; next = this.backlog?.shift()) this.move(next);
    this.backlog = undefined;
    this.busy = false;
  }

  // LinkEvents: the link calls these, so that a link costs no closures.

  onUp(root?: string): void {
    this.world.counters.connections += 1;
    this.world.dials.leave(this);
    this.feed({ kind: 'linkUp', nonce: nonce(), ...(root === undefined ? {} : { root }) });
  }

  onFrame(text: string): void {
    this.feed({ kind: 'frame', text });
  }

  onDown(reason: LinkDownKind, detail: string, fault?: TlsFault): void {
    this.world.counters.failedConnections += 1;
    this.link = undefined;
    this.world.dials.leave(this);
    this.feed({ kind: 'linkDown', reason, detail, ...(fault && { fault }) });
  }

  // Effects

  private take(effect: Effect): void {
    if (this.held === undefined && this.phase !== 'entering' && !isDurable(effect)) {
      this.perform(effect, this.version);
      return;
    }
    this.held ??= [];
    this.held.push({ effect, version: this.version });
  }

  private perform(effect: Effect, version: number): void {
    switch (effect.kind) {
      case 'send':
        // Without a link it is lost on the way; the charger has been or will be told of it by `linkDown`.
        return this.link?.send(effect.text);
      case 'record':
        return this.note(effect.event);
      case 'settle':
        return this.settle(effect.id, effect.outcome);
      case 'save':
        this.saveSoon = version > this.savedVersion;
        return;
      case 'openLink':
        return this.world.dials.enter(this);
      case 'closeLink':
        return this.hangUp(effect.abrupt);
      case 'freezeLink':
        return this.link?.freeze();
      case 'breakLink':
        return this.link?.break(effect.text);
      case 'ping':
        return this.link?.ping(effect.intervalSeconds);
      case 'startTask':
        this.errands ??= new Errands(this);
        return this.errands.run(effect.id, effect.task);
      case 'cancelTask':
        return this.errands?.cancel(effect.id);
    }
  }

  /** Opens the socket. Called when it is this charger's turn to dial. */
  dial(): void {
    if (this.closing) {
      void this.closing.then(() => this.dial());
      return;
    }
    const wanted = this.charger.link.state === 'opening' && this.link === undefined;
    if (!wanted || this.phase === 'ended' || this.world.stopping) {
      this.world.dials.leave(this);
      return;
    }
    this.link = this.world.links.open(this.world.core.dialTarget(this.charger), this);
  }

  private hangUp(abrupt: boolean): void {
    this.world.dials.leave(this);
    const { link } = this;
    this.link = undefined;
    if (abrupt) link?.cut();
    else if (link) this.close(link);
  }

  private close(link: Link): void {
    const closing = link.close().then(() => {
      if (this.closing === closing) this.closing = undefined;
    });
    this.closing = closing;
  }

  /** Closes the socket politely; resolves when it is gone. The charger is not told. */
  async hangUpPolitely(): Promise<void> {
    this.hangUp(false);
    await this.closing;
  }

  private note(event: ChargerEvent): void {
    const { observer } = this.world;
    if (event.kind === 'note') observer?.note(this.charger, event.level, event.text);
    this.world.countEvent(event);
    if (event.kind === 'violation' || event.kind === 'transaction') observer?.event?.(this.charger, event);
    if (event.kind !== 'frame') return;
    this.log ??= new MessageBatch();
    this.log.add(event.frame);
    if (this.watchers) showFrame(this.watchers, event.frame);
    observer?.frame(this.charger, event.frame);
  }

  private settle(id: string, outcome: Outcome): void {
    const submission = this.forget(id);
    if (submission) tellOutcome(submission, outcome);
    else this.world.orphanSettled(this.charger.id, id, outcome);
  }

  private forget(id: string): Submission | undefined {
    const submission = this.watchers?.get(id);
    this.watchers?.delete(id);
    if (this.watchers?.size === 0) this.watchers = undefined;
    return submission;
  }

  /** Everyone who waits here, taken out. */
  handBack(): Submission[] {
    return [...this.takeWatchers(), ...this.takeInbox()];
  }

  /** Those whose command is under way. */
  get watching(): Submission[] {
    return [...(this.watchers?.values() ?? [])];
  }

  /** The same, taken out. */
  takeWatchers(): Submission[] {
    const waiting = this.watching;
    this.watchers = undefined;
    return waiting;
  }

  /** Those whose command has not been started. */
  takeInbox(): Submission[] {
    const waiting = this.inbox ?? [];
    this.inbox = undefined;
    return waiting;
  }

  /** Tells everyone who waits that nothing will come. */
  failAll(error: Error): void {
    for (const submission of this.handBack()) submission.reject(error);
  }

  // Saving

  get dirty(): boolean {
    return this.version > this.savedVersion;
  }

  /** Held effects that only tell somebody something: no frame and no socket waits. */
  get onlyTidings(): boolean {
    return this.held === undefined || !this.held.some(({ effect }) => onTheWire.has(effect.kind));
  }

  /** Starts a save unless one is under way: what changes meanwhile is covered by the next one. */
  requestSave(): void {
    if (this.saving || this.phase !== 'running') return;
    this.persist(this.lease).then(
      () => this.driver.moved(this),
      (error: Error) => this.driver.saveFailed(this, error),
    );
  }

  /**
   * Writes the document as it is, then performs what waited for it. The store makes its text before `replace` returns.
   * @throws StaleError when somebody else has written since; StoreUnavailableError
   */
  async persist(lease: Lease | undefined): Promise<void> {
    const { version } = this;
    const written = this.extended(lease);
    this.saving = true;
    this.saveSoon = false;
    try {
      this.etag = await this.world.store.chargers.replace(this.record(written), this.etag);
    } catch (error) {
      this.world.counters.failedSaves += 1;
      throw error;
    } finally {
      this.saving = false;
    }
    this.world.counters.saves += 1;
    this.lease = written;
    this.savedVersion = version;
    this.savedAt = this.world.clock();
    this.unsavable = false;
    if (this.phase === 'entering') this.phase = 'running';
    this.releaseHeld();
  }

  /** A lease that is held is written with a new expiry each time; half of it gone, it is written again. */
  private extended(lease: Lease | undefined): Lease | undefined {
    const held = lease !== undefined && lease.until > 0 && lease.holder === this.world.holder;
    const now = this.world.clock();
    this.renewAt = held ? now + this.driver.leaseMs / 2 : Number.POSITIVE_INFINITY;
    return held ? { ...lease, until: now + this.driver.leaseMs } : lease;
  }

  private releaseHeld(): void {
    const { held } = this;
    if (!held || this.phase === 'ended') return;
    const first = held.findIndex(({ version }) => version > this.savedVersion);
    const free = held.splice(0, first < 0 ? held.length : first);
    if (held.length === 0) this.held = undefined;
    this.busy = true;
    for (const { effect, version } of free) this.perform(effect, version);
    this.catchUp();
  }

  /** The lease as it is to be written when letting go: given back, or left to the next holder for a while. */
  get releasedLease(): Lease | undefined {
    const { clock, core } = this.world;
    const handsOver = this.leaveBy !== undefined && core.wantsHold(this.charger, clock());
    return (
      this.lease &&
      (handsOver
        ? handedOver(this.lease, clock() + (this.world.handsOver ? longHandOverMs : handOverMs))
        : givenBack(this.lease))
    );
  }

  private record(lease: Lease | undefined): ChargerRecord {
    const { clock, core, residents } = this.world;
    return residents ? toRecord(core, this.charger, lease) : toWatchedRecord(core, this.charger, clock(), lease);
  }

  /** Hands the frames so far to the message log. Never throws. */
  flushLog(): Promise<void> {
    return this.log?.flush(this.world, this.charger.id) ?? Promise.resolve();
  }

  get hasLog(): boolean {
    return this.log?.isEmpty === false;
  }

  // The end

  /** Nothing is taken from or done for the charger here any more; the socket, if any, is cut. */
  end(): void {
    this.phase = 'ended';
    this.held = undefined;
    this.unlisten?.();
    this.unlisten = undefined;
    this.errands?.cancelAll();
    this.hangUp(true);
  }
}

/** What must not happen before the document has been saved; records and settlements only tell of it. */
const onTheWire: ReadonlySet<Effect['kind']> = new Set(['send', 'openLink', 'closeLink', 'breakLink']);

function isDurable(effect: Effect): boolean {
  if (effect.kind === 'startTask') return true;
  return (effect.kind === 'send' || effect.kind === 'settle') && effect.durable;
}

/** Eight base-36 characters: makes message ids unique beyond one connection. */
function nonce(): string {
  return randomInt(0, 36 ** 8)
    .toString(36)
    .padStart(8, '0');
}
