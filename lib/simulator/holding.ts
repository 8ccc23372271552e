// Chargers that want to be reachable, on hosts whose processes do not live for ever: held in bounded windows, by one process
// after the other. The socket is closed politely between two windows and the charger kept for the next holder.
import type { Endings, Woken } from './endings';
import { type Exchanges, slowAnswerMs } from './exchange';
import { isFree, isHandedOver } from './lease';
import type { StoredCharger } from './ports';
import type { Session } from './session';
import { createWindows } from './windows';
import type { World } from './world';

/** How often it is looked whether a charger that another process holds has become free. */
const lookEveryMs = 1_000;

export interface HoldingOptions {
  endings: Endings;
  exchanges(): Exchanges;
  /** How long the process that happens to have the socket keeps it until somebody opens a window, milliseconds. */
  lingerMs: number;
  /** How long commands may take after the end of a window before they go along, milliseconds. */
  leaveMs: number;
}

export interface Holding {
  /** Keeps the charger's socket here until then at most. */
  hold(chargerId: string, until: number): Promise<Woken>;
  holds(chargerId: string): boolean;
  /** The charger is to be held, and this process holds it. */
  staysIn(session: Session): boolean;
  lingers(session: Session): boolean;
  /** The window of this session is over. */
  leave(session: Session): void;
  close(chargerId: string): void;
}

export function createHolding(world: World, options: HoldingOptions): Holding {
  const { clock, core, sessions, store, timer } = world;
  const { endings, exchanges } = options;
  const windows = createWindows(timer, (chargerId) => {
    const session = sessions.get(chargerId);
    if (session) leave(session);
  });

  function wanted({ charger }: Pick<Session, 'charger'>): boolean {
    return core.wantsHold(charger, clock());
  }

  function leave(session: Session): void {
    const leaveBy = clock() + options.leaveMs;
    session.leaveBy = leaveBy;
    session.unlisten?.();
    session.unlisten = undefined;
    for (const at of [leaveBy, leaveBy + slowAnswerMs]) {
      timer.set(at, () => {
        if (session.leaveBy === leaveBy) session.driver.moved(session);
      });
    }
    session.driver.moved(session);
  }

  async function hold(chargerId: string, until: number): Promise<Woken> {
    for (;;) {
      if (world.stopping || clock() >= until) return { hold: true };
      const session = sessions.get(chargerId);
      if (session) {
        const woken = await join(session, until);
        if (!woken.hold || clock() >= until) return woken;
        continue;
      }
      const stored = await store.chargers.read(chargerId);
      // Somebody may have brought it in here meanwhile: a second session of the same holder, no lease would keep off.
      if (sessions.has(chargerId)) continue;
      if (!stored) return { hold: false };
      if (!wanted(stored)) return asleep(stored);
      if (!isOurs(stored)) {
        await pause(Math.min(until, clock() + lookEveryMs));
        continue;
      }
      const woken = await enter(chargerId, until);
      if (!woken.hold || clock() >= until) return woken;
    }
  }

  function join(session: Session, until: number): Promise<Woken> {
    const over = endings.next(session.charger.id);
    if (session.phase !== 'closing' && session.leaveBy === undefined) keep(session, until);
    return over;
  }

  function keep(session: Session, until: number): void {
    windows.open(session.charger.id, until);
    session.driver.moved(session);
  }

  function asleep({ charger }: StoredCharger): Woken {
    const nextWakeAt = core.nextDeadline(charger);
    return { ...(nextWakeAt === undefined ? {} : { nextWakeAt }), hold: false };
  }

  function isOurs({ lease }: StoredCharger): boolean {
    return isFree(lease, world.holder, clock()) || isHandedOver(lease);
  }

  function enter(chargerId: string, until: number): Promise<Woken> {
    const over = endings.next(chargerId);
    windows.open(chargerId, until);
    exchanges().begin(chargerId, []);
    return over;
  }

  function pause(until: number): Promise<void> {
    return new Promise((resolve) => timer.set(until, resolve));
  }

  return {
    hold,
    leave,
    holds: windows.isOpen,
    close: windows.close,
    staysIn: (session) => windows.isOpen(session.charger.id) && wanted(session),
    lingers(session) {
      const { id, link } = session.charger;
      if (world.residents || world.stopping || session.leaveBy !== undefined) return false;
      if (link.state !== 'up' || !wanted(session)) return false;
      windows.open(id, clock() + options.lingerMs);
      // Whoever waits opens the window; else the keeper sees to it that somebody does.
      if (!endings.tell(id, { hold: true })) world.keeper.schedule(id, clock());
      return true;
    },
  };
}
