// A fleet and its runs in one process on virtual time: real chargers in a real simulator, a CSMS without sockets.
import type { Charger } from '../../lib/charger/charger';
import { createProcessRuns, type ProcessRuns } from '../../lib/fleet/process-runs';
import { buildReport, type RunReport } from '../../lib/fleet/report';
import { runsIn } from '../../lib/fleet/run';
import type { ConnectPhase, Phase, RunSpec, SessionsPhase } from '../../lib/fleet/spec';
import type { Simulator } from '../../lib/simulator/simulator';
import { createRig, type Rig } from '../simulator/rig';

export const sessions: SessionsPhase = {
  kind: 'sessions',
  seconds: 60,
  concurrency: 3,
  tokens: ['TAG-1'],
  durationSeconds: 10,
  evs: [],
  timeoutSeconds: 30,
};
export const connect: ConnectPhase = { kind: 'connect', timeoutSeconds: 30 };

export interface Fleet {
  rig: Rig;
  simulator: Simulator;
  runs: ProcessRuns;
  start(phases: Phase[], more?: Partial<RunSpec>): Promise<string>;
  report(id: string): Promise<RunReport>;
  ids(): Promise<string[]>;
  chargers(): Promise<Charger[]>;
}

export function createFleet(rig = createRig()): Fleet {
  const { clock, timer } = rig.time;
  const log = (entry: Record<string, unknown>) => void rig.logged.push(entry);
  const logger = { info() {}, warn: log, error: log };
  const runs = createProcessRuns({ simulator: () => simulator, runs: runsIn(rig.raw.runs), clock, timer, logger });
  const simulator: Simulator = rig.process({ observer: runs.observer, soleOwner: true });
  const chargers = async () => (await simulator.list({}, 1000)).items.map(({ charger }) => charger);
  return {
    rig,
    simulator,
    runs,
    async start(phases, more = {}) {
      const names = Array.from({ length: 5 }, (_, n) => ({ id: `RUN-${n + 1}` }));
      const shared = {
        protocol: 'ocpp1.6',
        csms: { url: 'ws://csms.example/ocpp' },
        connection: 'persistent',
      } as const;
      const starting = runs.start({ seed: 7, phases, chargers: names, template: { shared, keep: false }, ...more });
      // Whoever called sees the rejection; it only comes before he looks.
      starting.catch(() => {});
      await rig.time.settle();
      return (await starting).id;
    },
    async report(id) {
      const found = await runs.read(id);
      if (!found) throw new Error('no such run');
      return buildReport(found.run, found.parts);
    },
    chargers,
    ids: async () => (await chargers()).map(({ id }) => id),
  };
}
