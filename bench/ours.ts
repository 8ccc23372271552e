// A process of its own: N of our chargers as the local host runs them (state machine, validation, SQLite store, message log), without HTTP.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../lib/charger/command';
import { parseHostRules } from '../lib/link/allow-list';
import { createWebSocketLinks } from '../lib/link/websocket';
import { createSimulator } from '../lib/simulator/simulator';
import { createLocalBell } from '../lib/store/bell';
import { openSqliteStore } from '../lib/store/sqlite';
import { createTasks } from '../lib/tasks/tasks';
import { createCounter, serve } from './child';
import {
  benchCharger,
  meterSeconds,
  type PhaseName,
  record,
  samplingCommand,
  startCommand,
  stopCommand,
} from './recording';

const [url = '', count = '0'] = process.argv.slice(2);
const chargers = Number(count);
const specs = Array.from({ length: chargers }, (_, at) => benchCharger(at + 1, url));
const timeoutMs = 60_000;

const dir = mkdtempSync(join(tmpdir(), 'charger-bench-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const { frames } = record();
const answered = createCounter();
const failures = new Map<string, number>();
const store = openSqliteStore({ dir, messageLogTtlDays: 7 });
const simulator = createSimulator({
  store,
  links: createWebSocketLinks({ allow: parseHostRules(undefined) }),
  tasks: createTasks({ allow: parseHostRules(undefined), messages: store.messages }),
  bell: createLocalBell(),
  logger: { info() {}, warn: complain, error: complain },
  soleOwner: true,
  observer: {
    frame(_charger, frame) {
      if (frame.direction === 'received') answered.add();
    },
    note() {},
  },
});

/** Each thing that goes wrong is told once: thousands of chargers have the same trouble. */
function complain({ message }: Record<string, unknown>): void {
  const text = String(message);
  if (!failures.has(text)) process.stderr.write(`ours: ${text}\n`);
  failures.set(text, (failures.get(text) ?? 0) + 1);
}

let commands = 0;

async function order(id: string, command: Command): Promise<void> {
  const { outcome } = await simulator.submit(id, command, { commandId: `bench-${++commands}`, timeoutMs });
  if (!outcome.ok) complain({ message: `${command.kind}: ${outcome.refusal.detail}` });
}

/** The same command to all at once; resolves once the CSMS has answered all that follows from it. */
async function orderAll(phase: PhaseName, commandOf: (at: number) => Command): Promise<number> {
  const all = answered.more(frames[phase].length * chargers);
  await Promise.all(specs.map(({ id }, at) => order(id, commandOf(at))));
  return all;
}

/** To all within a second, as chargers out there do not keep step. */
async function orderSpread(command: Command): Promise<void> {
  await Promise.all(
    specs.map(async ({ id }, at) => {
      await new Promise((resolve) => setTimeout(resolve, (at * 1_000) / chargers));
      await order(id, command);
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

const stops: Command[] = [];

async function prepareStop(): Promise<void> {
  await orderSpread(samplingCommand(false));
  for (const { id } of specs) {
    const snapshot = await simulator.snapshot(id);
    if (snapshot) stops.push(stopCommand(snapshot.charger, snapshot.now));
  }
}

serve({
  boot: {
    async run() {
      const all = answered.more(frames.boot.length * chargers);
      await simulator.createMany(specs);
      return all;
    },
  },
  start: { run: () => orderAll('start', () => startCommand) },
  meter: { prepare: () => orderSpread(samplingCommand(true)), run: () => answered.within(meterSeconds * 1_000) },
  stop: { prepare: prepareStop, run: () => orderAll('stop', (at) => stops[at] ?? startCommand) },
});
