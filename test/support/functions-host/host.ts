// An Azure Functions host for tests: runs the deployable bundle in real worker processes, HTTP, timers and orchestrations
// included, on real or virtual time, without Azure. Everything a test needs is `startFunctionsHost`.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createBusy } from './busy';
import { createRealClock, createVirtualClock } from './clock';
import type { OrchestratorRuleError } from './durable/determinism';
import { createHub, type Hub } from './durable/hub';
import type { RuntimeStatus } from './durable/instance';
import { type ClientFaults, startManagement } from './durable/management';
import { startHttp } from './http';
import { createPool, type Fault, type HostLogEntry, type Running, type WorkerOptions } from './pool';
import type { FunctionMetadata, InvocationRequest } from './protocol';
import { createStepper } from './stepper';
import { startTimers } from './timers';

export interface FunctionsHostOptions {
  /** Path of the bundle's main file. Its folder's host.json is honoured for the route prefix. */
  bundle: string;
  env?: Record<string, string>;
  /** Worker processes to begin with; default 1. */
  workers?: number | WorkerOptions[];
  /** Default: real. Virtual time stands still until `advance`. */
  clock?: 'real' | 'virtual';
  /** Where virtual time begins, epoch milliseconds. */
  startAt?: number;
  /** Functions that are not anonymous want this key; without it they are open. */
  key?: string;
  /** Where HTTP is served; default: any free port. */
  port?: number;
  /** Whether timer triggers fire by their schedule; default true. */
  timers?: boolean;
  keepUnprocessedEvents?: boolean;
  /** Default 30 minutes, as on the Flex Consumption plan. */
  functionTimeoutMs?: number;
  /** Default 230 seconds. */
  httpLimitMs?: number;
}

export interface OrchestrationView {
  id: string;
  name: string;
  status: RuntimeStatus;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  /** Runs so far, continue-as-new counted. */
  generation: number;
  /** Events in the history of this run. */
  historyLength: number;
}

export interface FunctionsHost {
  /** `http://127.0.0.1:PORT`, without the route prefix. */
  url: string;
  /** Names of the registered functions, sorted. */
  functions: string[];
  now(): number;
  orchestrations(): OrchestrationView[];
  /** Starts an orchestration as a client would. @returns false when one of this id runs already */
  startOrchestration(name: string, id: string, input?: unknown): boolean;
  /** Raises an external event. @returns false when no such instance runs */
  raiseEvent(id: string, event: string, input?: unknown): boolean;
  /** Runs a timer function now. */
  runTimer(functionName: string): Promise<void>;
  /** Virtual time: moves on by `ms`, through every timer on the way. @throws OrchestratorRuleError */
  advance(ms: number): Promise<void>;
  /** Resolves when nothing is under way; what waits for virtual time does not count. @throws OrchestratorRuleError */
  idle(): Promise<void>;
  /** Asks after everything that begins or ends until there is an answer; for what `idle` would wait too long for. */
  until<T>(probe: () => T | undefined): Promise<T>;
  /** @returns its number */
  addWorker(options?: WorkerOptions): Promise<number>;
  /** SIGKILL. `instance` (default): its messages go to other workers; `process`: its activities fail. */
  killWorker(index: number, how?: 'instance' | 'process'): Promise<void>;
  /** Ends an instance properly, as scaling in does. On virtual time it may take some of it. */
  stopWorker(index: number): Promise<void>;
  inject(fault: Fault): void;
  /** What becomes of calls of the durable client from now on; undefined: they are served. */
  failClient(faults: ClientFaults | undefined): void;
  /** Invocations under way. */
  running(): Running[];
  /** What was asked for so far: invocations by function, and calls of the durable client by method and path. */
  counts(): { invocations: Record<string, number>; clientCalls: Record<string, number> };
  logs(): HostLogEntry[];
  /** @throws OrchestratorRuleError that no `idle` or `advance` has thrown before */
  close(): Promise<void>;
}

/** @throws Error with the reason when the bundle does not load */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const env = options.env ?? {};
  const virtual = options.clock === 'virtual';
  const clock = virtual ? createVirtualClock(options.startAt ?? Date.UTC(2026, 0, 5, 8)) : createRealClock();
  const busy = createBusy();
  const logs: HostLogEntry[] = [];
  const violations: OrchestratorRuleError[] = [];
  let rpcBaseUrl = '';
  const extraInputs = (metadata: FunctionMetadata) => durableClients(metadata, rpcBaseUrl);

  const pool = createPool({
    bundle: options.bundle,
    env,
    clock,
    busy,
    functionTimeoutMs: options.functionTimeoutMs ?? 1_800_000,
    onLog: (entry) => logs.push(entry),
  });
  const closers: (() => unknown)[] = [clock.close, pool.close];
  const closeAll = async () => {
    for (const close of closers) await close();
  };

  const hub = createHub({
    pool,
    clock,
    busy,
    clientInputs: extraInputs,
    keepUnprocessedEvents: options.keepUnprocessedEvents ?? false,
    onViolation: (error) => violations.push(error),
  });

  async function open() {
    await addWorkers(pool.add, options.workers ?? 1);
    const management = await startManagement(hub);
    closers.push(management.close);
    rpcBaseUrl = management.rpcBaseUrl;
    const timers = startTimers({ pool, clock, env, extraInputs }, options.timers ?? true);
    const http = await startHttp({
      pool,
      clock,
      busy,
      extraInputs,
      prefix: routePrefix(options.bundle),
      key: options.key,
      port: options.port ?? 0,
      limitMs: options.httpLimitMs ?? 230_000,
    });
    closers.unshift(http.close);
    return { timers, http, management };
  }

  const { timers, http, management } = await open().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const stepper = createStepper({ clock, busy, pool });

  /** On virtual time what a worker still does before it ends may need some, which nobody else moves any more. */
  async function closeMeanwhile(): Promise<void> {
    let over = false;
    const closing = closeAll().finally(() => {
      over = true;
    });
    while (virtual && !over) await stepper.advance(1_000);
    await closing;
  }

  function requireRules(): void {
    const [violation] = violations.splice(0);
    if (violation) throw violation;
  }

  return {
    url: http.url,
    functions: pool
      .functions()
      .map(({ name }) => name)
      .sort(),
    now: clock.now,
    orchestrations: () => views(hub),
    startOrchestration: (name, id, input = null) => hub.start(name, id, JSON.stringify(input)) !== undefined,
    raiseEvent: (id, event, input = null) => hub.raise(id, event, JSON.stringify(input)),
    runTimer: timers.run,
    async advance(ms) {
      await stepper.advance(ms);
      requireRules();
    },
    async idle() {
      await stepper.settle();
      requireRules();
    },
    until: busy.until,
    addWorker: pool.add,
    killWorker: (index, how = 'instance') => pool.kill(index, how),
    stopWorker: pool.stop,
    inject: pool.inject,
    failClient: management.fail,
    running: pool.running,
    counts: () => ({ invocations: pool.invocations(), clientCalls: management.calls() }),
    logs: () => logs,
    async close() {
      await closeMeanwhile();
      requireRules();
    },
  };
}

async function addWorkers(add: (options?: WorkerOptions) => Promise<number>, wanted: number | WorkerOptions[]) {
  const workers: WorkerOptions[] = typeof wanted === 'number' ? Array.from({ length: wanted }, () => ({})) : wanted;
  for (const worker of workers) await add(worker);
}

const views = (hub: Hub): OrchestrationView[] =>
  hub.instances().map(({ id, name, status, input, output, customStatus, generation, history }) => ({
    id,
    name,
    status,
    input: JSON.parse(input) as unknown,
    output,
    customStatus,
    generation,
    historyLength: history.length,
  }));

function routePrefix(bundle: string): string {
  const file = join(dirname(bundle), 'host.json');
  if (!existsSync(file)) return 'api';
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { extensions?: { http?: { routePrefix?: string } } };
  return settings.extensions?.http?.routePrefix ?? 'api';
}

/** The durable client bindings of a function, as the extension hands them over. */
function durableClients({ bindings }: FunctionMetadata, rpcBaseUrl: string): InvocationRequest['inputData'] {
  const instance = `${rpcBaseUrl}instances/INSTANCEID`;
  const data = {
    taskHubName: 'TestHub',
    creationUrls: {
      createNewInstancePostUri: `${rpcBaseUrl}orchestrators/{functionName}[/{instanceId}]`,
      createAndWaitOnNewInstancePostUri: `${rpcBaseUrl}orchestrators/{functionName}[/{instanceId}]?timeout={timeoutInSeconds}`,
    },
    managementUrls: {
      id: 'INSTANCEID',
      statusQueryGetUri: instance,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}`,
      terminatePostUri: `${instance}/terminate?reason={text}`,
      purgeHistoryDeleteUri: instance,
    },
    baseUrl: rpcBaseUrl.replace(/\/$/, ''),
    requiredQueryStringParameters: 'code=test',
    rpcBaseUrl,
  };
  return Object.entries(bindings)
    .filter(([, { type }]) => type === 'durableClient')
    .map(([name]) => ({ name, data: { string: JSON.stringify(data) } }));
}
