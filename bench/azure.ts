// `npm run bench -- azure`: the bundle's size and load time, an HTTP-triggered heartbeat through the Functions host of the tests beside
// a bare WebSocket, and what exchanges and sessions ask of store and Durable Functions. The counting is test/support/azure-figures.ts.
import { execFileSync } from 'node:child_process';
import { Agent } from 'node:http';
import { type Figures, measureHold, measureSession, sumOf } from '../test/support/azure-figures';
import { bundle } from '../test/support/azure-host';
import { cosmosKey } from '../test/support/cosmos-server';
import { type FunctionsHost, startFunctionsHost } from '../test/support/functions-host/host';
import type { Asked } from './cosmos';
import { alternate, ask, type Latencies, openCallClose } from './latency';
import { reply, start, stop } from './process';
import { median, percentile, rows } from './table';

const timeoutMs = 120_000;
const holdWindowSeconds = 240;

export async function measureAzure(heartbeats: number): Promise<void> {
  process.stderr.write('bundle\n');
  const report = execFileSync(process.execPath, ['scripts/build-functions.mjs', '--report'], { encoding: 'utf8' });
  process.stderr.write('latency\n');
  const latency = await measureHeartbeats(heartbeats);
  process.stderr.write('sessions\n');
  const text = [`Bundle\n${report}`, latency, await sessionText()].join('\n');
  process.stdout.write(`${text}\n`);
}

// The time of a heartbeat

interface Heartbeats {
  times: Latencies<'bare' | 'nothing' | 'memory' | 'cosmos'>;
  /** What one of them asked of the store. */
  asked: Asked[];
}

async function measureHeartbeats(count: number): Promise<string> {
  const csms = start('csms');
  const cosmos = start('cosmos');
  const [{ port }, { endpoint, database }] = await Promise.all([
    reply<{ port: number }>(csms, 10_000),
    reply<{ endpoint: string; database: string }>(cosmos, 20_000),
  ]);
  const csmsUrl = `ws://127.0.0.1:${port}`;
  const inCosmos = { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: cosmosKey, COSMOS_DATABASE: database };
  const hosts = await Promise.all([{ STORE: 'memory' }, inCosmos].map(startHost));
  const agent = new Agent({ keepAlive: true });
  try {
    const [memory, other] = hosts.map((host) => chargerOf(host, agent, csmsUrl));
    if (!memory || !other) throw new Error('no host');
    await Promise.all([memory.create(), other.create()]);
    const bare = () => openCallClose(`${csmsUrl}/BARE-1`);
    const sides = { bare, nothing: memory.nothing, memory: memory.heartbeat, cosmos: other.heartbeat };
    const times = await alternate(sides, count, timeoutMs);
    return latencyText({ times, asked: await askedBy(cosmos, other.heartbeat) });
  } finally {
    agent.destroy();
    await Promise.all(hosts.map((host) => host.close()));
    await Promise.all([stop(csms), stop(cosmos)]);
  }
}

const startHost = (env: Record<string, string>) =>
  startFunctionsHost({ bundle, env: { LOG_LEVEL: 'warn', ...env }, timers: false });

function chargerOf({ url }: FunctionsHost, agent: Agent, csmsUrl: string) {
  const post = (path: string, body: object) => ask(agent, 'POST', `${url}/api/${path}`, body);
  return {
    async create() {
      await post('chargers', { id: 'BENCH-1', protocol: 'ocpp1.6', csms: { url: csmsUrl } });
      await post('chargers/BENCH-1/connect', {});
    },
    heartbeat: () => post('chargers/BENCH-1/messages/Heartbeat', {}),
    /** The way to a function and back, which is the host's and not ours. */
    nothing: () => ask(agent, 'GET', `${url}/api/models`),
  };
}

async function askedBy(cosmos: ReturnType<typeof start>, act: () => Promise<void>): Promise<Asked[]> {
  const tell = async () => {
    const answer = reply<{ asked: Asked[] }>(cosmos, 10_000);
    cosmos.send({});
    return (await answer).asked;
  };
  await tell();
  await act();
  return tell();
}

/** The most requests of which each came after the answer to the one before: what a round trip to the store is paid for. */
export function inSequence(asked: Pick<Asked, 'from' | 'to'>[]): number {
  let last = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const { from, to } of asked.toSorted((one, other) => one.to - other.to)) {
    if (from < last) continue;
    count += 1;
    last = to;
  }
  return count;
}

function latencyText({ times, asked }: Heartbeats): string {
  const bare = median(times.bare);
  const line = (what: string, values: number[]) => {
    const ms = median(values);
    return [what, ms.toFixed(2), percentile(values, 0.95).toFixed(2), `${(ms / bare).toFixed(2)} x`];
  };
  const trips = inSequence(asked);
  const trip = (median(times.cosmos) - median(times.memory)) / trips;
  const ours = median(times.memory) - median(times.nothing);
  const lines = [
    ['', 'median ms', 'p95 ms', 'of bare'],
    line('bare WebSocket: open, call, answer, close', times.bare),
    line('an HTTP function that only answers', times.nothing),
    line('heartbeat over HTTP, store in memory', times.memory),
    line('heartbeat over HTTP, Cosmos DB protocol', times.cosmos),
  ];
  return [
    `A heartbeat over HTTP through the Functions host of the tests, ${times.bare.length} of each, alternating`,
    rows(lines),
    `Round trips to the store one after the other: ${trips} (${asked.length} requests: ${asked.map(({ what }) => what).join(', ')}), ${trip.toFixed(2)} ms each.`,
    `Beyond what only answering takes, store in memory: ${ours.toFixed(2)} ms, ${(ours / bare).toFixed(2)} x of bare; the aim is 1.3 x.`,
    '',
  ].join('\n');
}

// What it asks of the store and of Durable Functions

async function sessionText(): Promise<string> {
  const { heartbeat, start: begin, hour, stop: end, sweep } = await measureSession(60);
  const held = await measureHold(holdWindowSeconds);
  const lines = [
    ['', 'CALLs', 'reads', 'writes', 'queries', 'bytes read', 'written', 'RU', 'functions', 'client calls'],
    figures('a heartbeat over HTTP', heartbeat),
    figures('startTransaction', begin),
    figures('an hour of it, meter values every 60 s', hour),
    figures('stopTransaction', end),
    figures('the session of an hour, all of it', together(begin, hour, end)),
    figures('a sweep, nothing overdue', sweep),
    figures(`an hour held, windows of ${holdWindowSeconds} s`, held),
  ];
  return [
    'Counted while the bundle runs on virtual time; RU: request units by the published prices, without queries',
    rows(lines),
  ].join('\n');
}

function together(...parts: Figures[]): Figures {
  const sum = (of: (part: Figures) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    calls: sum(({ calls }) => calls),
    invocations: { all: sum(({ invocations }) => sumOf(invocations)) },
    clientCalls: { all: sum(({ clientCalls }) => sumOf(clientCalls)) },
    store: {
      reads: sum(({ store }) => store.reads),
      writes: sum(({ store }) => store.writes),
      queries: sum(({ store }) => store.queries),
      bytesRead: sum(({ store }) => store.bytesRead),
      bytesWritten: sum(({ store }) => store.bytesWritten),
      units: Math.round(sum(({ store }) => store.units) * 10) / 10,
    },
  };
}

function figures(what: string, { store, invocations, clientCalls, calls }: Figures): string[] {
  const { reads, writes, queries, bytesRead, bytesWritten, units } = store;
  const counts = [calls, reads, writes, queries, bytesRead, bytesWritten, units];
  return [what, ...[...counts, sumOf(invocations), sumOf(clientCalls)].map(String)];
}
