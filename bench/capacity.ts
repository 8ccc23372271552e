// `npm run bench -- capacity`: the local host with more and more chargers in transactions, each telling meter values every 10 s, beside
// bare `ws` sockets that send the same frames, in one run. The measured processes are capacity-host.ts, capacity-bare.ts and csms.ts.
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { type Measured, measureBare, measureOurs } from './capacity-sides';
import { capacityTable } from './capacity-table';
import { connectionsMost, descriptorProblem } from './limits';
import { reply, start, stop } from './process';

interface Options {
  sizes: number[];
  /** How long meter values are measured. */
  seconds: number;
  /** Where the figures go as JSON. */
  json?: string;
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
