// A run in batches, for hosts whose processes do not live as long as it does: what is written down when it begins, what is told of it
// meanwhile, and how it ends. Who carries a batch out for a while is in slice.ts.
import { randomUUID } from 'node:crypto';
import type { Charger } from '../charger/charger';
import { buildCharger } from '../charger/create';
import { realCore } from '../simulator/core';
import { type Clock, type Store, StoreUnavailableError } from '../simulator/ports';
import { toRecord } from '../simulator/record';
import { BusyError, type SimulatorService } from '../simulator/service';
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
} from './run';
import { type RunSpec, runOfTag } from './spec';

export interface BatchPorts {
  store: Pick<Store, 'chargers'>;
  simulator: SimulatorService;
  runs: Runs;
  clock: Clock;
  limits: { chargers: number; batch: number };
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
  /** Whether a run that is not over keeps the charger's time. */
  keeps(charger: Pick<Charger, 'tags'>): Promise<boolean>;
}

/** A run that is younger may not have been launched yet. */
const launchMs = 5 * 60_000;

export function createBatchRuns({ store, simulator, runs, clock, limits, launch, isAlive }: BatchPorts): BatchRuns {
  /** Their deadlines are the batches' to keep: nobody is told of them. */
  async function make(run: RunDocument, spec: RunSpec): Promise<void> {
    const records = newChargers(run.id, spec).map((own) => toRecord(realCore, buildCharger(own, clock())));
    await store.chargers.createMany(records);
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
    await make(run, spec);
    try {
      await launch(run.id, run.parts);
    } catch (error) {
      await cleanUp(run);
      const why = error instanceof Error ? error.message : String(error);
      throw new StoreUnavailableError(`the run cannot be begun now, as nobody takes it: try again (${why})`);
    }
  }

  async function cleanUp(run: RunDocument): Promise<void> {
    const left = await chargersMadeBy(simulator, run.id);
    if (left.length === 0) return;
    await removeChargers(simulator, left);
    for (const part of await partsOf(run)) await runs.putPart({ ...part, result: abandoned(part.result) });
  }

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
    if (!(run.spec.template?.keep || (await runs.readStop(run.id))?.leave)) await cleanUp(run);
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
      if (!spec.template) throw new BusyError('this host runs only chargers that the run makes');
      const run: RunDocument = {
        id: newRunId(clock(), randomUUID().slice(0, 8)),
        spec: { seed: spec.seed, phases: spec.phases, template: spec.template },
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
      const leaves = run.spec.template?.keep || wish?.leave;
      if (!leaves) await cleanUp(run);
      const state = wish?.failure !== undefined ? 'failed' : wish ? 'stopped' : 'finished';
      const detail = wish?.failure;
      await runs.putRun({ ...run, state, endedAt: clock(), ...(detail === undefined ? {} : { detail }) });
    },
    async keeps({ tags }) {
      const runIds = tags.flatMap((tag) => runOfTag(tag) ?? []);
      const found = await Promise.all(runIds.map(runs.readRun));
      return found.some((run) => run !== undefined && !isOver(run));
    },
    async giveUp(runId, failure) {
      const run = await runs.readRun(runId);
      if (run) await runs.putStop(run, { leave: false, ...(await runs.readStop(runId)), failure });
    },
  };
}
