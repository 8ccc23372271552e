// `npm run bench`: our chargers beside a bare WebSocket loop that sends the same frames, in one run, as one table. What is
// measured is done by child processes (ours.ts, bare.ts, csms.ts); here they are started, asked and compared. `npm run bench --
// azure` is the Azure host's (azure.ts), `azure-capacity` what many chargers come to there, `azure-fleet` what a fleet run does, `capacity` how
// many one local host holds (capacity.ts).
import { cpus } from 'node:os';
import { measureAzure } from './azure';
import { printAzureCapacity } from './azure-capacity';
import { printAzureFleet } from './azure-fleet';
import { measureCapacity } from './capacity';
import type { PhaseReport } from './child';
import { type Latencies, measureLatency } from './latency';
import { killAll, reply, start, stop } from './process';
import { type PhaseName, record } from './recording';
import { type Line, median, percentile, table } from './table';

type Side = 'ours' | 'bare';
type Reports = Record<PhaseName, PhaseReport>;

interface Options {
  chargers: number;
  rounds: number;
  heartbeats: number;
  /** Nothing new is begun that would not be over by then, seconds after the start. */
  seconds: number;
}

const phases: [PhaseName, string][] = [
  ['boot', 'connect and boot'],
  ['start', 'start a transaction'],
  ['meter', 'meter values, one a second'],
  ['stop', 'stop and unplug'],
];

function readOptions(args: string[]): Options {
  const options: Options = { chargers: 2_000, rounds: 3, heartbeats: 300, seconds: 170 };
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at]?.replace(/^--/, '') as keyof Options;
    const value = Number(args[at + 1]);
    if (!Object.hasOwn(options, name) || !Number.isInteger(value) || value < 0) {
      throw new Error(
        `${args[at]} ${args[at + 1] ?? ''}: options are --chargers, --rounds, --heartbeats, --seconds, each with a number`,
      );
    }
    options[name] = value;
  }
  return options;
}

/** The one option that there is, a number that is not below `least`. */
function readCount(option: string, otherwise: number, least: number, args: string[]): number {
  if (args.length === 0) return otherwise;
  const [name, count = '', ...more] = args;
  if (name === option && /^\d+$/.test(count) && Number(count) >= least && more.length === 0) return Number(count);
  throw new Error(`${name} ${count}: the only option is ${option}, with a number`);
}

async function measureSide(side: Side, csmsUrl: string, chargers: number): Promise<Reports> {
  const child = start(side, [csmsUrl, String(chargers)]);
  try {
    await reply(child, 20_000);
    const reports: Partial<Reports> = {};
    for (const [phase] of phases) {
      const answer = reply<{ report: PhaseReport }>(child, 60_000);
      child.send({ phase });
      reports[phase] = (await answer).report;
    }
    return reports as Reports;
  } catch (error) {
    throw new Error(`${side}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await stop(child);
  }
}

/** Alternating, ours first, as many rounds as there is time for: at least one. */
async function measureRounds(csmsUrl: string, options: Options, until: number): Promise<Record<Side, Reports[]>> {
  const found: Record<Side, Reports[]> = { ours: [], bare: [] };
  let longest = 0;
  for (let round = 0; round < options.rounds && performance.now() + longest < until; round++) {
    const before = performance.now();
    for (const side of ['ours', 'bare'] as const) {
      process.stderr.write(`round ${round + 1} of ${options.rounds}: ${side}\n`);
      found[side].push(await measureSide(side, csmsUrl, options.chargers));
    }
    longest = Math.max(longest, performance.now() - before);
  }
  return found;
}

type Measure = (reports: Reports) => number;

function compare(what: string, unit: string, found: Record<Side, Reports[]>, measure: Measure): Line {
  return { what, unit, ours: median(found.ours.map(measure)), bare: median(found.bare.map(measure)) };
}

function linesOf(found: Record<Side, Reports[]>, chargers: number): Line[] {
  const cpu = phases.map(([phase, words]) =>
    compare(
      `CPU, ${words}`,
      'µs per exchange',
      found,
      (reports) => reports[phase].cpuMicros / reports[phase].exchanges,
    ),
  );
  const all = compare('CPU, all phases', 'µs per exchange', found, (reports) => {
    const each = phases.map(([phase]) => reports[phase]);
    return sum(each.map(({ cpuMicros }) => cpuMicros)) / sum(each.map(({ exchanges }) => exchanges));
  });
  const perCharger = (bytes: number) => bytes / 1024 / chargers;
  return [
    ...cpu,
    all,
    compare('memory (RSS), booted', 'KiB per charger', found, ({ boot }) => perCharger(boot.rssBytes)),
    compare('heap, booted', 'KiB per charger', found, ({ boot }) => perCharger(boot.heapBytes)),
    compare('memory (RSS), in transaction', 'KiB per charger', found, ({ meter }) => perCharger(meter.rssBytes)),
    compare('heap, in transaction', 'KiB per charger', found, ({ meter }) => perCharger(meter.heapBytes)),
    compare(`time until all ${chargers} have booted`, 's', found, ({ boot }) => boot.wallMs / 1_000),
  ];
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function latencyLines({ ours, bare }: Latencies<'ours' | 'bare'>): Line[] {
  if (ours.length === 0) return [];
  return [
    { what: `heartbeat over HTTP, median of ${ours.length}`, unit: 'ms', ours: median(ours), bare: median(bare) },
    { what: 'heartbeat over HTTP, p95', unit: 'ms', ours: percentile(ours, 0.95), bare: percentile(bare, 0.95) },
  ];
}

function sizeLines(): Line[] {
  const { idle, booted, inTransaction } = record().documentBytes;
  return [
    { what: 'charger document, idle', unit: 'bytes', ours: idle },
    { what: 'charger document, booted', unit: 'bytes', ours: booted },
    { what: 'charger document, in transaction', unit: 'bytes', ours: inTransaction },
  ];
}

function explain({ chargers }: Options, rounds: number): string {
  const { frames } = record();
  const counts = phases.map(([phase, words]) => `${words} ${frames[phase].length}`).join(', ');
  return [
    `${chargers} persistent chargers, median of ${rounds} alternating rounds, Node ${process.version}, ${cpus().length} cores.`,
    'ours: state machine, validation, SQLite store, message log. bare: `ws` sockets that send the same texts and read no answer.',
    `An exchange is a CALL with its answer. Per charger: ${counts}.`,
    'CPU is user and system time of the process; memory is after garbage collection, less the process before the first charger.',
    '',
  ].join('\n');
}

async function main(args: string[]): Promise<void> {
  if (args[0] === 'azure-capacity') return printAzureCapacity();
  if (args[0] === 'azure') return measureAzure(readCount('--heartbeats', 300, 1, args.slice(1)));
  if (args[0] === 'azure-fleet') return printAzureFleet(readCount('--chargers', 1000, 0, args.slice(1)));
  if (args[0] === 'capacity') return measureCapacity(args.slice(1));
  const options = readOptions(args);
  const latencySeconds = 20;
  const until = performance.now() + (options.seconds - latencySeconds) * 1_000;
  const csms = start('csms');
  const { port } = await reply<{ port: number }>(csms, 10_000);
  const csmsUrl = `ws://127.0.0.1:${port}`;
  const found = await measureRounds(csmsUrl, options, until);
  process.stderr.write('latency\n');
  const latencies = await measureLatency(csmsUrl, options.heartbeats, latencySeconds * 1_000);
  await stop(csms);
  const lines = [...linesOf(found, options.chargers), ...latencyLines(latencies), ...sizeLines()];
  process.stdout.write(`${explain(options, found.ours.length)}\n${table(lines)}\n`);
}

process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
