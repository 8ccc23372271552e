// The built local host as a child process: started on a free port with a data directory of its own, stopped or killed by the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface HostProcess {
  url: string;
  pid: number;
  dataDir: string;
  stderr: () => string;
  /** SIGKILL: nothing is finished. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** Parsed JSON; tests look into it field by field. */
  body: ReturnType<typeof JSON.parse>;
}

const main = resolve(__dirname, '../../dist/local/main.js');

/** Starts the host and waits for its line. @throws Error with what it printed when it does not come up */
export async function startHost(env: Record<string, string> = {}, options: string[] = []): Promise<HostProcess> {
  const dataDir = env.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'charger-host-'));
  const settings = { PORT: '0', DEMO_CSMS: 'off', LOG_LEVEL: 'warn', ...env, DATA_DIR: dataDir };
  const child = spawn(process.execPath, [main, ...options], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: dataDir,
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const url = await firstUrl(child, () => stderr);
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    stderr: () => stderr,
    kill: () => end(child, 'SIGKILL').then(() => undefined),
    stop: () => end(child, 'SIGTERM'),
  };
}

async function firstUrl(child: ChildProcess, stderr: () => string): Promise<string> {
  if (!child.stdout) throw new Error('no stdout');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error(`the local host did not start: ${stderr()}`);
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

export function forgetData(host: HostProcess): void {
  rmSync(host.dataDir, { recursive: true, force: true });
}

/** One request; the body parsed as JSON where it is JSON. */
export async function request(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  const answer = await fetch(`${base}/api/${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson =
    answer.headers.get('content-type')?.includes('json') && !answer.headers.get('content-type')?.includes('ndjson');
  return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}
