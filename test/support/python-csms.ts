// The central system of python/central_system.py as a child process, and whether there is a Python here that can run it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Protocol } from '../../lib/charger/charger';
import type { Counterpart } from '../contracts/counterpart-contract';
import { createWaiters } from './scripted-waits';

const here = join(__dirname, 'python');
const root = resolve(__dirname, '../..');

/** Packages and versions that have to be there. */
const required = readFileSync(join(here, 'requirements.txt'), 'utf8')
  .split('\n')
  .filter((line) => line.includes('=='))
  .map((line) => line.split('=='));

type Python = { command: string } | { missing: string };

/** The Python of `PYTHON`, else of `.venv`, else of the PATH, with the packages it needs; or what is missing. */
export function findPython(): Python {
  const own = join(root, '.venv/bin/python');
  const command = process.env.PYTHON ?? (existsSync(own) ? own : 'python3');
  const probe = `import json, sys; from importlib.metadata import version; print(json.dumps([version(name) for name in sys.argv[1:]]))`;
  const { status, stdout } = spawnSync(command, ['-c', probe, ...required.map(([name = '']) => name)], {
    encoding: 'utf8',
  });
  const wanted = required.map((parts) => parts.join('==')).join(', ');
  const get = 'python3 -m venv .venv && .venv/bin/pip install -r test/support/python/requirements.txt';
  if (status !== 0) return { missing: `${command} does not run or lacks one of ${wanted}; to have it: ${get}` };
  const found = JSON.parse(stdout) as string[];
  const same = required.every(([, version], at) => found[at] === version);
  return same
    ? { command }
    : { missing: `${command} has versions ${found.join(', ')}, not ${wanted}; to have them: ${get}` };
}

type Event =
  | { kind: 'listening'; port: number }
  | { kind: 'call'; identity: string; action: string; payload: Record<string, unknown> }
  | { kind: 'answer'; id: number; result?: Record<string, unknown>; error?: string }
  | { kind: 'complaint'; text: string };

/** Starts it. The test closes it. @throws Error with what it printed when it does not come up, or ends early */
export async function startPythonCsms(command: string, protocol: Protocol): Promise<Counterpart> {
  const child = spawn(command, [join(here, 'central_system.py'), protocol], { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiters = createWaiters();
  const events: Event[] = [];
  const exited = once(child, 'exit');
  let printed = '';
  let orders = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line) as Event);
    waiters.changed();
  });
  const ended = exited.then(() => {
    waiters.failAll();
    throw new Error(`the central system in Python has ended: ${printed}`);
  });
  ended.catch(() => undefined); // whoever waits hears of it

  const until = <T>(probe: () => T | undefined, what: string) => Promise.race([waiters.until(probe, what), ended]);
  const port = await until(() => events.find((event) => event.kind === 'listening')?.port, 'its port');
  const calls = (identity: string, action: string) =>
    events.flatMap((event) =>
      event.kind === 'call' && event.identity === identity && event.action === action ? [event.payload] : [],
    );
  return {
    url: `ws://127.0.0.1:${port}/ocpp`,
    waitFor: (identity, action, n = 1) =>
      until(() => calls(identity, action)[n - 1], `${action} number ${n} of ${identity}`),
    async call(identity, action, payload) {
      const id = ++orders;
      child.stdin.write(`${JSON.stringify({ id, identity, action, payload })}\n`);
      const answer = await until(
        () => events.find((event) => event.kind === 'answer' && event.id === id),
        `the answer to ${action}`,
      );
      if (answer.kind !== 'answer' || answer.result === undefined)
        throw new Error(`${action}: ${answer.kind === 'answer' ? answer.error : 'no answer'}`);
      return answer.result;
    },
    complaints: () => events.flatMap((event) => (event.kind === 'complaint' ? [event.text] : [])),
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}
