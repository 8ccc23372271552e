// The orchestrator's side of the processes it measures: started, asked with a time limit, always ended.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const running = new Set<ChildProcess>();

function keep(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends whatever is still running. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts one of the bench's own processes (`dist/bench/<name>.js`), with garbage collection at hand. */
export function start(
  name: string,
  args: string[] = [],
  execArgv: string[] = [],
  environment: Record<string, string> = {},
): ChildProcess {
  const script = join(__dirname, `${name}.js`);
  return keep(
    fork(script, args, {
      execArgv: ['--expose-gc', ...execArgv],
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
}

/** Starts the local host. */
export function startHost(environment: Record<string, string>): ChildProcess {
  const script = join(__dirname, '..', 'local', 'main.js');
  return keep(
    spawn(process.execPath, [script], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

/** The next message of a child. @throws Error when it ends instead, reports a failure, or stays silent */
export function reply<T>(child: ChildProcess, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => reject(new Error(`no answer within ${timeoutMs} ms`))), timeoutMs);
    const onMessage = (message: { kind: string; detail?: string }) =>
      settle(() => (message.kind === 'failed' ? reject(new Error(message.detail)) : resolve(message as T)));
    const onExit = (code: number | null) => settle(() => reject(new Error(`the process ended with ${code}`)));
    function settle(act: () => void): void {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      act();
    }
    child.once('message', onMessage);
    child.once('exit', onExit);
  });
}

/** Ends a child and waits for it. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  if (child.connected) child.disconnect();
  else child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}
