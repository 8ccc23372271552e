// How long a pipeline waits for one heartbeat of an on-demand charger, ordered over HTTP from the real local host, beside the
// least that can be done: open a bare WebSocket, one CALL, its answer, close.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startHost, stop } from './process';

/** Milliseconds of each, by who was measured. */
export type Latencies<Side extends string> = Record<Side, number[]>;

/** Milliseconds of `count` heartbeats each, alternating. */
export async function measureLatency(
  csmsUrl: string,
  count: number,
  timeoutMs: number,
): Promise<Latencies<'ours' | 'bare'>> {
  const dir = mkdtempSync(join(tmpdir(), 'charger-bench-'));
  const agent = new Agent({ keepAlive: true });
  const host = startHost({
    PORT: '0',
    HOST: '127.0.0.1',
    DEMO_CSMS: 'off',
    STORE: 'sqlite',
    DATA_DIR: dir,
    LOG_LEVEL: 'warn',
  });
  try {
    const api = await listening(host, 20_000);
    const post = (path: string, body: object) => ask(agent, 'POST', `${api}/api/${path}`, body);
    await post('chargers', { id: 'BENCH-1', protocol: 'ocpp1.6', csms: { url: csmsUrl } });
    const ours = () => post('chargers/BENCH-1/messages/Heartbeat', {});
    return await alternate({ ours, bare: () => openCallClose(`${csmsUrl}/BARE-1`) }, count, timeoutMs);
  } finally {
    agent.destroy();
    await stop(host);
    rmSync(dir, { recursive: true, force: true });
  }
}

const warmUps = 20;

/** Each side `count` times, one after the other, after some rounds that do not count; ends early when the time is over. */
export async function alternate<Side extends string>(
  sides: Record<Side, () => Promise<void>>,
  count: number,
  timeoutMs: number,
): Promise<Latencies<Side>> {
  const names = Object.keys(sides) as Side[];
  const found = Object.fromEntries(names.map((name): [Side, number[]] => [name, []])) as Latencies<Side>;
  const until = performance.now() + timeoutMs;
  for (let round = -warmUps; round < count && performance.now() < until; round++) {
    for (const name of names) {
      const ms = await timed(sides[name]);
      if (round >= 0) found[name].push(ms);
    }
  }
  return found;
}

async function timed(act: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await act();
  return performance.now() - before;
}

/** The address in the host's first line. */
function listening(host: ChildProcess, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the local host did not start')), timeoutMs);
    host.once('exit', (code) => reject(new Error(`the local host ended with ${code}`)));
    host.stdout?.on('data', (data: Buffer) => {
      const url = /listening on (\S+)/.exec(data.toString())?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

/** @throws Error with the answer where it is none of success */
export function ask(agent: Agent, method: 'GET' | 'POST', url: string, body?: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sending = request(url, { method, agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => {
        if ((answer.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`${url} answered ${answer.statusCode}: ${text.slice(0, 500)}`));
      });
    });
    sending.on('error', reject);
    sending.end(body && JSON.stringify(body));
  });
}

/** The least that can be done: a bare WebSocket, one CALL, its answer, close. */
export function openCallClose(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'ocpp1.6', { perMessageDeflate: false });
    socket.on('open', () => socket.send('[2,"nonce000-1","Heartbeat",{}]'));
    socket.on('message', () => socket.close(1000));
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}
