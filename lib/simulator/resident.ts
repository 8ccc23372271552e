// Chargers that keep their socket open in this process. Saved at once where a frame or an outcome waits for it, within
// about two seconds otherwise. Becoming resident and ceasing to be is a change of driver; the session stays.
import { scheduleWake } from './exchange';
import { StaleError } from './ports';
import { BusyError } from './service';
import type { Driver, Session } from './session';
import type { World } from './world';

/** A charger lost to another owner is looked at again after this long. */
const lookAgainMs = 30_000;

/** Least time between two saves that nothing waits for. */
const pauseMs = 2_000;

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

  /** A charger that is saved about every second anyway need not be saved again in between. */
  function saveInTurn(session: Session): void {
    const urgent = session.saveSoon || session.unsavable;
    if (urgent || world.clock() - session.savedAt >= pauseMs) session.requestSave();
    else world.lazily(session);
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
      void session.flushLog();
    },
  };
}
