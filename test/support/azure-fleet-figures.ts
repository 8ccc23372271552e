// What a fleet run on Azure asks of the store and of Durable Functions, counted while the built bundle runs on virtual time: in parts that
// every batch costs, and parts that every charger costs. Benchmarks print it, tests hold docs/azure.md to it.

import { sumOf } from './azure-figures';
import { type AzureHost, startAzureHost } from './azure-host';
import { billOf } from './cosmos-bill';
import { request } from './local-host';
import { startScriptedCsms } from './scripted-csms';

/** Counts of one part of a run. */
export interface FleetCount {
  reads: number;
  writes: number;
  queries: number;
  deletions: number;
  /** Request units of reads and writes. */
  units: number;
  functions: number;
}

/** Parts of a run, in order: chargers made and connected, an hour of nothing, an hour in a transaction, stopped and deleted. */
export const fleetParts = ['begin', 'idleHour', 'chargingHour', 'end'] as const;

export type FleetPart = (typeof fleetParts)[number];

/** What one batch costs whatever it has, and what each charger in it costs beside. */
export interface FleetRates {
  batch: FleetCount;
  charger: FleetCount;
}

const windowSeconds = 240;
/** Three slices; an hour has five times as many. */
const countedMs = 3 * windowSeconds * 1000;
const perHour = 3_600_000 / countedMs;
const meterValuesIntervalSeconds = 60;
/** Longer than what is counted. */
const heartbeatSeconds = 86_400;

/** One batch of so many persistent chargers. */
async function measure(chargers: number): Promise<Record<FleetPart, FleetCount>> {
  const env = { HOLD_WINDOW_SECONDS: String(windowSeconds), FLEET_BATCH_CHARGERS: String(chargers) };
  const host = await startAzureHost({ clock: 'virtual', timers: false, env });
  const csms = await startScriptedCsms({ now: host.now });
  try {
    csms.respond('BootNotification', () => ({
      status: 'Accepted',
      currentTime: new Date(host.now()).toISOString(),
      interval: heartbeatSeconds,
    }));
    return await play(host, csms.url, chargers);
  } finally {
    await csms.close();
    await host.close();
  }
}

async function play(host: AzureHost, csmsUrl: string, count: number): Promise<Record<FleetPart, FleetCount>> {
  const counted = async (act: () => Promise<unknown>) => {
    host.cosmos.requests.length = 0;
    const before = sumOf(host.counts().invocations);
    await act();
    await host.idle();
    const { reads, writes, queries, units } = billOf(host.cosmos.requests);
    const deletions = host.cosmos.requests.filter(({ kind }) => kind === 'DELETE').length;
    return { reads, writes, queries, deletions, units, functions: sumOf(host.counts().invocations) - before };
  };
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await request(host.url, method, path, body);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const idleSeconds = countedMs / 1000 + 60;
  const sessions = { kind: 'sessions', seconds: 2_000, concurrency: count, durationSeconds: 1_900 };
  const chargers = {
    count,
    idPattern: 'RUN-{n:03}',
    connection: 'persistent',
    protocol: 'ocpp1.6',
    csms: { url: csmsUrl },
  };
  const phases = [
    { kind: 'connect' },
    { kind: 'idle', seconds: idleSeconds },
    { ...sessions, meterValuesIntervalSeconds },
  ];
  let runId = '';
  const begin = await counted(async () => {
    ({ runId } = await ask('POST', 'fleet-runs', { chargers, phases }));
    await host.advance(20_000);
  });
  const idle = await counted(() => host.advance(countedMs));
  // The next phase begins: transactions are started, which is not counted.
  await host.advance(60_000 + windowSeconds * 1000);
  const charging = await counted(() => host.advance(countedMs));
  const end = await counted(async () => {
    await ask('DELETE', `fleet-runs/${runId}`);
    await host.advance(30_000);
  });
  const { state, transactions } = await ask('GET', `fleet-runs/${runId}`);
  if (state !== 'stopped' || transactions.ended !== count) throw new Error(`the run went otherwise: ${state}`);
  return { begin, idleHour: scaled(idle, perHour), chargingHour: scaled(charging, perHour), end };
}

/** Measured with a small batch and with a larger one: what grows with the chargers is theirs. */
export async function measureFleet(few = 5, many = 20): Promise<Record<FleetPart, FleetRates>> {
  const small = await measure(few);
  const large = await measure(many);
  const rates = (part: FleetPart): FleetRates => {
    const charger = scaled(minus(large[part], small[part]), 1 / (many - few));
    return { charger, batch: minus(small[part], scaled(charger, few)) };
  };
  return {
    begin: rates('begin'),
    idleHour: rates('idleHour'),
    chargingHour: rates('chargingHour'),
    end: rates('end'),
  };
}

const eachOf = (count: FleetCount, make: (name: keyof FleetCount) => number): FleetCount =>
  Object.fromEntries(
    (Object.keys(count) as (keyof FleetCount)[]).map((name) => [name, make(name)]),
  ) as unknown as FleetCount;

const scaled = (count: FleetCount, factor: number) => eachOf(count, (name) => count[name] * factor);
const minus = (one: FleetCount, other: FleetCount) => eachOf(one, (name) => one[name] - other[name]);
