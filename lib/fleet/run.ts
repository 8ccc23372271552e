// A fleet run as it is stored, and what can be asked of runs. Each host carries runs out in its own way.
import type { Page, RunEntry, RunStore } from '../simulator/ports';
import type { CourseState } from './course';
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
  result: PartResult;
  /** Where another process is to go on, and nobody is at it for good. */
  course?: CourseState;
  /** Its chargers were left in good order: connections had been closed to be opened again. */
  handedOver?: boolean;
  /** Numbers of the leases of its chargers as they were left: one that has changed hands since has another. */
  leases?: Record<string, number>;
  /** The process that was at it ended while something was under way. */
  brokenOff?: boolean;
  /** Chargers that were there before the run hold their connection in the batch, as they did before. */
  connected?: boolean;
  /** Whoever is at it, and until when others believe so. Epoch ms. */
  worker?: { id: string; until: number };
}

/** A part as whoever is at it reads it, to be written on condition that nobody else has. */
export interface StoredPart {
  runId: string;
  number: number;
  part: RunPart;
  etag: string;
}

/** Somebody wants the run to end before its time. */
export interface StopWish {
  leave: boolean;
  /** It cannot go on, and why. */
  failure?: string;
}

/** Where parts wait for each other: the phase that all of them may begin, and when. Epoch ms. */
export interface Gate {
  phase: number;
  at: number;
}

export interface RunSnapshot {
  run: RunDocument;
  parts: PartResult[];
}

export interface FleetRuns {
  /** What this host takes on; without it, all that the API takes. */
  limits?: { chargers: number };
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

/** The runs in a store. Documents are overwritten as they are, each by its one writer; parts that slices work at, on condition. */
export function runsIn(store: RunStore) {
  const entryOf = (part: RunPart) => ({ id: part.id, createdAt: part.createdAt, listed: false, document: part });
  const runOf = ({ document }: RunEntry) => document as RunDocument;
  const note = ({ id, createdAt }: RunDocument, name: string, document: unknown) =>
    store.put({ id: `${id}~${name}`, createdAt, listed: false, document });
  const noted = async (runId: string, name: string) => (await store.read(`${runId}~${name}`))?.document;
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
    putPart: (part: RunPart) => store.put(entryOf(part)),
    /** Resolves with the new ETag. @throws StaleError when somebody else has written it */
    replacePart: (part: RunPart, etag: string) => store.replace(entryOf(part), etag),
    async readPartToWrite(runId: string, number: number): Promise<StoredPart | undefined> {
      const entry = await store.read(partId(runId, number));
      return entry && { runId, number, part: entry.document as RunPart, etag: entry.etag };
    },
    async readPart(runId: string, number: number): Promise<RunPart | undefined> {
      return (await store.read(partId(runId, number)))?.document as RunPart | undefined;
    },
    putStop: (run: RunDocument, wish: StopWish) => note(run, 'stop', wish),
    readStop: async (runId: string) => (await noted(runId, 'stop')) as StopWish | undefined,
    putGate: (run: RunDocument, gate: Gate) => note(run, 'gate', gate),
    readGate: async (runId: string) => (await noted(runId, 'gate')) as Gate | undefined,
    /** The part has come to the gate of this phase. */
    putArrival: (run: RunDocument, part: number, phase: number) => note(run, `${part}~at`, { phase }),
    async readArrival(runId: string, part: number): Promise<number | undefined> {
      const arrival = await noted(runId, `${part}~at`);
      return (arrival as { phase: number } | undefined)?.phase;
    },
  };
}

export type Runs = ReturnType<typeof runsIn>;
