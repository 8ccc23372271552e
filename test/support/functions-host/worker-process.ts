// Entry of a worker process: takes orders from the host over IPC, and dies with it. SIGKILL is its honest end: sockets cut,
// module state gone, nothing finished.
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type App, createApp, type FunctionCallback, provideCoreModule } from './core-module';
import type { FromWorker, FunctionMetadata, LogEntry, ToWorker, WorkerState } from './protocol';
import { invoke, startApp, terminateApp } from './worker';
import { installClock, type WorkerClock } from './worker-clock';

interface Running {
  app: App;
  clock: WorkerClock;
  sockets: Set<Socket>;
  invocations: number;
}

let running: Running | undefined;

const tell = (message: FromWorker) => process.send?.(message);

const log = (level: string, category: LogEntry['category'], message: string) =>
  void tell({ kind: 'log', entry: { category, level, message } });

function watchSockets(): Set<Socket> {
  const sockets = new Set<Socket>();
  subscribe('net.client.socket', (message) => {
    const { socket } = message as { socket: Socket };
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

async function start(order: Extract<ToWorker, { kind: 'start' }>): Promise<void> {
  const sockets = watchSockets();
  const clock = installClock(order.time);
  const app = createApp(log);
  provideCoreModule(app);
  running = { app, clock, sockets, invocations: 0 };
  // Not bundled: the file is only known now.
  const started = await startApp(app, order.bundle, (file) => require(file));
  tell({ kind: 'ready', ...started });
}

/** Orchestrators run synchronously from history: with the clock ahead they must do the same as without. */
function around(clock: WorkerClock, shiftMs: number) {
  return (metadata: FunctionMetadata, callback: FunctionCallback): FunctionCallback => {
    const orchestrates = Object.values(metadata.bindings).some(({ type }) => type === 'orchestrationTrigger');
    if (!orchestrates || shiftMs === 0) return callback;
    return (...args) => clock.ahead(shiftMs, () => callback(...args));
  };
}

async function run({ app, clock }: Running, order: Extract<ToWorker, { kind: 'invoke' }>): Promise<void> {
  const { invocationId, functionName } = order.request;
  // A second look at an orchestrator is this host's own idea: what it logs has been logged.
  const told = (level: string, category: LogEntry['category'], message: string) =>
    void tell({ kind: 'log', entry: { category, level, message, functionName, invocationId } });
  const named: App = { ...app, log: order.clockShiftMs === 0 ? told : () => undefined };
  try {
    const response = await invoke(named, order.request, around(clock, order.clockShiftMs));
    tell({ kind: 'result', invocationId, response });
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    tell({ kind: 'error', invocationId, error: { message, stack: stack ?? message } });
  }
}

function stateOf({ clock, sockets, invocations }: Running): WorkerState {
  let bytes = 0;
  for (const socket of sockets) bytes += socket.bytesRead + socket.bytesWritten;
  const requests = process
    .getActiveResourcesInfo()
    .filter((name) => /^(TCPConnectWrap|GetAddrInfoReqWrap|FSReq)/.test(name)).length;
  const nextTimerAt = clock.nextTimerAt();
  return {
    signature: [bytes, sockets.size, clock.changes(), invocations].join('/'),
    requests,
    ...(nextTimerAt === undefined ? {} : { nextTimerAt }),
  };
}

async function obey(order: ToWorker): Promise<void> {
  if (order.kind === 'start') return start(order);
  if (!running) return;
  const now = running;
  if (order.kind === 'invoke') {
    now.invocations++;
    return run(now, order).finally(() => now.invocations++);
  }
  if (order.kind === 'tick') await now.clock.moveTo(order.now);
  if (order.kind === 'terminate') await terminateApp(now.app);
  tell({ kind: 'state', sequence: order.sequence, state: stateOf(now) });
}

process.on('disconnect', () => process.exit(1));
process.on('message', (order: ToWorker) => {
  obey(order).catch((error: unknown) => {
    tell({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});
