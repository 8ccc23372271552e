// Commands for a charger that somebody else holds: left in the store for the holder, watched until their outcome is there.
// Entries go pending → taken → done, so that each command runs at most once; what running means is not here.
import type { Command, Outcome, SettledCommand } from '../charger/command';
import { isFree } from './lease';
import { type CommandEntry, ExistsError, type StoredCharger } from './ports';
import { BusyError, UnknownChargerError } from './service';
import type { Session } from './session';
import type { Submission } from './submission';
import type { World } from './world';

/** How often a submitter looks by itself: bells do not reach every process. */
const lookEveryMs = 500;
/** A holder may take this much longer than the command's own time limit, for its last save; and so long to tell an outcome. */
const graceMs = 2_000;

export interface Mailbox {
  /** Leaves a command for the holder and waits for its outcome; starts it here should the charger become free. */
  post(chargerId: string, submission: Submission): Promise<void>;
  /** Takes what has been left for a charger that is held here. Resolves to whether there was anything. */
  drain(session: Session): Promise<boolean>;
  /** Before a submission that lies in the mailbox is run here: nobody else shall. Resolves to false where somebody else does. */
  claim(submission: Submission): Promise<boolean>;
  /** Before a charger is handed over: commands under way go on elsewhere, their outcomes will be left in the mailbox. */
  entrust(chargerId: string, underWay: readonly Submission[]): Promise<void>;
  /** After it was handed over: waits for the outcome of what is under way. */
  watchOver(chargerId: string, submission: Submission): Promise<void>;
  /** Commands under way in a document that was taken over, so far as somebody elsewhere waits for them. */
  inherit(chargerId: string, commandIds: readonly string[]): Promise<Submission[]>;
  /** Drains whenever the bell rings, as long as the session lives. */
  attend(session: Session): void;
  /** The outcome of a command that a former holder had taken. */
  finishOrphan(chargerId: string, commandId: string, outcome: Outcome): Promise<void>;
}

export function createMailbox(world: World): Mailbox {
  const { bell, clock, logger } = world;
  const { commands } = world.store;

  async function post(chargerId: string, submission: Submission): Promise<void> {
    try {
      await leave(chargerId, submission);
      await follow(chargerId, submission);
    } catch (error) {
      submission.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function leave(chargerId: string, submission: Submission): Promise<void> {
    const { id, command, timeoutMs, since } = submission;
    if (submission.entry) {
      // What runs elsewhere already is only followed.
      if (!submission.claimed) return;
      // Claimed in vain: somebody else was faster to take the charger.
      delete submission.claimed;
      submission.entry = { ...submission.entry, state: 'pending' };
      await commands.put(submission.entry);
    } else {
      submission.entry = { id, chargerId, createdAt: clock(), command, timeoutMs, since, state: 'pending' };
      await commands.create(submission.entry).catch(unlessThere);
    }
    bell.ring(`mailbox/${chargerId}`);
  }

  async function follow(chargerId: string, submission: Submission): Promise<void> {
    const giveUpAt = clock() + submission.timeoutMs + graceMs;
    for (;;) {
      const rung = listenOnce(`settled/${submission.id}`, Math.min(giveUpAt, clock() + lookEveryMs));
      const over = await look(chargerId, submission);
      if (over) return rung.cancel();
      if (clock() >= giveUpAt) {
        rung.cancel();
        throw new BusyError(
          `charger ${chargerId} is held by another instance, which did not settle the command in time`,
        );
      }
      await rung.promise;
    }
  }

  /** Resolves to true when there is nothing left to follow here. */
  async function look(chargerId: string, submission: Submission): Promise<boolean> {
    const stored = await world.store.chargers.read(chargerId);
    const entry = await commands.read(chargerId, submission.id);
    if (entry?.settled) {
      const { outcome, exchange } = entry.settled;
      submission.resolve({ outcome, exchange: [...submission.exchange, ...exchange] });
      return true;
    }
    if (!stored) throw new UnknownChargerError(chargerId);
    if (!isFree(stored.lease, world.holder, clock())) return false;
    if (isHere(chargerId)) {
      // Taken here since it was read: the session takes what lies in the mailbox, each command once.
      bell.ring(`mailbox/${chargerId}`);
      return false;
    }
    // Taken, and no trace of it in the document: it has run. The charger may be free a moment before the outcome is written.
    const isOnlyTaken = entry?.state === 'taken' && !stored.charger.commands[submission.id];
    if (isOnlyTaken) {
      submission.missedSince ??= clock();
      if (clock() - submission.missedSince < graceMs) return false;
      throw new BusyError(`the instance that ran the command on charger ${chargerId} died before it told the outcome`);
    }
    takeOver(stored, submission, entry);
    return true;
  }

  function isHere(chargerId: string): boolean {
    const session = world.sessions.get(chargerId);
    return session !== undefined && session.phase !== 'ended';
  }

  function takeOver(stored: StoredCharger, submission: Submission, entry: CommandEntry | undefined): void {
    const { id } = stored.charger;
    if (entry) submission.entry = entry;
    world.start(id, [submission]);
  }

  function listenOnce(topic: string, until: number): { promise: Promise<void>; cancel(): void } {
    let cancel = (): void => {};
    const promise = new Promise<void>((resolve) => {
      const stop = bell.listen(topic, () => cancel());
      const handle = world.timer.set(until, () => cancel());
      cancel = () => {
        stop();
        world.timer.clear(handle);
        resolve();
      };
    });
    return { promise, cancel: () => cancel() };
  }

  async function drain(session: Session): Promise<boolean> {
    const { id } = session.charger;
    const waiting = await commands.pending(id);
    const mine = waiting.filter((entry) => !session.takenEntries?.has(entry.id));
    for (const entry of mine) await take(session, entry);
    return mine.length > 0;
  }

  async function take(session: Session, entry: CommandEntry): Promise<void> {
    const { id, command } = entry;
    if (!command || session.takenEntries?.has(id)) return;
    session.takenEntries ??= new Set();
    session.takenEntries.add(id);
    const timeoutMs = entry.createdAt + (entry.timeoutMs ?? 0) - clock();
    if (timeoutMs <= 0) return finish(entry, { outcome: tooLate, exchange: [] });
    if (!(await commands.take(entry.chargerId, id))) return;
    const submission = foreign({ ...entry, state: 'taken' }, command, timeoutMs);
    submission.claimed = true;
    if (session.phase === 'ended') world.start(entry.chargerId, [submission]);
    else session.submit(submission);
  }

  /** A command that somebody elsewhere waits for. */
  function foreign(entry: CommandEntry, command: Command, timeoutMs: number): Submission {
    const { id } = entry;
    const submission: Submission = {
      id,
      command,
      timeoutMs,
      since: entry.since ?? entry.createdAt,
      exchange: [],
      entry,
      foreign: true,
      resolve: () => {},
      // The submitter finds out by itself: the charger is free, the entry is taken.
      reject: (error) =>
        logger.warn({ message: 'a command from the mailbox failed', command: id, error: error.message }),
    };
    finishWhenSettled(submission, entry);
    return submission;
  }

  /** Whoever hears of the outcome, the mailbox does too. */
  function finishWhenSettled(submission: Submission, entry: CommandEntry): void {
    const { resolve } = submission;
    submission.resolve = (settled) => {
      resolve(settled);
      finish(entry, settled).catch((error) =>
        logger.warn({ message: 'outcome not left in the mailbox', command: entry.id, error: String(error) }),
      );
    };
  }

  async function finish(entry: CommandEntry, settled: SettledCommand): Promise<void> {
    await commands.put({ ...entry, state: 'done', settled });
    bell.ring(`settled/${entry.id}`);
  }

  async function entrust(chargerId: string, underWay: readonly Submission[]): Promise<void> {
    for (const submission of underWay) {
      if (submission.entry) continue;
      const { id, command, timeoutMs, since } = submission;
      submission.entry = { id, chargerId, createdAt: clock(), command, timeoutMs, since, state: 'taken' };
      await commands.put(submission.entry);
    }
  }

  async function watchOver(chargerId: string, submission: Submission): Promise<void> {
    if (submission.foreign) return;
    try {
      await follow(chargerId, submission);
    } catch (error) {
      submission.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async function inherit(chargerId: string, commandIds: readonly string[]): Promise<Submission[]> {
    const entries = await Promise.all(commandIds.map((id) => commands.read(chargerId, id)));
    return entries.flatMap((entry) =>
      entry?.command && entry.state === 'taken' ? [foreign(entry, entry.command, entry.timeoutMs ?? 0)] : [],
    );
  }

  return {
    post,
    drain,
    entrust,
    watchOver,
    inherit,
    async claim(submission) {
      const { entry } = submission;
      if (!entry || submission.claimed) return true;
      if (entry.state === 'pending') {
        if (!(await commands.take(entry.chargerId, entry.id))) return false;
        submission.claimed = true;
      }
      submission.entry = { ...entry, state: 'taken' };
      finishWhenSettled(submission, entry);
      return true;
    },
    attend(session) {
      if (world.soleOwner || session.unlisten) return;
      session.unlisten = bell.listen(`mailbox/${session.charger.id}`, () => {
        drain(session).catch((error) =>
          logger.warn({ message: 'mailbox not read', chargerId: session.charger.id, error: String(error) }),
        );
      });
    },
    async finishOrphan(chargerId, commandId, outcome) {
      const entry = await commands.read(chargerId, commandId);
      if (entry?.command && entry.state !== 'done') await finish(entry, { outcome, exchange: [] });
    },
  };
}

const tooLate: Outcome = {
  ok: false,
  refusal: { kind: 'timeout', detail: 'the command waited in the mailbox of the charger until its time was over' },
};

function unlessThere(error: unknown): void {
  if (!(error instanceof ExistsError)) throw error;
}
