// The two sides of the capacity benchmark with one number of chargers: the local host, and the bare loop. Both are told to begin, both are
// asked for the same figures.
import type { ChildProcess } from 'node:child_process';
import { Agent } from 'node:http';
import { WebSocket } from 'ws';
import { ask } from './latency';
import { sourceAddresses } from './limits';
import { reply, start, stop } from './process';
import type { Sample } from './sample';
import { percentile } from './table';

const meterSeconds = 10;
const rampTimeoutMs = 300_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What one side came to with one number of chargers. */
export interface Measured {
  chargers: number;
  /** From the order until the CSMS has answered the last start of a transaction. */
  allInTransactionMs: number;
  rampCalls: number;
  rampCpuMicros: number;
  rampLagMs: Sample['lagMs'];
  steadySeconds: number;
  steadyCalls: number;
  steadyCpuMicros: number;
  steadyLagMs: Sample['lagMs'];
  /** More than before the first charger, at the end. */
  rssBytes: number;
  heapBytes: number;
  externalBytes: number;
  /** A heartbeat while the meter values go on: ordered over HTTP from ours, on an open socket for the bare. */
  heartbeatMs: { p50: number; p95: number; count: number };
}

export interface Job {
  csms: ChildProcess;
  csmsUrl: string;
  chargers: number;
  /** How long meter values are measured. */
  seconds: number;
}

export async function measureOurs(job: Job): Promise<Measured> {
  const host = start('capacity-host', [], [], environment(job.chargers));
  const agent = new Agent({ keepAlive: true });
  try {
    const { url } = await reply<{ url: string }>(host, 20_000);
    const begin = () => ask(agent, 'POST', `${url}/api/fleet-runs`, fleetRun(job));
    const heartbeat = () => ask(agent, 'POST', `${url}/api/chargers/CAP-00001/messages/Heartbeat`, {});
    return await measure(job, host, { begin, heartbeat });
  } finally {
    agent.destroy();
    host.kill('SIGKILL');
  }
}

function environment(chargers: number): Record<string, string> {
  const addresses = sourceAddresses(chargers);
  return addresses === undefined ? {} : { SOURCE_ADDRESSES: addresses };
}

function fleetRun({ csmsUrl, chargers }: Job) {
  return {
    chargers: {
      count: chargers,
      idPattern: 'CAP-{n:05}',
      protocol: 'ocpp1.6',
      csms: { url: csmsUrl },
      connection: 'persistent',
    },
    phases: [
      {
        kind: 'sessions',
        seconds: 3_600,
        concurrency: chargers,
        durationSeconds: 86_400,
        meterValuesIntervalSeconds: meterSeconds,
        timeoutSeconds: rampTimeoutMs / 1_000,
      },
    ],
  };
}

export async function measureBare(job: Job): Promise<Measured> {
  const { csmsUrl, chargers } = job;
  const args = [csmsUrl, String(chargers), String(meterSeconds)];
  const bare = start('capacity-bare', args, [], environment(chargers));
  const socket = new WebSocket(`${csmsUrl}/BARE`, 'ocpp1.6', { perMessageDeflate: false });
  try {
    await Promise.all([reply(bare, 20_000), new Promise((resolve) => socket.once('open', resolve))]);
    const begin = async () => void bare.send({ kind: 'begin' });
    return await measure(job, bare, { begin, heartbeat: () => callAndAnswer(socket) });
  } finally {
    socket.terminate();
    await stop(bare);
  }
}

function callAndAnswer(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('message', () => resolve());
    socket.send('[2,"nonce000-1","Heartbeat",{}]');
  });
}

interface Side {
  begin(): Promise<void>;
  heartbeat(): Promise<void>;
}

async function measure({ csms, chargers, seconds }: Job, child: ChildProcess, side: Side): Promise<Measured> {
  const before = await sampleOf(child);
  const started = reply<{ at: number }>(csms, rampTimeoutMs);
  csms.send({ kind: 'awaitStarts', starts: chargers });
  const begunAt = Date.now();
  await side.begin();
  const { at } = await started;
  // What was not urgent is written, and the first meter values are told.
  await pause(meterSeconds * 1_000);
  const rampCalls = await callsOf(csms);
  const ramp = await sampleOf(child);
  const steadyAt = performance.now();
  await pause(seconds * 1_000);
  const steadySeconds = (performance.now() - steadyAt) / 1_000;
  const steadyCalls = (await callsOf(csms)) - rampCalls;
  const steady = await sampleOf(child);
  const heartbeats = await beat(side, seconds * 500);
  return {
    chargers,
    allInTransactionMs: at - begunAt,
    rampCalls,
    rampCpuMicros: ramp.cpuMicros - before.cpuMicros,
    rampLagMs: ramp.lagMs,
    steadySeconds,
    steadyCalls,
    steadyCpuMicros: steady.cpuMicros - ramp.cpuMicros,
    steadyLagMs: steady.lagMs,
    rssBytes: steady.rssBytes - before.rssBytes,
    heapBytes: steady.heapBytes - before.heapBytes,
    externalBytes: steady.externalBytes - before.externalBytes,
    heartbeatMs: { p50: percentile(heartbeats, 0.5), p95: percentile(heartbeats, 0.95), count: heartbeats.length },
  };
}

/** Heartbeats, five a second. */
async function beat({ heartbeat }: Side, ms: number): Promise<number[]> {
  const until = performance.now() + ms;
  const times: number[] = [];
  while (performance.now() < until) {
    const before = performance.now();
    await heartbeat();
    times.push(performance.now() - before);
    await pause(200);
  }
  return times;
}

async function sampleOf(child: ChildProcess): Promise<Sample> {
  const answer = reply<{ sample: Sample }>(child, 30_000);
  child.send({ kind: 'sample' });
  return (await answer).sample;
}

async function callsOf(csms: ChildProcess): Promise<number> {
  const answer = reply<{ calls: number }>(csms, 30_000);
  csms.send({ kind: 'count' });
  return (await answer).calls;
}
