// Chargers that keep their socket open in this process. Saved at once where a frame or an outcome waits for it; otherwise within
// about two seconds, with thousands of chargers within half a minute. Becoming resident and ceasing to be is a change of driver; the session stays.
import { scheduleWake } from './exchange';
import { StaleError } from './ports';
import { BusyError } from './service';
import type { Driver, Session } from './session';
import type { World } from './world';

/** A charger lost to another owner is looked at again after this long. */
const lookAgainMs = 30_000;

/**
 * Least time between two saves of a charger that nothing waits for, and what they may come to for all chargers: what is lost with the
 * process is only lived through again, the same samples as of the same times.
 */
const pauseMs = 2_000;
const longestPauseMs = 30_000;
const idleSavesPerSecond = 200;

export interface ResidentOptions {
  leaseMs: number;
  staysIn(session: Session): boolean;
  /** Whose the session is once it no longer stays. */
  exchange(): Driver;
}

/** The driver of resident chargers. */
export function createResidentDriver(world: World, options: ResidentOptions): Driver {
  function moved(session: Session): void {
    if (session.phase !== 'running') return;
    scheduleWake(world, session);
    if (!options.staysIn(session)) release(session);
    else if (session.unsavable) world.lazily(session);
    else if (session.held || session.saveSoon) session.requestSave();
    else if (session.dirty) world.lazily(session);
  }

  /** A charger that is saved every so often anyway need not be saved again in between. */
  function saveInTurn(session: Session): void {
    const urgent = session.saveSoon || session.unsavable;
    const pause = pauseBetweenSaves();
    if (urgent || world.clock() - session.savedAt >= pause) session.requestSave();
    else if (pause > pauseMs) world.atLeisure(session);
    else world.lazily(session);
  }

  function pauseBetweenSaves(): number {
    const fairMs = (world.sessions.size / idleSavesPerSecond) * 1_000;
    return Math.min(Math.max(fairMs, pauseMs), longestPauseMs);
  }

  function release(session: Session): void {
    session.driver = options.exchange();
    session.driver.moved(session);
  }

  /** Goes on, but nothing that must be saved leaves before it is; who waited is told. */
  function holdOut(session: Session, error: Error): void {
    const { id } = session.charger;
    if (!session.unsavable) world.logger.error({ message: 'charger not saved', chargerId: id, error: error.message });
    session.unsavable = true;
    session.failAll(error);
    world.lazily(session);
  }

  /** Another owner has written: the socket is his to open. */
  function lose(session: Session): void {
    if (session.phase === 'ended') return;
    const { id } = session.charger;
    world.counters.lostLeases += 1;
    world.logger.warn({ message: 'lease lost', chargerId: id });
    session.end();
    session.failAll(new BusyError(`charger ${id} was taken over by another instance meanwhile`));
    world.sessions.delete(id);
    world.over(id, world.clock() + lookAgainMs);
  }

  return {
    leaseMs: options.leaseMs,
    moved,
    saveFailed(session, error) {
      const lapsed = (session.lease?.until ?? 0) <= world.clock();
      if (error instanceof StaleError || lapsed) lose(session);
      else holdOut(session, error);
    },
    flush(session) {
      if (session.dirty) saveInTurn(session);
      if (session.hasLog) void session.flushLog();
    },
  };
}
