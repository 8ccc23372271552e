// The chargers of a run: made at its beginning where it says so, gone at its end.
import type { NewCharger } from '../charger/create';
import type { SimulatorService } from '../simulator/service';
import { forEachOf } from './several';
import { type RunSpec, runTag } from './spec';

const removalsAtOnce = 50;

/** @throws ExistsError */
export async function makeChargers(simulator: SimulatorService, runId: string, spec: RunSpec): Promise<void> {
  if (spec.template) await simulator.createMany(newChargers(runId, spec));
}

/** The chargers that the run makes; none where they are there already. */
export function newChargers(runId: string, { template, chargers, phases }: RunSpec): NewCharger[] {
  if (!template) return [];
  const { shared } = template;
  // When they connect is the run's to say, if it says so.
  const stayDown = shared.connection === 'persistent' && phases[0]?.kind === 'connect';
  const tags = [...(shared.tags ?? []), runTag(runId)];
  return chargers.map(({ id, identity }) => ({ ...shared, id, ...(identity ? { identity } : {}), tags, stayDown }));
}

/**
 * Deletes them without a word to the CSMS but the close of the connection. Those that are gone already are gone. @throws the first error,
 * after all have been tried
 */
export function removeChargers(simulator: Pick<SimulatorService, 'remove'>, ids: readonly string[]): Promise<void> {
  return forEachOf(ids, removalsAtOnce, (id) => simulator.remove(id, { force: true }));
}

/** Ids of those that the run has made and that are still there: others may have taken names that it had meant to give. */
export async function chargersMadeBy(simulator: SimulatorService, runId: string): Promise<string[]> {
  const ids: string[] = [];
  let from: string | undefined;
  do {
    const page = await simulator.list({ tag: runTag(runId) }, 500, from);
    ids.push(...page.items.map(({ charger }) => charger.id));
    from = page.continuation;
  } while (from !== undefined);
  return ids;
}
