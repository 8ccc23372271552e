// What keeps chargers alive in a process that lives as long as they do: its own deadlines and the sessions in its memory.
import type { KeepAlive, KeptAlive } from '../api/operation';
import { UnknownChargerError } from '../simulator/service';
import type { KeptHere, Simulator } from '../simulator/simulator';

export function createProcessKeepAlive(simulator: Simulator): KeepAlive {
  return {
    async read(chargerId) {
      const kept = simulator.keptHere(chargerId);
      return kept && describe(kept);
    },
    list: async () => simulator.keptAlive().map(describe),
    async stop(chargerId) {
      if (!(await simulator.letSleep(chargerId))) throw new UnknownChargerError(chargerId);
    },
  };
}

function describe({ chargerId, nextWakeAt, active, connected }: KeptHere): KeptAlive {
  const state = connected ? 'holding' : active ? 'active' : 'sleeping';
  return { chargerId, state, ...(nextWakeAt === undefined ? {} : { nextWakeAt }) };
}
