// The workers of a host: who runs an invocation, what happens to it when its process goes, and the faults a test injects.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Busy } from './busy';
import type { HostClock } from './clock';
import type { FunctionMetadata, InvocationRequest, InvocationResponse, LogEntry } from './protocol';
import { FunctionFailedError, startWorker, WorkerGoneError, type WorkerHandle } from './worker-handle';

/**
 * What goes wrong with an invocation of a function:
 * `killBefore`, `killAfter`: its instance dies before it begins, or when it is done and nobody knows yet;
 * `timeOut`: the function's time limit kills its process; `dropResult`: done, but the answer is lost;
 * `fail`: the host fails it without running it; `duplicate`: it is delivered twice at once, to two instances if there are two; `late`: done, and its answer kept back until
 * `until` resolves.
 */
export type FaultKind = 'killBefore' | 'killAfter' | 'timeOut' | 'dropResult' | 'fail' | 'duplicate' | 'late';

export interface Fault {
  function: string;
  fault: FaultKind;
  /** How often; default once. */
  times?: number;
  until?: Promise<unknown>;
}

export interface WorkerOptions {
  /** Default: everything. */
  serves?: WorkerHandle['serves'];
  /** How wrong its clock is. */
  clockOffsetMs?: number;
}

export interface Call {
  functionName: string;
  serves: 'http' | 'durable';
  inputData: InvocationRequest['inputData'];
  triggerMetadata?: InvocationRequest['triggerMetadata'];
  traceparent?: string;
  clockShiftMs?: number;
}

/** An invocation under way. */
export interface Running {
  functionName: string;
  invocationId: string;
  worker: number;
}

/** The answer of an invocation did not arrive. `redeliver`: its message is given to another instance. */
export class InvocationLostError extends Error {
  override name = 'InvocationLostError';
  constructor(
    message: string,
    readonly redeliver: boolean,
  ) {
    super(message);
  }
}

export interface HostLogEntry extends LogEntry {
  worker: number;
}

export interface Pool {
  functions(): FunctionMetadata[];
  add(options?: WorkerOptions): Promise<number>;
  /** `instance`: the machine is gone, its messages go to others. `process`: only the worker process, its activities fail. */
  kill(index: number, how: 'instance' | 'process'): Promise<void>;
  /** Takes the instance away as scaling in does: nothing new is given to it, its appTerminate hooks run, then it ends. */
  stop(index: number): Promise<void>;
  workers(): WorkerHandle[];
  running(): Running[];
  /** Invocations asked for so far, by function. The second look at an episode of an orchestrator does not count. */
  invocations(): Record<string, number>;
  inject(fault: Fault): void;
  /** Resolves when no process is starting or ending. */
  steady(): Promise<void>;
  /** @throws FunctionFailedError, InvocationLostError */
  invoke(call: Call): Promise<InvocationResponse>;
  close(): Promise<void>;
}

export interface PoolSettings {
  bundle: string;
  env: Record<string, string>;
  clock: HostClock;
  busy: Busy;
  /** Milliseconds a function may run; then its worker process is restarted. */
  functionTimeoutMs: number;
  onLog(entry: HostLogEntry): void;
}

interface Member {
  handle: WorkerHandle;
  options: WorkerOptions;
  /** How it was ended on purpose. */
  ended?: 'instance' | 'process';
}

export function createPool(settings: PoolSettings): Pool {
  const { clock, busy } = settings;
  const members = new Map<number, Member>();
  const running = new Map<string, Running>();
  const faults: (Fault & { times: number })[] = [];
  const asked: Record<string, number> = {};
  let waiting: (() => void)[] = [];
  let started = 0;
  let turn = 0;
  let closing = false;
  const changes = new Set<Promise<unknown>>();

  /** Keeps in mind that a process is starting or ending. */
  function changing<T>(change: Promise<T>): Promise<T> {
    const leave = busy.enter();
    const noted: Promise<unknown> = change
      .catch(() => undefined)
      .finally(() => {
        changes.delete(noted);
        leave();
      });
    changes.add(noted);
    return change;
  }

  async function start(options: WorkerOptions): Promise<number> {
    const index = started++;
    const offsetMs = options.clockOffsetMs ?? 0;
    const handle = await startWorker({
      index,
      bundle: settings.bundle,
      env: settings.env,
      time: clock.mode === 'real' ? { mode: 'real', offsetMs } : { mode: 'virtual', now: clock.now(), offsetMs },
      serves: options.serves ?? 'all',
      onLog: (entry) => settings.onLog({ ...entry, worker: index }),
      onGone: () => onGone(index),
    });
    members.set(index, { handle, options });
    const ready = waiting;
    waiting = [];
    for (const go of ready) go();
    return index;
  }
  const add = (options: WorkerOptions = {}) => changing(start(options));

  /** A process that ended by itself is started anew, as the real host does. */
  function onGone(index: number): void {
    const member = members.get(index);
    if (!member || member.ended || closing) return;
    member.ended = 'process';
    settings.onLog({
      worker: index,
      category: 'system',
      level: 'error',
      message: 'the worker process ended by itself',
    });
    void replace(member);
  }

  const replace = (member: Member) =>
    add(member.options).catch((error: unknown) => {
      const message = `no new worker: ${String(error)}`;
      settings.onLog({ worker: member.handle.index, category: 'system', level: 'error', message });
    });

  async function kill(index: number, how: 'instance' | 'process'): Promise<Member> {
    const member = members.get(index);
    if (!member) throw new Error(`there is no worker ${index}`);
    member.ended ??= how;
    await changing(member.handle.kill());
    return member;
  }

  async function stop(index: number): Promise<void> {
    const member = members.get(index);
    if (!member) throw new Error(`there is no worker ${index}`);
    member.ended = 'instance';
    // The end may wait for virtual time: whoever moves that must not wait for the end.
    const leave = busy.enter();
    await member.handle.stop().finally(leave);
  }

  async function pick(serves: Call['serves']): Promise<Member> {
    for (;;) {
      const able = [...members.values()].filter(
        ({ handle, ended }) => !ended && handle.alive() && (handle.serves === 'all' || handle.serves === serves),
      );
      const chosen = able[turn++ % Math.max(able.length, 1)];
      if (chosen) return chosen;
      if (closing) throw new InvocationLostError('the host is closing', false);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  function takeFault(functionName: string): Fault | undefined {
    const fault = faults.find((one) => one.function === functionName && one.times > 0);
    if (fault) fault.times--;
    return fault;
  }

  async function killAndReplace(member: Member, how: 'instance' | 'process'): Promise<never> {
    await kill(member.handle.index, how);
    void replace(member);
    throw new InvocationLostError(`worker ${member.handle.index} is gone`, how === 'instance');
  }

  /** Restarts the process, and with it everything else that ran there. */
  function timeOut(member: Member, functionName: string): FunctionFailedError {
    void kill(member.handle.index, 'process').then(replace);
    const limit = `${settings.functionTimeoutMs} ms`;
    const message = `Timeout value of ${limit} was exceeded by function: Functions.${functionName}`;
    return new FunctionFailedError(message, message);
  }

  async function deliver(member: Member, call: Call): Promise<InvocationResponse> {
    const invocationId = randomUUID();
    running.set(invocationId, { functionName: call.functionName, invocationId, worker: member.handle.index });
    busy.touch();
    const { promise: expired, cancel } = expiry(member, call.functionName);
    try {
      return await Promise.race([member.handle.invoke(request(invocationId, call), call.clockShiftMs ?? 0), expired]);
    } catch (error) {
      if (!(error instanceof WorkerGoneError)) throw error;
      throw new InvocationLostError(error.message, member.ended === 'instance');
    } finally {
      cancel();
      running.delete(invocationId);
    }
  }

  function expiry(member: Member, functionName: string) {
    let cancel = () => {};
    const promise = new Promise<never>((_, reject) => {
      const expire = () => reject(timeOut(member, functionName));
      const alarm = clock.set(clock.now() + settings.functionTimeoutMs, expire);
      cancel = () => clock.clear(alarm);
    });
    return { promise, cancel };
  }

  const again = async (call: Call) => deliver(await pick(call.serves), call);

  /** Each fault around a delivery to a member. */
  const withFault: Record<FaultKind, (member: Member, call: Call, fault: Fault) => Promise<InvocationResponse>> = {
    killBefore: (member) => killAndReplace(member, 'instance'),
    killAfter: (member, call) => deliver(member, call).then(() => killAndReplace(member, 'instance')),
    timeOut: (member, { functionName }) => Promise.reject(timeOut(member, functionName)),
    dropResult: (member, call) =>
      deliver(member, call).then(() => Promise.reject(new InvocationLostError('the answer was lost', true))),
    fail: () => Promise.reject(new FunctionFailedError('injected failure', 'injected failure')),
    duplicate: (member, call) => Promise.all([deliver(member, call), again(call)]).then(([first]) => first),
    late: (member, call, { until }) =>
      deliver(member, call).then((response) => Promise.resolve(until).then(() => response)),
  };

  async function invoke(call: Call): Promise<InvocationResponse> {
    const leave = busy.enter();
    if (!call.clockShiftMs) asked[call.functionName] = (asked[call.functionName] ?? 0) + 1;
    try {
      const member = await pick(call.serves);
      const fault = takeFault(call.functionName);
      return await (fault ? withFault[fault.fault](member, call, fault) : deliver(member, call));
    } finally {
      leave();
    }
  }

  return {
    functions: () => [...members.values()][0]?.handle.functions ?? [],
    add,
    kill: async (index, how) => void (await kill(index, how)),
    stop,
    workers: () => [...members.values()].map(({ handle }) => handle).filter((handle) => handle.alive()),
    running: () => [...running.values()],
    invocations: () => ({ ...asked }),
    inject: (fault) => void faults.push({ times: 1, ...fault }),
    invoke,
    async steady() {
      while (changes.size > 0) await Promise.all(changes);
    },
    async close() {
      closing = true;
      while (changes.size > 0) await Promise.all(changes);
      for (const go of waiting) go();
      await Promise.all([...members.values()].map(({ handle }) => handle.alive() && handle.stop()));
    },
  };
}

function request(invocationId: string, call: Call): InvocationRequest {
  const traceParent = call.traceparent ?? `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return {
    invocationId,
    functionName: call.functionName,
    inputData: call.inputData,
    triggerMetadata: call.triggerMetadata ?? {},
    traceContext: { traceParent, traceState: '' },
  };
}
