// One worker process as the host holds it: started, given invocations, asked how it is doing, ended or killed.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type {
  FromWorker,
  FunctionMetadata,
  InvocationRequest,
  InvocationResponse,
  LogEntry,
  ToWorker,
  WorkerState,
  WorkerTime,
} from './protocol';

/** The process that ran the invocation is gone. */
export class WorkerGoneError extends Error {
  override name = 'WorkerGoneError';
}

/** The function threw: `message` and `stack` are the worker's. */
export class FunctionFailedError extends Error {
  override name = 'FunctionFailedError';
  constructor(
    message: string,
    readonly remoteStack: string,
  ) {
    super(message);
  }
}

export interface WorkerHandle {
  index: number;
  /** What it is given: everything, or as on Flex Consumption the one or the other. */
  serves: 'all' | 'http' | 'durable';
  functions: FunctionMetadata[];
  alive(): boolean;
  /** @throws FunctionFailedError, WorkerGoneError */
  invoke(request: InvocationRequest, clockShiftMs: number): Promise<InvocationResponse>;
  state(): Promise<WorkerState>;
  /** Virtual time: sets its clock and runs its due timers. */
  tick(now: number): Promise<WorkerState>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** appTerminate hooks, then the end. */
  stop(): Promise<void>;
}

export interface WorkerStart {
  index: number;
  bundle: string;
  env: Record<string, string>;
  time: WorkerTime;
  serves: WorkerHandle['serves'];
  onLog(entry: LogEntry): void;
  onGone(): void;
}

/** Below the repository's root, which tests and benchmarks are run in. */
const entry = resolve('dist/test/functions-worker.js');

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Starts a process and loads the bundle in it. @throws Error with what the bundle threw and printed */
export async function startWorker(start: WorkerStart): Promise<WorkerHandle> {
  const child = fork(entry, [], {
    cwd: dirname(start.bundle),
    env: { PATH: process.env.PATH, ...start.env },
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: ['--enable-source-maps'],
  });
  collectOutput(child, start.onLog);
  const link = createLink(child, start);
  const functions = await link.start({ kind: 'start', bundle: start.bundle, time: start.time });
  return {
    index: start.index,
    serves: start.serves,
    functions,
    alive: link.alive,
    invoke: link.invoke,
    state: () => link.ask((sequence) => ({ kind: 'ping', sequence })),
    tick: (now) => link.ask((sequence) => ({ kind: 'tick', sequence, now })),
    kill: () => end(child),
    async stop() {
      await link.ask((sequence) => ({ kind: 'terminate', sequence })).catch(() => undefined);
      await end(child);
    },
  };
}

function collectOutput(child: ChildProcess, onLog: (entry: LogEntry) => void): void {
  const outputs = { information: child.stdout, error: child.stderr };
  for (const [level, stream] of Object.entries(outputs)) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (message) => onLog({ category: 'console', level, message }));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Pairs what is sent to the process with what comes back. */
function createLink(child: ChildProcess, start: WorkerStart) {
  const invocations = new Map<string, Waiting<InvocationResponse>>();
  const questions = new Map<number, Waiting<WorkerState>>();
  const starting = deferred<FunctionMetadata[]>();
  let sequence = 0;
  let gone = false;

  const send = (order: ToWorker) => void (gone || child.send(order, () => undefined));
  const lost = () => new WorkerGoneError(`worker ${start.index} is gone`);

  const handlers: { [K in FromWorker['kind']]: (message: Extract<FromWorker, { kind: K }>) => void } = {
    ready({ functions, capabilities }) {
      if (capabilities.HttpUri) starting.reject(new Error('HTTP streaming is not offered by this host'));
      else starting.resolve(functions);
    },
    failed({ message }) {
      starting.reject(new Error(`the bundle does not load: ${message}`));
      start.onLog({ category: 'system', level: 'error', message });
    },
    result: ({ invocationId, response }) => take(invocations, invocationId)?.resolve(response),
    error: ({ invocationId, error }) =>
      take(invocations, invocationId)?.reject(new FunctionFailedError(error.message, error.stack)),
    state: ({ sequence, state }) => take(questions, sequence)?.resolve(state),
    log: ({ entry }) => start.onLog(entry),
  };

  child.on('message', (message: FromWorker) => {
    (handlers[message.kind] as (message: FromWorker) => void)(message);
  });
  child.once('exit', (code, signal) => {
    gone = true;
    starting.reject(new Error(`the worker process ended with ${signal ?? code} while starting`));
    for (const waiting of [...invocations.values(), ...questions.values()]) waiting.reject(lost());
    start.onGone();
  });

  return {
    alive: () => !gone,
    start(order: ToWorker) {
      send(order);
      return starting.promise.catch(async (error: unknown) => {
        await end(child);
        throw error;
      });
    },
    invoke(request: InvocationRequest, clockShiftMs: number) {
      if (gone) return Promise.reject(lost());
      return new Promise<InvocationResponse>((resolve, reject) => {
        invocations.set(request.invocationId, { resolve, reject });
        send({ kind: 'invoke', request, clockShiftMs });
      });
    },
    ask(question: (sequence: number) => ToWorker) {
      if (gone) return Promise.reject(lost());
      return new Promise<WorkerState>((resolve, reject) => {
        questions.set(++sequence, { resolve, reject });
        send(question(sequence));
      });
    },
  };
}

function deferred<T>(): Waiting<T> & { promise: Promise<T> } {
  let waiting: Waiting<T> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    waiting = { resolve, reject };
  });
  // A start that fails after it succeeded is told by `onGone`.
  promise.catch(() => undefined);
  return { promise, resolve: (value) => waiting?.resolve(value), reject: (error) => waiting?.reject(error) };
}

function take<K, T>(waiting: Map<K, T>, key: K): T | undefined {
  const one = waiting.get(key);
  waiting.delete(key);
  return one;
}
