// A run in batches, for hosts whose processes do not live as long as it does: what is written down when it begins, what is told of it
// meanwhile, and how it ends. Who carries a batch out for a while is in slice.ts.
import { randomUUID } from 'node:crypto';
import type { Charger } from '../charger/charger';
import { buildCharger } from '../charger/create';
import { realCore } from '../simulator/core';
import type { Timer } from '../simulator/keeper';
import { type Clock, type Store, StoreUnavailableError } from '../simulator/ports';
import { toRecord } from '../simulator/record';
import type { SimulatorService } from '../simulator/service';
import { borrow, giveBack } from './borrowed';
import { chargersMadeBy, newChargers, removeChargers } from './chargers';
import { abandoned, nothing } from './result';
import {
  type FleetRuns,
  isOver,
  newRunId,
  partId,
  type RunDocument,
  type RunPart,
  type RunSnapshot,
  type Runs,
  type StopWish,
} from './run';
import { type RunSpec, runOfTag } from './spec';

export interface BatchPorts {
  store: Pick<Store, 'chargers'>;
  simulator: SimulatorService;
  runs: Runs;
  clock: Clock;
  timer: Timer;
  limits: { chargers: number; batch: number };
  /** Nobody keeps these chargers alive any more: a run has them. */
  take(chargerIds: readonly string[]): Promise<void>;
  /** Somebody keeps them alive from now on. */
  release(chargerIds: readonly string[]): Promise<void>;
  /** Has so many batches carried out, by whoever comes. */
  launch(runId: string, parts: number): Promise<void>;
  /** Whether somebody still sees to the run. */
  isAlive(runId: string): Promise<boolean>;
}

export interface BatchRuns extends FleetRuns {
  /** All batches are over: cleans up and says how the run ended. Does no harm when it is done again. */
  close(runId: string): Promise<void>;
  /** The run cannot go on. */
  giveUp(runId: string, failure: string): Promise<void>;
  /** Whether such a run has this charger. */
  has(chargerId: string): Promise<boolean>;
  /** Whether a run that is not over keeps the charger's time. One that nobody carries out any more is closed. */
  keeps(charger: Pick<Charger, 'tags'>): Promise<boolean>;
}

/** A run that is younger may not have been launched yet. */
const launchMs = 5 * 60_000;

export function createBatchRuns(ports: BatchPorts): BatchRuns {
  const { store, simulator, runs, clock, timer, limits, launch, isAlive } = ports;
  /** Runs that are being looked at, by id: many ask at once. */
  const looking = new Map<string, Promise<boolean>>();

  /** Their deadlines are the batches' to keep: nobody is told of them. */
  async function make(run: RunDocument, spec: RunSpec): Promise<void> {
    const records = newChargers(run.id, spec).map((own) => toRecord(realCore, buildCharger(own, clock())));
    await store.chargers.createMany(records);
  }

  /** Those that are there already. A run that cannot have all of them has none. */
  async function takeExisting(run: RunDocument, { chargers }: RunSpec): Promise<void> {
    try {
      await borrow(run.id, chargers, { simulator, chargers: store.chargers, clock, timer, takenBy: runThatHas });
      await ports.take(chargers.map(({ id }) => id));
    } catch (error) {
      await cleanUp(run);
      throw error;
    }
  }

  /** The run that is not over and has a charger with these tags. */
  async function runThatHas(tags: readonly string[]): Promise<string | undefined> {
    const ids = tags.flatMap((tag) => runOfTag(tag) ?? []);
    const going = await Promise.all(ids.map(goesOn));
    return ids.find((_, at) => going[at]);
  }

  function goesOn(id: string): Promise<boolean> {
    const known = looking.get(id);
    if (known) return known;
    const look = findOut(id).finally(() => looking.delete(id));
    looking.set(id, look);
    return look;
  }

  /** Its batches, which are large, are read only where nobody seems to carry it out any more. */
  async function findOut(id: string): Promise<boolean> {
    const run = await runs.readRun(id);
    if (!run || isOver(run)) return false;
    if (clock() - run.createdAt < launchMs || (await isAlive(id))) return true;
    const found = await read(id);
    return found !== undefined && !isOver(found.run);
  }

  async function putParts({ id: runId, createdAt, parts }: RunDocument, spec: RunSpec): Promise<void> {
    await Promise.all(
      Array.from({ length: parts }, (_, number) => {
        const chargers = spec.chargers.filter((__, place) => place % parts === number);
        return runs.putPart({ id: partId(runId, number), runId, createdAt, chargers, phase: 0, result: nothing });
      }),
    );
  }

  async function begin(run: RunDocument, spec: RunSpec): Promise<void> {
    await putParts(run, spec);
    await (spec.template ? make(run, spec) : takeExisting(run, spec));
    try {
      await launch(run.id, run.parts);
    } catch (error) {
      await cleanUp(run);
      const why = error instanceof Error ? error.message : String(error);
      throw new StoreUnavailableError(`the run cannot be begun now, as nobody takes it: try again (${why})`);
    }
  }

  /** Chargers that it has made are deleted, others given back. */
  async function cleanUp(run: RunDocument): Promise<void> {
    const left = await chargersMadeBy(simulator, run.id);
    if (left.length === 0) return;
    if (!run.spec.template) return leaveBehind(run, new Set(left));
    await removeChargers(simulator, left);
    for (const part of await partsOf(run)) await runs.putPart({ ...part, result: abandoned(part.result) });
  }

  async function leaveBehind(run: RunDocument, left: Set<string>): Promise<void> {
    for (const { chargers, connected } of await partsOf(run)) {
      const own = chargers.filter(({ id }) => left.has(id));
      await giveBack(simulator, run.id, own, !connected);
    }
    await ports.release([...left]);
  }

  /** Whether its chargers are left as they are: those that were there before it never are. */
  const leavesAll = ({ spec: { template } }: RunDocument, wish: StopWish | undefined) =>
    template !== undefined && (template.keep || wish?.leave === true);

  async function partsOf({ id, parts }: RunDocument) {
    const found = await Promise.all(Array.from({ length: parts }, (_, number) => runs.readPart(id, number)));
    return found.flatMap((part) => part ?? []);
  }

  /** Whoever wants it to stop says so beside the run, which is its own batches' to write. */
  async function asWished(run: RunDocument): Promise<RunDocument> {
    if (isOver(run)) return run;
    return (await runs.readStop(run.id)) ? { ...run, state: 'stopping' } : run;
  }

  /** Nobody carries it out any more, and nobody has said how it ended: whoever looks finds out, and cleans up. */
  async function isLeft(run: RunDocument, parts: readonly RunPart[]): Promise<boolean> {
    if (isOver(run) || clock() - run.createdAt < launchMs) return false;
    if (parts.some(({ worker }) => (worker?.until ?? 0) > clock())) return false;
    return !(await isAlive(run.id));
  }

  async function closeLeft(run: RunDocument): Promise<RunDocument> {
    if (!leavesAll(run, await runs.readStop(run.id))) await cleanUp(run);
    const detail = 'its orchestration went before the run was over';
    const closed: RunDocument = { ...run, state: 'interrupted', detail, endedAt: clock() };
    await runs.putRun(closed);
    return closed;
  }

  async function read(id: string): Promise<RunSnapshot | undefined> {
    const run = await runs.readRun(id);
    if (!run) return undefined;
    const parts = await partsOf(run);
    const resultsOf = (own: RunPart[]) => own.map(({ result }) => result);
    if (!(await isLeft(run, parts))) return { run: await asWished(run), parts: resultsOf(parts) };
    return { run: await closeLeft(run), parts: resultsOf(await partsOf(run)) };
  }

  return {
    limits,
    read,
    async start(spec) {
      const run: RunDocument = {
        id: newRunId(clock(), randomUUID().slice(0, 8)),
        spec: { seed: spec.seed, phases: spec.phases, ...(spec.template ? { template: spec.template } : {}) },
        state: 'running',
        chargers: spec.chargers.length,
        parts: Math.ceil(spec.chargers.length / limits.batch),
        createdAt: clock(),
      };
      await runs.putRun(run);
      try {
        await begin(run, spec);
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        await runs.putRun({ ...run, state: 'failed', detail, endedAt: clock() });
        throw error;
      }
      return run;
    },
    async list(limit, continuation) {
      const page = await runs.listRuns(limit, continuation);
      return { ...page, items: await Promise.all(page.items.map(asWished)) };
    },
    async stop(id, leave) {
      const run = (await read(id))?.run;
      if (!run || isOver(run)) return run;
      const before = await runs.readStop(id);
      await runs.putStop(run, { ...before, leave: leave || before?.leave === true });
      return { ...run, state: 'stopping' };
    },
    async close(runId) {
      const run = await runs.readRun(runId);
      if (!run || isOver(run)) return;
      const wish = await runs.readStop(runId);
      if (!leavesAll(run, wish)) await cleanUp(run);
      const state = wish?.failure !== undefined ? 'failed' : wish ? 'stopped' : 'finished';
      const detail = wish?.failure;
      await runs.putRun({ ...run, state, endedAt: clock(), ...(detail === undefined ? {} : { detail }) });
    },
    async has(chargerId) {
      const found = await simulator.snapshot(chargerId);
      return found !== undefined && (await runThatHas(found.charger.tags)) !== undefined;
    },
    keeps: async ({ tags }) => (await runThatHas(tags)) !== undefined,
    async giveUp(runId, failure) {
      const run = await runs.readRun(runId);
      if (run) await runs.putStop(run, { leave: false, ...(await runs.readStop(runId)), failure });
    },
  };
}
