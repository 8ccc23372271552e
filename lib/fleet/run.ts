// A fleet run as it is stored, and what can be asked of runs. Each host carries runs out in its own way.
import type { Page, RunEntry, RunStore } from '../simulator/ports';
import type { PartResult } from './result';
import type { RunSpec } from './spec';

export interface RunDocument {
  id: string;
  spec: Pick<RunSpec, 'seed' | 'phases' | 'template'>;
  /** `interrupted`: its host went down meanwhile. `failed`: it could not be carried out, as `detail` says. */
  state: 'running' | 'stopping' | 'finished' | 'stopped' | 'interrupted' | 'failed';
  detail?: string;
  /** Stopped so that chargers and what runs on them are left as they are. */
  leave?: boolean;
  /** How many chargers there are, and in how many parts. */
  chargers: number;
  parts: number;
  /** Epoch ms. */
  createdAt: number;
  endedAt?: number;
}

/** Some of a run's chargers, and how far they are. */
export interface RunPart {
  id: string;
  runId: string;
  createdAt: number;
  chargers: RunSpec['chargers'];
  /** The phase that they are in; all of them done: how many there are. */
  phase: number;
  /** Of the pilot of that phase, where another process is to go on with it. */
  pilot?: unknown;
  result: PartResult;
}

export interface RunSnapshot {
  run: RunDocument;
  parts: PartResult[];
}

export interface FleetRuns {
  /** Begins at once. @throws ExistsError when a charger that it is to make exists */
  start(spec: RunSpec): Promise<RunDocument>;
  read(id: string): Promise<RunSnapshot | undefined>;
  list(limit: number, continuation?: string): Promise<Page<RunDocument>>;
  /** Winds the run down; `leave`: its chargers are left as they are. Resolves when that has begun; `undefined`: no such run. */
  stop(id: string, leave: boolean): Promise<RunDocument | undefined>;
}

export function isOver({ state }: Pick<RunDocument, 'state'>): boolean {
  return state !== 'running' && state !== 'stopping';
}

/** Id of a part's document. */
export function partId(runId: string, number: number): string {
  return `${runId}~${number}`;
}

/** Ids sort by age, the newest first, as stores list them. */
export function newRunId(now: number, random: string): string {
  return `R-${(endOfTimeMs - now).toString(36)}-${random}`;
}

const endOfTimeMs = 4_000_000_000_000;

/** The runs in a store. Documents are overwritten as they are: each has one writer at a time. */
export function runsIn(store: RunStore) {
  const runOf = ({ document }: RunEntry) => document as RunDocument;
  return {
    putRun: (run: RunDocument) => store.put({ id: run.id, createdAt: run.createdAt, listed: true, document: run }),
    async readRun(id: string): Promise<RunDocument | undefined> {
      const entry = await store.read(id);
      return entry?.listed ? runOf(entry) : undefined;
    },
    async listRuns(limit: number, continuation?: string): Promise<Page<RunDocument>> {
      const page = await store.list(limit, continuation);
      return { ...page, items: page.items.map(runOf) };
    },
    putPart: (part: RunPart) => store.put({ id: part.id, createdAt: part.createdAt, listed: false, document: part }),
    async readPart(runId: string, number: number): Promise<RunPart | undefined> {
      return (await store.read(partId(runId, number)))?.document as RunPart | undefined;
    },
  };
}

export type Runs = ReturnType<typeof runsIn>;
