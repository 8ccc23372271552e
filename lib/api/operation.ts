// What an operation is: declared once, from which come routes, checks, OpenAPI, the docs page and the hosts' functions.
// How a request is turned into a call of `run` is in `handle.ts`.
import { z } from 'zod';
import type { Command, SettledCommand } from '../charger/command';
import type { FeedEntrance } from '../feed/feed';
import type { FleetRuns } from '../fleet/run';
import type { Vault } from '../secrets/vault';
import type { CommandStore } from '../simulator/ports';
import type { SimulatorService } from '../simulator/service';
import { exchangeFields } from './exchange';
import type { FieldError, ProblemKind } from './problem';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What `run` answers with. `text` instead of `body` for what is not JSON. */
export interface Reply {
  /** Default: the operation's. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  text?: { contentType: string; content: string | AsyncIterable<string> };
}

/** A command that goes on after its request was answered: data, so that any host can carry it out anywhere. */
export interface Job {
  operation: string;
  input: Record<string, unknown>;
  commandId: string;
  chargerId: string;
  ifMatch?: string;
  createdAt: number;
  timeoutMs: number;
}

/** How the time of a charger is kept while nobody uses it. */
export interface KeptAlive {
  chargerId: string;
  /** sleeping: until `nextWakeAt`. active: woken now. holding: its connection is kept open. retrying: after a failure, at `nextWakeAt`. */
  state: 'sleeping' | 'active' | 'holding' | 'retrying';
  /** Epoch ms. */
  nextWakeAt?: number;
  /** Failures in a row. */
  failures?: number;
}

/** What keeps chargers alive on this host. */
export interface KeepAlive {
  read(chargerId: string): Promise<KeptAlive | undefined>;
  /** Ordered by id. */
  list(): Promise<KeptAlive[]>;
  /** Nobody wakes the charger until it is used again. @throws BusyError while it is in use */
  stop(chargerId: string): Promise<void>;
}

/** What a host gives the operations. */
export interface ApiDeps {
  simulator: SimulatorService;
  /** Remembers answers to Idempotency-Keys and to respond-async requests. */
  commands: CommandStore;
  keepAlive: KeepAlive;
  /** Carries out fleet runs. */
  fleet?: FleetRuns;
  /** What secrets are sealed with before they are kept. */
  vault: Vault;
  /** Lets clients into the live feed, where there is one. */
  feed?: FeedEntrance;
  clock: () => number;
  operations: readonly Operation[];
  /**
   * Has a job carried out after its request has been answered: by `performJob`, here or elsewhere. Resolves as soon as it is sure to be.
   * @throws ProblemError (unavailable) where it is not: then it will not be
   */
  defer(job: Job): Promise<void> | void;
  /** An error nobody foresaw. The message must not reach the caller. */
  report(error: unknown, operation: string): void;
  version: string;
  /** The demo CSMS, when one runs: chargers without a `csms.url` dial it. */
  demoCsmsUrl?: string;
  /** Where the demo CSMS takes commands, without `/api`. */
  demoCsmsHttpUrl?: string;
  /** When this host began, epoch ms; not known where there are many. */
  startedAt?: number;
}

/** One call of an operation. */
export interface Call extends ApiDeps {
  /** The submitted command's id. */
  commandId: string;
  /** How long the outcome may take. */
  timeoutMs: number;
  /** The raw If-Match header. */
  ifMatch?: string;
  /** Submits a command, by default under `commandId`. Refused: throws the problem with the frames exchanged so far. */
  submit(chargerId: string, command: Command): Promise<Submitted>;
}

/** What a command that went well came to. */
export interface Submitted {
  result: Record<string, unknown>;
  exchange: SettledCommand['exchange'];
}

interface Declaration {
  /** The function's name, in the Azure portal too. */
  name: string;
  method: Method;
  /** Below `/api/`, with `{params}`. */
  route: string;
  subject: string;
  summary: string;
  description?: string;
  /** What it answers with when all went well. */
  output: z.ZodType;
  /** Default 200. */
  status?: number;
  /** It talks to the CSMS and waits for the outcome: takes `timeoutSeconds` and `Prefer: respond-async`. */
  waits?: boolean;
  /** Takes no key: liveness probes have none. */
  open?: boolean;
  /** Media type of an answer that is not JSON. */
  produces?: string;
  /** Honours If-Match. */
  conditional?: boolean;
  /** Problems that it may answer with besides those that every operation has. */
  problems?: readonly ProblemKind[];
  /** An input, and what it is answered with: for docs and OpenAPI. */
  example: { input: Record<string, unknown>; output?: unknown };
}

interface Spec<N extends string, S extends z.ZodRawShape, O extends z.ZodType> extends Declaration {
  name: N;
  output: O;
  /** Route, query and body parameters alike. */
  input: S;
  /** What one field's schema cannot say. */
  check?(input: z.output<z.ZodObject<S>>, deps: ApiDeps): FieldError[];
  run(input: z.output<z.ZodObject<S>>, call: Call): Promise<Reply>;
}

export interface Operation extends Declaration {
  status: number;
  waits: boolean;
  /** Names of the parameters in the route. */
  params: readonly string[];
  input: z.ZodObject;
  check(input: Record<string, unknown>, deps: ApiDeps): FieldError[];
  run(input: Record<string, unknown>, call: Call): Promise<Reply>;
}

export const defaultTimeoutSeconds = 30;
export const maxTimeoutSeconds = 200;

const timeoutSeconds = z
  .number()
  .min(1)
  .max(maxTimeoutSeconds)
  .default(defaultTimeoutSeconds)
  .describe('How long to wait for the outcome.');

/** An operation whose name and shapes the compiler knows. Clients in TypeScript are typed by it. */
export interface TypedOperation<N extends string, S extends z.ZodRawShape, O extends z.ZodType> extends Operation {
  name: N;
  /** For the compiler alone: never there. */
  readonly types?: { input: z.input<z.ZodObject<S>>; output: z.output<O> };
}

/** Declares an operation. */
export function defineOperation<N extends string, S extends z.ZodRawShape, O extends z.ZodType>(
  spec: Spec<N, S, O>,
): TypedOperation<N, S, O> {
  const shape: z.ZodRawShape = spec.waits ? { ...spec.input, timeoutSeconds } : spec.input;
  // The checked input is what `run` was declared with: `handle.ts` calls it with nothing else.
  const typed = spec as unknown as TypedOperation<N, S, O>;
  return {
    ...typed,
    status: spec.status ?? 200,
    waits: spec.waits ?? false,
    params: [...spec.route.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
    input: z.strictObject(shape),
    check: typed.check ?? (() => []),
  };
}

/** The answer of an operation that waited: what it came to, and the frames. */
export function waited(shape: z.ZodRawShape = {}) {
  return z.looseObject({ ...shape, ...exchangeFields });
}
