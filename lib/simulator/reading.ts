// What can be read of chargers: the live one where it is in this process, else the stored one as it will have lived until now.
import type { Charger } from '../charger/charger';
import { isFree } from './lease';
import type { StoredCharger } from './ports';
import { type ChargerSnapshot, type SimulatorService, UnknownChargerError } from './service';
import type { Session } from './session';
import type { World } from './world';

/** `wake`: lets a live charger live through what is due. */
export function createReading(
  world: World,
  wake: (session: Session) => void,
): Pick<SimulatorService, 'snapshot' | 'list' | 'messages'> {
  const { clock, core, sessions, store } = world;

  function isDue(charger: Charger): boolean {
    return (core.nextDeadline(charger) ?? Number.POSITIVE_INFINITY) <= clock();
  }

  function live(session: Session): ChargerSnapshot {
    if (isDue(session.charger)) wake(session);
    return { charger: session.charger, now: clock() };
  }

  function asleep({ charger, lease }: StoredCharger): ChargerSnapshot {
    const now = clock();
    if (isDue(charger) && (world.soleOwner || isFree(lease, world.holder, now))) project(charger, now);
    return { charger, now };
  }

  /** What the charger will be found to have lived through once it is woken. Nothing is sent or kept. */
  function project(charger: Charger, now: number): void {
    const { state } = charger.link;
    core.step(charger, { kind: 'wake' }, now);
    charger.link.state = state;
  }

  return {
    async snapshot(id) {
      const session = sessions.get(id);
      if (session) return live(session);
      const stored = await store.chargers.read(id);
      return stored && asleep(stored);
    },

    async list(filter, limit, continuation) {
      const page = await store.chargers.list(filter, limit, continuation);
      const items = page.items.map((stored) => {
        const session = sessions.get(stored.charger.id);
        return session ? live(session) : asleep(stored);
      });
      return { ...page, items };
    },

    async messages(id, filter, limit, continuation) {
      await sessions.get(id)?.flushLog();
      const page = await store.messages.page(id, filter, limit, continuation);
      const known = page.items.length > 0 || sessions.has(id) || (await store.chargers.read(id)) !== undefined;
      if (!known) throw new UnknownChargerError(id);
      return page;
    },
  };
}
