// The short-lived exchange: read the charger, take its lease with the command already stepped in, hold the socket while there
// is something to do, write everything back and let go. Also how any charger enters this process.
import { isFree, isHandedOver, taken } from './lease';
import { lookBack } from './looking-back';
import type { Mailbox } from './mailbox';
import { StaleError, type StoredCharger } from './ports';
import { BusyError, UnknownChargerError } from './service';
import { type Driver, Session } from './session';
import type { Submission } from './submission';
import type { World } from './world';

/** Attempts to take a charger that others keep writing to. */
const attemptsAtMost = 20;

/** How long beyond the end of its window a call may keep a charger from being handed over, milliseconds. */
export const slowAnswerMs = 20_000;

export interface Exchanges {
  driver: Driver;
  /** Brings the charger in and starts the commands; none: lives through what is due. Callers at the same time share one entry. */
  begin(chargerId: string, submissions: Submission[]): void;
  /** The same for a document that has just been read or written. */
  enter(stored: StoredCharger): Promise<void>;
  /** Chargers being brought in. */
  entering(): number;
  /** Nobody waits for anything of this charger any more, but it has not been written back and let go. */
  leaving(chargerId: string): boolean;
  /** Ends a session without saving it: the charger is about to be deleted. */
  abandon(session: Session): Promise<void>;
  /** Lets go of a session whatever it is doing. */
  letGo(session: Session): Promise<void>;
}

export interface ExchangeOptions {
  leaseMs: number;
  /** The charger keeps its socket in this process: then `residentDriver` takes its session over. */
  staysIn(session: Session): boolean;
  residentDriver(): Driver;
  /** Nothing is left to do, but the charger wants to be reachable and keeps its socket here for a while: then `staysIn` is true. */
  lingers(session: Session): boolean;
  /** A window is open in which this process holds the charger. */
  holds(chargerId: string): boolean;
}

export function createExchanges(world: World, mailbox: Mailbox, options: ExchangeOptions): Exchanges {
  const { leaseMs, staysIn, residentDriver, lingers, holds } = options;
  const { clock, core, sessions, store } = world;
  /** Who is to be reachable is held in windows where processes do not live long, not by exchanges. */
  const needsLink = world.residents ? core.needsLink : core.hasWork;
  /** Commands that came while their charger is being read, by charger. */
  const inboxes = new Map<string, Submission[]>();

  const driver: Driver = {
    leaseMs,
    moved(session) {
      if (session.phase !== 'running') return;
      scheduleWake(world, session);
      if (staysIn(session)) adopt(session);
      else if (session.saving) return;
      else if (isIdle(session)) finish(session);
      else if (session.held) session.requestSave();
      else if (session.saveSoon || session.hasLog) world.lazily(session);
    },
    saveFailed: (session, error) => drop(session, error),
    flush(session) {
      if (session.saveSoon) session.requestSave();
      void session.flushLog();
    },
  };

  function finish(session: Session): void {
    if (lingers(session)) adopt(session);
    else void wrapUp(session);
  }

  function adopt(session: Session): void {
    world.passedOn(session.charger.id);
    session.driver = residentDriver();
    session.driver.moved(session);
  }

  // Entering

  function begin(chargerId: string, submissions: Submission[]): void {
    const inbox = inboxes.get(chargerId);
    if (inbox) {
      inbox.push(...submissions);
      return;
    }
    const own = [...submissions];
    inboxes.set(chargerId, own);
    bringIn(chargerId, own).catch((error: Error) => refuse(chargerId, own, error));
  }

  async function bringIn(chargerId: string, inbox: Submission[], known?: StoredCharger): Promise<void> {
    let stored = known;
    for (let attempt = 0; attempt < attemptsAtMost; attempt++) {
      stored ??= await store.chargers.read(chargerId);
      if (!stored) throw new UnknownChargerError(chargerId);
      if (inbox.length === 0 && isForHolder(stored)) return leave(inbox, stored);
      if (!world.soleOwner && !mayTake(stored)) return handOver(stored, inbox);
      if (await tryToEnter(stored, inbox)) return;
      stored = undefined;
    }
    throw new BusyError(`charger ${chargerId} is changed by others all the time`);
  }

  function mayTake({ charger, lease }: StoredCharger): boolean {
    return isFree(lease, world.holder, clock()) || (isHandedOver(lease) && (world.handsOver || holds(charger.id)));
  }

  /** A mere wake would dial only to hang up: whoever opens a window for the charger lives through what is due as well. */
  function isForHolder({ charger }: StoredCharger): boolean {
    return !world.residents && !holds(charger.id) && core.wantsHold(charger, clock());
  }

  /** Resolves to false when somebody else wrote in between: then nothing has happened, and the commands are in the inbox again. */
  async function tryToEnter(stored: StoredCharger, inbox: Submission[]): Promise<boolean> {
    const { id } = stored.charger;
    const orphans = await orphansOf(stored);
    await claimAll(id, inbox);
    // Nothing is awaited from here to the first save: whatever comes into the inbox later has not been claimed.
    if (nothingToDo(stored, inbox)) {
      leave(inbox, stored);
      return true;
    }
    const inherited = orphans.filter(({ id: own }) => !inbox.some((submission) => submission.id === own));
    const session = new Session(world, driver, stored);
    for (const submission of inherited) session.watch(submission);
    stepIn(session, inbox.splice(0));
    try {
      await firstSave(session, inbox);
      for (const submission of session.watching) void lookBack(session, submission);
      return true;
    } catch (error) {
      const waiting = session.handBack().filter((submission) => !inherited.includes(submission));
      session.end();
      sessions.delete(id);
      for (const submission of waiting) submission.exchange.length = 0;
      inbox.push(...waiting);
      inboxes.set(id, inbox);
      if (error instanceof StaleError) return false;
      throw error;
    }
  }

  /** Commands that a former holder left half done, and that somebody may wait for elsewhere. */
  async function orphansOf({ charger }: StoredCharger): Promise<Submission[]> {
    const ids = world.soleOwner ? [] : Object.keys(charger.commands);
    return ids.length === 0 ? [] : mailbox.inherit(charger.id, ids);
  }

  /** Also what comes into the inbox meanwhile. What somebody else runs already is followed there. */
  async function claimAll(chargerId: string, inbox: Submission[]): Promise<void> {
    for (let at = 0; at < inbox.length; ) {
      const submission = inbox[at];
      if (!submission || (await mailbox.claim(submission))) at += 1;
      else {
        inbox.splice(at, 1);
        void mailbox.post(chargerId, submission);
      }
    }
  }

  /** A wake that comes too early, or for nothing. */
  function nothingToDo({ charger }: StoredCharger, inbox: Submission[]): boolean {
    if (inbox.length > 0 || charger.link.state !== 'down' || charger.tasks) return false;
    if (world.residents && charger.connection === 'persistent' && charger.power === 'on') return false;
    if (holds(charger.id) && core.wantsHold(charger, clock())) return false;
    return (core.nextDeadline(charger) ?? Number.POSITIVE_INFINITY) > clock();
  }

  /** Everything known is stepped in before the one write that takes the lease. */
  function stepIn(session: Session, submissions: Submission[]): void {
    const { charger } = session;
    const leftovers = new Set(Object.keys(charger.commands));
    for (const submission of submissions) if (leftovers.has(submission.id)) session.watch(submission);
    if (charger.link.state !== 'down') {
      const detail = 'the process that held the connection is gone';
      session.feed({ kind: 'linkDown', reason: 'hostLost', detail });
    }
    if (charger.tasks) session.feed({ kind: 'tasksLost' });
    // A command lives through what is due as well.
    if (submissions.every(({ id }) => leftovers.has(id))) session.feed({ kind: 'wake' });
    for (const submission of submissions) {
      if (submission.entry) remember(session, submission.id);
      if (!leftovers.has(submission.id)) session.submit(submission);
    }
  }

  async function firstSave(session: Session, inbox: Submission[]): Promise<void> {
    const { charger, lease } = session;
    if (staysIn(session)) session.driver = residentDriver();
    else if (isIdle(session)) return onlySave(session, inbox);
    world.counters.exchanges += 1;
    sessions.set(charger.id, session);
    inboxes.delete(charger.id);
    mailbox.attend(session);
    await session.persist(taken(lease, world.holder, clock() + session.driver.leaseMs));
    if (session.driver !== driver) world.settledIn(charger.id);
    session.driver.moved(session);
  }

  /** Nothing to say to the CSMS: one write and no lease. */
  async function onlySave(session: Session, inbox: Submission[]): Promise<void> {
    const { id } = session.charger;
    session.phase = 'closing';
    await session.persist(session.releasedLease);
    await session.flushLog();
    session.end();
    inboxes.delete(id);
    tellLeft(session);
    if (inbox.length > 0) world.start(id, inbox.splice(0));
  }

  /** Nothing is to be done with the charger; what came meanwhile starts anew. */
  function leave(inbox: Submission[], { charger, nextWakeAt }: StoredCharger): void {
    const { id } = charger;
    inboxes.delete(id);
    const hold = !world.residents && core.wantsHold(charger, clock());
    world.over(id, core.nextDeadline(charger), { before: nextWakeAt, hold });
    if (inbox.length > 0) world.start(id, inbox.splice(0));
  }

  function tellLeft(session: Session): void {
    const { charger, knownWakeAt, nextWakeAt } = session;
    const hold = !world.residents && core.wantsHold(charger, clock());
    world.over(charger.id, nextWakeAt, { before: knownWakeAt, hold });
  }

  /** Somebody else holds the charger: commands go to his mailbox, deadlines are his until his lease runs out. */
  function handOver({ charger, lease, nextWakeAt }: StoredCharger, inbox: Submission[]): void {
    inboxes.delete(charger.id);
    // Who has a window open here goes on looking whether the charger has become free.
    const hold = holds(charger.id) && core.wantsHold(charger, clock());
    const lapsesAt = (lease?.until ?? clock()) + 1;
    const lookAt = Math.max(nextWakeAt ?? lapsesAt, clock() + lookAgainMs);
    // The holder tells the keeper himself when he lets go.
    const at = world.residents ? lapsesAt : Math.min(lapsesAt, lookAt);
    world.over(charger.id, at, { before: at, hold });
    for (const submission of inbox) void mailbox.post(charger.id, submission);
  }

  function refuse(chargerId: string, inbox: Submission[], error: Error): void {
    inboxes.delete(chargerId);
    for (const submission of inbox) submission.reject(error);
    const gone = error instanceof UnknownChargerError;
    if (!gone) world.logger.warn({ message: 'charger not brought in', chargerId, error: String(error) });
    world.over(chargerId, gone ? undefined : clock() + retryMs, gone ? {} : { error });
  }

  // Leaving

  function isIdle(session: Session): boolean {
    const { charger } = session;
    if (session.saving || !session.onlyTidings) return false;
    if (session.leaveBy !== undefined) return mayLeave(session, session.leaveBy);
    for (const _ in charger.commands) return false;
    if (world.stopping) return charger.calls.inFlight === undefined;
    if (charger.tasks) return false;
    if (charger.link.state === 'down') return true;
    return charger.link.state === 'up' && !needsLink(charger, clock());
  }

  /**
   * Before the charger is handed over, calls that are under way end: one cut off would be sent again, and a slow CSMS take it twice.
   * Commands and tasks may take until `leaveBy`, then they go along; those that only listen go along at once.
   */
  function mayLeave({ charger, link }: Session, leaveBy: number): boolean {
    const overdueMs = clock() - leaveBy;
    if (overdueMs >= slowAnswerMs) return true;
    if (charger.calls.inFlight || (charger.link.state === 'opening' && link)) return false;
    if (overdueMs >= 0) return true;
    if (charger.tasks) return false;
    return Object.values(charger.commands).every(
      ({ waitingFor, outstanding }) => waitingFor === 'message' && !outstanding,
    );
  }

  /** Drains the mailbox, closes the socket, writes and lets go; takes up again whatever comes in between. */
  async function wrapUp(session: Session): Promise<void> {
    session.phase = 'closing';
    try {
      if (!world.soleOwner && session.leaveBy === undefined) await mailbox.drain(session);
      if (resumes(session)) return;
      await hangUp(session);
      if (resumes(session)) return;
      await writeBack(session);
    } catch (error) {
      drop(session, error as Error);
    }
  }

  function resumes(session: Session): boolean {
    if (session.phase === 'ended') return true;
    const leaving = session.leaveBy !== undefined;
    if ((leaving || !session.inbox) && isIdle(session)) return false;
    session.phase = 'running';
    if (!leaving) for (const submission of session.takeInbox()) session.submit(submission);
    session.driver.moved(session);
    return true;
  }

  async function hangUp(session: Session): Promise<void> {
    const gone = session.hangUpPolitely();
    // With others about, the lease must not be free before the socket is gone; alone, the next dial waits for that.
    if (!world.soleOwner) await gone;
    if (session.phase === 'ended' || session.charger.link.state === 'down') return;
    const handsOver = session.leaveBy !== undefined && core.wantsHold(session.charger, clock());
    session.feed(handsOver ? handedOver : released);
  }

  /** Log and document at once, so that a store that groups its writes has both in one; later frames are only those held back. */
  async function writeBack(session: Session): Promise<void> {
    if (session.leaveBy !== undefined) {
      await mailbox.entrust(session.charger.id, session.watching);
      // The next holder looks there for what its commands have missed.
      await session.flushLog();
    }
    await Promise.all([session.closing, session.flushLog(), session.persist(session.releasedLease)]);
    await session.flushLog();
    conclude(session);
  }

  function conclude(session: Session): void {
    const { id } = session.charger;
    const underWay = session.takeWatchers();
    const waiting = session.takeInbox();
    session.end();
    sessions.delete(id);
    tellLeft(session);
    if (session.leaveBy === undefined) waiting.push(...underWay);
    else for (const submission of underWay) void mailbox.watchOver(id, submission);
    if (waiting.length > 0) world.start(id, waiting);
  }

  /** The document cannot be written: nothing that waited for it happens, the stored one is what counts. */
  function drop(session: Session, error: Error): void {
    if (session.phase === 'ended') return;
    const { id } = session.charger;
    const stale = error instanceof StaleError;
    if (stale) world.counters.lostLeases += 1;
    world.logger.warn({ message: stale ? 'lease lost' : 'exchange broken off', chargerId: id, error: error.message });
    session.end();
    session.failAll(stale ? new BusyError(`charger ${id} was taken over by another instance meanwhile`) : error);
    sessions.delete(id);
    world.over(id, clock() + retryMs);
  }

  async function abandon(session: Session): Promise<void> {
    session.phase = 'closing';
    await session.hangUpPolitely();
    if (session.phase !== 'closing') return;
    session.end();
    session.failAll(new UnknownChargerError(session.charger.id));
    sessions.delete(session.charger.id);
  }

  async function letGo(session: Session): Promise<void> {
    if (session.phase === 'ended') return;
    if (session.phase === 'closing' || session.saving) return drop(session, new BusyError('the host is stopping'));
    session.phase = 'closing';
    try {
      await hangUp(session);
      session.failAll(new BusyError('the host is stopping'));
      await writeBack(session);
    } catch (error) {
      drop(session, error as Error);
    }
  }

  return {
    driver,
    begin,
    enter(stored) {
      const own: Submission[] = [];
      const { id } = stored.charger;
      // Somebody was faster: whoever has it in memory sees that it stays.
      if (inboxes.has(id) || sessions.has(id)) return Promise.resolve();
      inboxes.set(id, own);
      return bringIn(id, own, stored).catch((error: Error) => refuse(id, own, error));
    },
    entering: () => inboxes.size,
    leaving(chargerId) {
      const session = sessions.get(chargerId);
      if (session?.driver !== driver) return false;
      for (const _ in session.charger.commands) return false;
      return true;
    },
    abandon,
    letGo,
  };
}

const released = { kind: 'linkDown', reason: 'released', detail: 'nothing left to do' } as const;
const handedOver = { kind: 'linkDown', reason: 'handedOver', detail: 'another instance goes on' } as const;

/** A charger whose store was down is looked at again after this long. */
const retryMs = 5_000;
/** A charger that another process holds is looked at again no sooner than this. */
const lookAgainMs = 5_000;

/** When the session must be woken: the charger's own deadline or the lease's renewal. */
export function scheduleWake(world: World, session: Session): void {
  const at = session.nextWakeAt ?? Number.POSITIVE_INFINITY;
  const earliest = Math.min(at, session.renewAt);
  world.deadlines.schedule(session.charger.id, earliest === Number.POSITIVE_INFINITY ? undefined : earliest);
}

function remember(session: Session, commandId: string): void {
  session.takenEntries ??= new Set();
  session.takenEntries.add(commandId);
}
