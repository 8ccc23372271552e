// How long a pipeline waits for one heartbeat of an on-demand charger, ordered over HTTP from the real local host, beside the
// least that can be done: open a bare WebSocket, one CALL, its answer, close.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startHost, stop } from './process';

export interface Latencies {
  ours: number[];
  bare: number[];
}

/** Milliseconds of `count` heartbeats each, alternating. */
export async function measureLatency(csmsUrl: string, count: number, timeoutMs: number): Promise<Latencies> {
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
    const post = (path: string, body: object) => postJson(agent, `${api}/api/${path}`, body);
    await post('chargers', { id: 'BENCH-1', protocol: 'ocpp1.6', csms: { url: csmsUrl } });
    const ours = () => post('chargers/BENCH-1/messages/Heartbeat', {});
    return await alternate(ours, () => openCallClose(`${csmsUrl}/BARE-1`), count, timeoutMs);
  } finally {
    agent.destroy();
    await stop(host);
    rmSync(dir, { recursive: true, force: true });
  }
}

const warmUps = 20;

async function alternate(
  ours: () => Promise<void>,
  bare: () => Promise<void>,
  count: number,
  timeoutMs: number,
): Promise<Latencies> {
  const found: Latencies = { ours: [], bare: [] };
  const until = performance.now() + timeoutMs;
  for (let round = -warmUps; round < count && performance.now() < until; round++) {
    const times = { ours: await timed(ours), bare: await timed(bare) };
    if (round < 0) continue;
    found.ours.push(times.ours);
    found.bare.push(times.bare);
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

function postJson(agent: Agent, url: string, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const sending = request(url, { method: 'POST', agent, headers }, (answer) => {
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
    sending.end(JSON.stringify(body));
  });
}

function openCallClose(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'ocpp1.6', { perMessageDeflate: false });
    socket.on('open', () => socket.send('[2,"nonce000-1","Heartbeat",{}]'));
    socket.on('message', () => socket.close(1000));
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
}
