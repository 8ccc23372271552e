// One or more simulator processes over one store, a CSMS without sockets and a clock that stands still.
import type { Command, SettledCommand } from '../../lib/charger/command';
import type { NewCharger } from '../../lib/charger/create';
import type { Bell, ChargerRecord, Store } from '../../lib/simulator/ports';
import { createSimulator, type Simulator, type SimulatorPorts } from '../../lib/simulator/simulator';
import { createLocalBell } from '../../lib/store/bell';
import { createMemoryStore } from '../../lib/store/memory';
import { createFakeCsms, type FakeCsms } from '../support/fake-link';
import { createFakeTasks, type FakeTasks } from '../support/fake-tasks';
import { createVirtualClock, type VirtualClock } from '../support/virtual-clock';

export interface Rig {
  time: VirtualClock;
  csms: FakeCsms;
  bell: Bell;
  tasks: FakeTasks;
  /** The store as simulators see it: journaled and breakable. */
  store: Store;
  /** The store itself. */
  raw: Store;
  /** What happened on the wire and in the store, in order. */
  journal: string[];
  /** Warnings and errors logged. */
  logged: Record<string, unknown>[];
  /** Throws or waits before a charger document is written. */
  beforeReplace: (record: ChargerRecord) => Promise<void> | void;
  /** Another process over the same store. */
  process(options?: Partial<SimulatorPorts>): Simulator;
  spec(id: string, more?: Partial<NewCharger>): NewCharger;
}

export function createRig(): Rig {
  const time = createVirtualClock();
  const csms = createFakeCsms(time.clock);
  const raw = createMemoryStore({ ttlDays: 7 });
  const bell = createLocalBell();
  const tasks = createFakeTasks();
  const journal: string[] = [];
  const logged: Record<string, unknown>[] = [];
  csms.onWire = (what) => journal.push(what);
  let processes = 0;
  const rig: Rig = {
    time,
    csms,
    bell,
    tasks,
    raw,
    journal,
    logged,
    beforeReplace: () => {},
    store: {
      ...raw,
      chargers: {
        ...raw.chargers,
        async replace(record, etag) {
          const text = JSON.parse(JSON.stringify(record)) as ChargerRecord;
          await rig.beforeReplace(record);
          const next = await raw.chargers.replace(text, etag);
          journal.push('saved');
          return next;
        },
      },
    },
    process(options = {}) {
      processes += 1;
      const { clock, timer } = time;
      const log = (entry: Record<string, unknown>) => void logged.push(entry);
      const logger = { info: () => {}, warn: log, error: log };
      const holder = `process-${processes}`;
      return createSimulator({
        store: rig.store,
        links: csms.links,
        tasks: tasks.port,
        bell,
        logger,
        holder,
        clock,
        timer,
        ...options,
      });
    },
    spec: (id, more = {}) => ({ id, protocol: 'ocpp1.6', csms: { url: 'ws://csms.example/ocpp' }, ...more }),
  };
  return rig;
}

let submitted = 0;

/** Submits a command and lets everything that needs no time happen. */
export async function run(rig: Rig, simulator: Simulator, id: string, command: Command): Promise<SettledCommand> {
  submitted += 1;
  const settled = simulator.submit(id, command, { commandId: `command-${submitted}`, timeoutMs: 30_000 });
  // Whoever called sees the rejection; it only comes before he looks.
  settled.catch(() => {});
  await rig.time.settle();
  return settled;
}

export const heartbeat: Command = { kind: 'sendMessage', action: 'Heartbeat', validate: true };
export const startSession: Command = { kind: 'startTransaction', address: { connectorId: 1 }, idToken: 'TAG-1' };
