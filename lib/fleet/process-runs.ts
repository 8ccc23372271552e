// Fleet runs in a process that lives as long as they do: one part per run, counted live from what the chargers record. Runs that a former
// process left unfinished are closed and cleaned up after.
import { randomUUID } from 'node:crypto';
import type { Observer } from '../simulator/ports';
import { BusyError } from '../simulator/service';
import { type ActiveRun, prepareRun, type RunPorts } from './active-run';
import { chargersMadeBy, removeChargers } from './chargers';
import { insist } from './insist';
import { abandoned } from './result';
import { type FleetRuns, isOver, newRunId, type RunDocument } from './run';
import type { RunSpec } from './spec';

export interface ProcessRuns extends FleetRuns {
  readonly observer: Observer;
  /** The same from chargers that are in another process. */
  readonly ear: Ear;
  /** Closes runs that a former process left. */
  takeUp(): Promise<void>;
  /** Breaks off what runs: it counts as interrupted. */
  close(): Promise<void>;
}

/** What runs listen to, by the id of the charger. */
export type Ear = Pick<ActiveRun, 'frame' | 'event' | 'changed'>;

export interface ProcessRunPorts extends Omit<RunPorts, 'ending'> {
  /** Told which chargers take part in a run from now on, or no more. */
  watch?(chargerIds: readonly string[], watched: boolean): void;
}

export function createProcessRuns(ports: ProcessRunPorts): ProcessRuns {
  const { runs, clock, logger } = ports;
  const active = new Map<string, ActiveRun>();
  const byCharger = new Map<string, ActiveRun>();
  const ending = new AbortController();

  function refuseTaken({ chargers }: RunSpec): void {
    const taken = chargers.find(({ id }) => byCharger.has(id));
    if (taken) throw new BusyError(`charger ${taken.id} takes part in run ${byCharger.get(taken.id)?.run.id}`);
  }

  function follow(own: ActiveRun): void {
    active.set(own.run.id, own);
    for (const id of own.chargers) byCharger.set(id, own);
    ports.watch?.(own.chargers, true);
    void own.begin().finally(() => {
      active.delete(own.run.id);
      for (const id of own.chargers) if (byCharger.get(id) === own) byCharger.delete(id);
      ports.watch?.(own.chargers, false);
    });
  }

  /** Its end is written down last: whoever goes down meanwhile leaves it to be closed by the next. */
  async function closeLeft(run: RunDocument): Promise<void> {
    const { template } = run.spec;
    if (template && !template.keep) {
      const part = await runs.readPart(run.id, 0);
      await removeChargers(ports.simulator(), await chargersMadeBy(ports.simulator(), run.id));
      if (part) await runs.putPart({ ...part, result: abandoned(part.result) });
    }
    await runs.putRun({ ...run, state: 'interrupted', detail: 'the host went down meanwhile', endedAt: clock() });
    logger.warn({ message: 'a fleet run was interrupted', runId: run.id });
  }

  /** A worker that has just begun may be away again: no reason for the host not to start. */
  async function closeNowOrLater(run: RunDocument): Promise<void> {
    const { timer } = ports;
    const what = 'closing a fleet run that a former process left';
    await closeLeft(run).catch((error: unknown) => {
      logger.warn({ message: `${what}: later`, runId: run.id, error: String(error) });
      insist(what, () => closeLeft(run), { clock, timer, logger, signal: ending.signal }).catch((last: unknown) =>
        logger.error({ message: `${what}: given up`, runId: run.id, error: String(last) }),
      );
    });
  }

  const ear: Ear = {
    frame: (id, frame) => byCharger.get(id)?.frame(id, frame),
    event: (id, event) => byCharger.get(id)?.event(id, event),
    changed: (id, link) => byCharger.get(id)?.changed(id, link),
  };

  return {
    ear,
    observer: {
      frame: ({ id }, frame) => ear.frame(id, frame),
      note() {},
      event: ({ id }, event) => ear.event(id, event),
      changed: ({ id, link }) => ear.changed(id, link.state),
    },
    async start(spec) {
      refuseTaken(spec);
      const run: RunDocument = {
        id: newRunId(clock(), randomUUID().slice(0, 8)),
        spec: { seed: spec.seed, phases: spec.phases, ...(spec.template ? { template: spec.template } : {}) },
        state: 'running',
        chargers: spec.chargers.length,
        parts: 1,
        createdAt: clock(),
      };
      follow(await prepareRun(run, spec, { ...ports, ending: ending.signal }));
      return run;
    },
    async read(id) {
      const own = active.get(id);
      if (own) return { run: own.run, parts: [own.result()] };
      const run = await runs.readRun(id);
      if (!run) return undefined;
      const part = await runs.readPart(id, 0);
      return { run, parts: part ? [part.result] : [] };
    },
    async list(limit, continuation) {
      const page = await runs.listRuns(limit, continuation);
      return { ...page, items: page.items.map((run) => active.get(run.id)?.run ?? run) };
    },
    async stop(id, leave) {
      const own = active.get(id);
      if (own) return own.stop(leave);
      return runs.readRun(id);
    },
    async takeUp() {
      const page = await runs.listRuns(1000);
      for (const run of page.items) if (!isOver(run)) await closeNowOrLater(run);
    },
    async close() {
      ending.abort();
      await Promise.all([...active.values()].map((own) => own.interrupt()));
    },
  };
}
