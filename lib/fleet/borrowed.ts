// Chargers that were there before the run, on hosts whose batches keep them for as long as it goes on: taken from whoever keeps them alive,
// marked with the run's tag meanwhile, and given back as they were.
import { randomUUID } from 'node:crypto';
import type { Command, SettingsPatch } from '../charger/command';
import type { Timer } from '../simulator/keeper';
import type { ChargerStore, Clock } from '../simulator/ports';
import { BusyError, type ChargerSnapshot, type SimulatorService, UnknownChargerError } from '../simulator/service';
import { forEachOf } from './several';
import { type RunCharger, runTag } from './spec';

type Host = Pick<SimulatorService, 'snapshot' | 'submit'>;

export interface LendingPorts {
  simulator: Host;
  chargers: Pick<ChargerStore, 'read'>;
  clock: Clock;
  timer: Timer;
  /** The run that has a charger with such tags. */
  takenBy(tags: readonly string[]): Promise<string | undefined>;
}

/** Each waits about a second for the process that holds the charger. */
const atOnce = 100;
const patienceMs = 30_000;
const lookEveryMs = 250;

/**
 * Marks them. One that holds its connection is `onDemand` until its batch has it: so whoever holds it closes the connection and lets go,
 * and nobody else takes it up. Resolves when nobody has any of them any more.
 * @throws BusyError, UnknownChargerError when one of them cannot be had; others may be marked by then
 */
export function borrow(runId: string, all: readonly RunCharger[], ports: LendingPorts): Promise<void> {
  const { simulator } = ports;
  return forEachOf(all, atOnce, async ({ id, persistent }) => {
    const found = await simulator.snapshot(id);
    if (!found) throw new UnknownChargerError(id);
    const { tags, revision, timers } = found.charger;
    const other = await ports.takenBy(tags);
    if (other !== undefined) throw new BusyError(`charger ${id} takes part in run ${other}`);
    const marked = [...tags, runTag(runId)];
    const settings: SettingsPatch = persistent ? { tags: marked, connection: 'onDemand' } : { tags: marked };
    await order(simulator, id, { kind: 'updateSettings', settings, ifRevision: revision });
    if (!persistent && timers.hold !== undefined) await order(simulator, id, { kind: 'disconnect' });
    await untilFree(id, ports);
  });
}

async function untilFree(id: string, { chargers, clock, timer }: LendingPorts): Promise<void> {
  const giveUpAt = clock() + patienceMs;
  for (;;) {
    const { lease } = (await chargers.read(id)) ?? {};
    if (lease === undefined || lease.until <= clock()) return;
    if (clock() >= giveUpAt) throw new BusyError(`charger ${id} is in use: try again when its command has ended`);
    await new Promise<void>((resolve) => timer.set(clock() + lookEveryMs, resolve));
  }
}

/** In the batch that has them from now on, those that hold their connection do so again. */
export function reconnect(simulator: Host, chargers: readonly RunCharger[]): Promise<void> {
  return forEachOf(chargers, atOnce, async ({ id, persistent }) => {
    const found = await simulator.snapshot(id);
    if (found && persistent && found.charger.connection === 'onDemand') {
      await change(simulator, id, { connection: 'persistent' });
    }
  });
}

/** Takes the mark away, of those that have it; `reconnects`: they have not been made to hold their connection again. */
export function giveBack(
  simulator: Host,
  runId: string,
  chargers: readonly RunCharger[],
  reconnects: boolean,
): Promise<void> {
  return forEachOf(chargers, atOnce, async ({ id, persistent }) => {
    const found = await simulator.snapshot(id);
    if (found && isMarked(found, runId)) {
      const tags = found.charger.tags.filter((tag) => tag !== runTag(runId));
      await change(simulator, id, { tags, ...(persistent && reconnects ? { connection: 'persistent' } : {}) });
    }
  });
}

function isMarked({ charger }: ChargerSnapshot, runId: string): boolean {
  return charger.tags.includes(runTag(runId));
}

/** A charger that was deleted meanwhile needs no change. */
async function change(simulator: Host, id: string, settings: SettingsPatch): Promise<void> {
  try {
    await order(simulator, id, { kind: 'updateSettings', settings });
  } catch (error) {
    if (!(error instanceof UnknownChargerError)) throw error;
  }
}

async function order(simulator: Host, id: string, command: Command): Promise<void> {
  const { outcome } = await simulator.submit(id, command, { commandId: randomUUID(), timeoutMs: patienceMs });
  if (!outcome.ok) throw new BusyError(`charger ${id}: ${outcome.refusal.detail}`);
}
