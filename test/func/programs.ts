// Programs of others that a suite starts: waits until they answer, ends them with all that they started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';

export interface Program {
  /** What it has printed. */
  output(): string;
  ended(): boolean;
  close(): Promise<void>;
}

export function startProgram(
  command: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Program {
  const { cwd, env } = options;
  // A group of its own: such programs start others.
  const child = spawn(command, args, { detached: true, ...(cwd ? { cwd } : {}), env: { ...process.env, ...env } });
  let text = '';
  const take = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const exited = once(child, 'exit').catch((error: unknown) => take(Buffer.from(String(error))));
  let over = false;
  void exited.then(() => {
    over = true;
  });
  return {
    output: () => text,
    ended: () => over,
    async close() {
      if (!over && child.pid) process.kill(-child.pid, 'SIGINT');
      await exited;
    },
  };
}

/** Asks until it is answered: another program does not tell when it is ready. @throws Error with what the program printed */
export async function retried<T>(program: Program, ask: () => Promise<T>, patienceMs = 90_000): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (program.ended() || Date.now() > until) {
        await program.close();
        throw new Error(`does not answer (${error}); it printed: ${program.output()}`);
      }
      await later(200);
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
