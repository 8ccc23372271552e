// `npm run bench -- azure-fleet`: what a fleet run on Azure asks of the store and of Durable Functions, per batch and per charger; and one run of
// many chargers in real time, on the Functions host of the tests. The counting is test/support/azure-fleet-figures.ts.
import {
  type FleetCount,
  type FleetPart,
  type FleetRates,
  fleetParts,
  measureFleet,
} from '../test/support/azure-fleet-figures';
import { bundle } from '../test/support/azure-host';
import { cosmosKey } from '../test/support/cosmos-server';
import { startFunctionsHost } from '../test/support/functions-host/host';
import { request } from '../test/support/local-host';
import { fleetRunRows } from './azure-capacity';
import type { FleetCounted } from './azure-model';
import { reply, start, stop } from './process';
import { rows } from './table';

export const fleetWords: Record<FleetPart, string> = {
  begin: 'made and connected',
  idleHour: 'an hour, nothing said',
  chargingHour: 'an hour in transactions, meter values every 60 s',
  end: 'transactions stopped, chargers deleted',
};

const cells = ({ reads, writes, queries, deletions, units, functions }: FleetCount) =>
  [reads, writes, queries, deletions, units, functions].map((value) => rounded(value));

/** Small numbers with a digit behind the point: a charger may have half a write more than another. */
const rounded = (value: number) =>
  (Math.abs(value) < 10 ? Number(value.toFixed(1)) : Math.round(value)).toLocaleString('en-US');

/** Rows of the table in docs/azure.md. */
export function fleetRows(rates: Record<FleetPart, FleetRates>): string[] {
  return fleetParts.flatMap((part) =>
    (['batch', 'charger'] as const).map(
      (of) => `| ${fleetWords[part]}, per ${of} | ${cells(rates[part][of]).join(' | ')} |`,
    ),
  );
}

interface Report {
  state: string;
  links: Record<string, number>;
  phases: {
    kind: string;
    startedAt: string;
    endedAt?: string;
    booted?: { count: number; ms50?: number; ms95?: number; ms100?: number };
    commands: { command: string; ok: number; failed: Record<string, number>; firstFailure?: string }[];
  }[];
  transactions: Record<string, number>;
  actions: { action: string; calls: number; latencyMs: { p50: number; p99: number } }[];
}

const countingSeconds = 2;

/** One run in real time: two processes for the slices, one for requests; the CSMS and the store's server have processes of their own. */
async function runOf(chargers: number): Promise<string> {
  const csms = start('csms');
  const cosmos = start('cosmos');
  const [{ port }, { endpoint, database }] = await Promise.all([
    reply<{ port: number }>(csms, 10_000),
    reply<{ endpoint: string; database: string }>(cosmos, 20_000),
  ]);
  const inCosmos = { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: cosmosKey, COSMOS_DATABASE: database };
  const host = await startFunctionsHost({
    bundle,
    env: { LOG_LEVEL: 'warn', FLEET_RUN_CHARGERS: String(chargers), ...inCosmos },
    workers: [{ serves: 'http' }, { serves: 'durable' }, { serves: 'durable' }],
  });
  let asked = 0;
  let most = 0;
  cosmos.on('message', (message: { asked?: unknown[] }) => {
    asked += message.asked?.length ?? 0;
    most = Math.max(most, (message.asked?.length ?? 0) / countingSeconds);
  });
  // It remembers what it is asked until somebody wants to know.
  const counting = setInterval(() => cosmos.send({}), countingSeconds * 1_000);
  try {
    const told = await watch(host.url, chargers, `ws://127.0.0.1:${port}`);
    return `${told}\nrequests to the store: ${asked.toLocaleString('en-US')}, ${Math.round(most)} a second at most`;
  } finally {
    clearInterval(counting);
    await host.close();
    await Promise.all([stop(csms), stop(cosmos)]);
  }
}

async function watch(url: string, count: number, csmsUrl: string): Promise<string> {
  const own = { count, idPattern: 'RUN-{n:05}', connection: 'persistent', protocol: 'ocpp1.6', csms: { url: csmsUrl } };
  const sessions = {
    kind: 'sessions',
    seconds: 60,
    concurrency: count,
    durationSeconds: 30,
    meterValuesIntervalSeconds: 10,
  };
  const phases = [{ kind: 'connect', ramp: { withinSeconds: 20 } }, sessions];
  const began = performance.now();
  const { status, body } = await request(url, 'POST', 'fleet-runs', { chargers: own, phases });
  if (status !== 202) throw new Error(`the run was not begun: ${status} ${JSON.stringify(body)}`);
  const answeredMs = performance.now() - began;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const report: Report | undefined = await look(url, body.runId);
    if (report === undefined) continue;
    if (report.state === 'running' || report.state === 'stopping') {
      const { links, phases: soFar } = report;
      process.stderr.write(`${soFar.at(-1)?.kind ?? 'beginning'} ${JSON.stringify(links)}\n`);
      continue;
    }
    const list = await request(url, 'GET', 'chargers?limit=1');
    if (list.status !== 200) throw new Error(`chargers cannot be listed: ${list.status} ${JSON.stringify(list.body)}`);
    const left = list.body.chargers.length;
    return describe(report, { answeredMs, totalMs: performance.now() - began, left });
  }
}

/** The report; undefined when this machine is too busy to answer: it is looked again. */
async function look(url: string, runId: string): Promise<Report | undefined> {
  try {
    const { status, body } = await request(url, 'GET', `fleet-runs/${runId}`);
    if (status === 200) return body;
    throw new Error(`${status} ${JSON.stringify(body)}`);
  } catch (error) {
    const { cause } = error as Error;
    process.stderr.write(`no answer: ${cause instanceof Error ? cause.message : String(error)}\n`);
    return undefined;
  }
}

function describe(
  report: Report,
  { answeredMs, totalMs, left }: { answeredMs: number; totalMs: number; left: number },
): string {
  const { state, phases, transactions, actions } = report;
  const seconds = (ms = 0) => `${(ms / 1000).toFixed(1)} s`;
  const booted = phases[0]?.booted;
  const failed = phases.flatMap(({ commands }) =>
    commands.flatMap(({ command, failed: own, firstFailure }) =>
      Object.entries(own).map(([kind, count]) => `${command} ${kind} ${count} (first: ${firstFailure})`),
    ),
  );
  const calls = actions.map(({ action, calls: count, latencyMs: { p50, p99 } }) => [
    action,
    String(count),
    `${p50} ms`,
    `${p99} ms`,
  ]);
  return [
    `${state}, ${left} chargers left; answered after ${seconds(answeredMs)}, over after ${seconds(totalMs)}`,
    `booted ${booted?.count}: half after ${seconds(booted?.ms50)}, 95 % after ${seconds(booted?.ms95)}, all after ${seconds(booted?.ms100)}`,
    `transactions ${JSON.stringify(transactions)}`,
    `failed: ${failed.length === 0 ? 'nothing' : failed.join(', ')}`,
    rows([['action', 'CALLs', 'p50', 'p99'], ...calls]),
  ].join('\n');
}

/** For the model of docs/azure-capacity.md: whole numbers, as docs/azure.md has them. */
export function fleetCounted(rates: Record<FleetPart, FleetRates>): FleetCounted {
  const sum = (parts: FleetPart[], of: 'batch' | 'charger', what: 'units' | 'functions') =>
    parts.reduce((total, part) => total + Number(rounded(rates[part][of][what]).replaceAll(',', '')), 0);
  const of = (parts: FleetPart[]) => ({
    batch: { units: sum(parts, 'batch', 'units'), functions: sum(parts, 'batch', 'functions') },
    chargerUnits: sum(parts, 'charger', 'units'),
  });
  return { ends: of(['begin', 'end']), hour: of(['chargingHour']) };
}

/** Chargers of the run in real time; 0: none. */
export async function printAzureFleet(chargers: number): Promise<void> {
  if (chargers > 0) process.stdout.write(`${await runOf(chargers)}\n\n`);
  const rates = await measureFleet();
  process.stdout.write(`${fleetRows(rates).join('\n')}\n\n${fleetRunRows(fleetCounted(rates)).join('\n')}\n`);
}
