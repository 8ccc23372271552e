// `npm run bench -- capacity`: the local host with more and more chargers in transactions, each telling meter values every 10 s, beside
// bare `ws` sockets that send the same frames, in one run. The measured processes are capacity-host.ts, capacity-bare.ts and csms.ts.
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { cpus, loadavg } from 'node:os';
import { WebSocket } from 'ws';
import { capacityTable } from './capacity-table';
import { ask } from './latency';
import { connectionsMost, descriptorProblem, sourceAddresses } from './limits';
import { reply, start, stop } from './process';
import type { Sample } from './sample';
import { percentile } from './table';

interface Options {
  sizes: number[];
  /** How long meter values are measured. */
  seconds: number;
  /** Where the figures go as JSON. */
  json?: string;
}

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
  /** A heartbeat meanwhile: ordered over HTTP from ours, on an open socket for the bare. */
  heartbeatMs: { p50: number; p95: number; count: number };
}

export interface CapacityReport {
  machine: { cores: number; model: string; node: string; loadBefore: number; loadAfter: number };
  notes: string[];
  ours: Measured[];
  bare: Measured[];
}

export async function measureCapacity(args: string[]): Promise<void> {
  const options = readOptions(args);
  const loadBefore = loadavg()[0] ?? 0;
  const report: CapacityReport = {
    machine: { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version, loadBefore, loadAfter: 0 },
    notes: [],
    ours: [],
    bare: [],
  };
  for (const wanted of options.sizes) {
    const most = connectionsMost();
    const problem = descriptorProblem(wanted, most);
    if (problem !== undefined) report.notes.push(problem);
    await measureSize(Math.min(wanted, most), options.seconds, report);
  }
  report.machine.loadAfter = loadavg()[0] ?? 0;
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`${capacityTable(report)}\n`);
}

function readOptions(args: string[]): Options {
  const options: Options = { sizes: [100, 1_000, 5_000, 10_000, 20_000], seconds: 30 };
  for (let at = 0; at < args.length; at += 2) {
    const [name, value = ''] = [args[at], args[at + 1]];
    const numbers = value.split(',').map(Number);
    const whole = numbers.every((number) => Number.isInteger(number) && number > 0);
    if (name === '--chargers' && whole) options.sizes = numbers;
    else if (name === '--seconds' && whole && numbers.length === 1) options.seconds = Number(value);
    else if (name === '--json' && value !== '') options.json = value;
    else {
      const known = '--chargers 100,1000, --seconds 30 (of meter values), --json FILE';
      throw new Error(`capacity ${name} ${value}: options are ${known}`);
    }
  }
  return options;
}

/** The bare loop first, each beside a CSMS that nobody has used. */
async function measureSize(chargers: number, seconds: number, report: CapacityReport): Promise<void> {
  for (const side of ['bare', 'ours'] as const) {
    process.stderr.write(`${chargers} chargers: ${side}\n`);
    const csms = start('csms');
    const { port } = await reply<{ port: number }>(csms, 10_000);
    try {
      const measure = side === 'ours' ? measureOurs : measureBare;
      report[side].push(await measure({ csms, csmsUrl: `ws://127.0.0.1:${port}`, chargers, seconds }));
    } finally {
      await stop(csms);
    }
  }
}

interface Job {
  csms: ChildProcess;
  csmsUrl: string;
  chargers: number;
  seconds: number;
}

async function measureOurs(job: Job): Promise<Measured> {
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

async function measureBare(job: Job): Promise<Measured> {
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
  const heartbeats = await beat(side, seconds * 1_000);
  const steadySeconds = (performance.now() - steadyAt) / 1_000;
  const steadyCalls = (await callsOf(csms)) - rampCalls;
  const steady = await sampleOf(child);
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
