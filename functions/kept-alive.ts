// What keeps chargers alive on this host, for the operations that show and stop it: their orchestrations.
import type { KeepAlive, KeptAlive } from '../lib/api/operation';
import { UnknownChargerError } from '../lib/simulator/service';
import type { Simulator } from '../lib/simulator/simulator';
import type { KeepAliveStatus } from './keep-alive';
import type { Orchestrations } from './orchestrations';

export function createDurableKeepAlive(orchestrations: Orchestrations, simulator: Simulator): KeepAlive {
  return {
    async read(chargerId) {
      const instance = await orchestrations.find(chargerId);
      if (!instance?.alive) return undefined;
      return describe(instance.status ?? { chargerId, state: 'active' });
    },
    async list() {
      const all = (await orchestrations.list()).map(describe);
      return all.sort((a, b) => (a.chargerId < b.chargerId ? -1 : 1));
    },
    async stop(chargerId) {
      // The deadline first: without it the sweep lets the charger sleep too.
      if (!(await simulator.letSleep(chargerId))) throw new UnknownChargerError(chargerId);
      await orchestrations.end(chargerId, 'stopKeepAlive');
    },
  };
}

function describe({ nextWakeAt, ...status }: KeepAliveStatus): KeptAlive {
  return nextWakeAt === undefined ? status : { ...status, nextWakeAt: Date.parse(nextWakeAt) };
}
