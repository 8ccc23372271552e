// `npm run demo`: a whole charging session against the demo CSMS in one terminal, on a fast clock, showing the conversation.
// Ends with 0 when the session went as it should.
import { randomUUID } from 'node:crypto';
import type { Command } from '../lib/charger/command';
import type { LoggedFrame } from '../lib/charger/effect';
import { startDemoCsms } from '../lib/csms/demo-csms';
import { parseHostRules } from '../lib/link/allow-list';
import { createWebSocketLinks } from '../lib/link/websocket';
import { createSimulator } from '../lib/simulator/simulator';
import { createLocalBell } from '../lib/store/bell';
import { createMemoryStore } from '../lib/store/memory';
import { createTasks } from '../lib/tasks/tasks';

/** A quarter of an hour of charging in fifteen seconds. */
const speed = 60;
const energyWh = 2_000;

const realStart = Date.now();
const clock = () => realStart + (Date.now() - realStart) * speed;
const timer = {
  set: (at: number, fn: () => void) => setTimeout(fn, Math.max(0, (at - clock()) / speed)),
  clear: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

const colour = process.stdout.isTTY
  ? (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`
  : (_: number, text: string) => text;

function say(text: string): void {
  console.log(`\n${colour(1, text)}`);
}

const arrows = { sent: colour(36, 'charger → CSMS'), received: colour(33, 'CSMS → charger') };

function show(frame: LoggedFrame): void {
  const time = new Date(frame.at).toISOString().slice(11, 23);
  const kind = frame.type === 'call' ? frame.action : colour(2, `${frame.action} answered`);
  console.log(`  ${time}  ${arrows[frame.direction]}  ${kind}  ${colour(2, brief(frame))}`);
}

/** A meter value's readings in a few words; anything else as it is, cut to a line. */
function brief(frame: LoggedFrame): string {
  const { payload } = frame;
  if (frame.action !== 'MeterValues' || frame.type !== 'call') return JSON.stringify(payload).slice(0, 150);
  const { meterValue } = payload as { meterValue: { sampledValue: Sample[] }[] };
  return (meterValue[0]?.sampledValue ?? [])
    .map(({ measurand, value, unit, phase }) => {
      return `${measurand}${phase ? ` ${phase}` : ''}=${value}${unit === 'Percent' ? '%' : ` ${unit ?? ''}`.trimEnd()}`;
    })
    .join(' ')
    .slice(0, 250);
}

interface Sample {
  measurand?: string;
  value: string;
  unit?: string;
  phase?: string;
}

async function main(): Promise<void> {
  let onStop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    onStop = resolve;
  });
  const csms = await startDemoCsms({ port: 0, now: clock });
  const store = createMemoryStore({ ttlDays: 1 });
  const simulator = createSimulator({
    store,
    links: createWebSocketLinks({ allow: parseHostRules(undefined) }),
    tasks: createTasks({ allow: parseHostRules(undefined), messages: store.messages }),
    bell: createLocalBell(),
    logger: { info() {}, warn: (entry) => console.error(entry), error: (entry) => console.error(entry) },
    soleOwner: true,
    clock,
    timer,
    observer: {
      frame(_charger, frame) {
        show(frame);
        if (frame.action === 'StopTransaction' && frame.direction === 'received') onStop();
      },
      note: (_charger, level, text) => console.log(`  ${level}: ${text}`),
    },
  });
  const order = async (command: Command): Promise<Record<string, unknown>> => {
    const { outcome } = await simulator.submit('DEMO-1', command, {
      commandId: randomUUID(),
      timeoutMs: 30_000 * speed,
    });
    if (!outcome.ok) throw new Error(`${command.kind} failed: ${outcome.refusal.detail}`);
    return outcome.result;
  };

  try {
    say(`The demo CSMS listens on ${csms.url}. A charger with two 22 kW sockets is created and connects.`);
    await simulator.start();
    await simulator.create({ id: 'DEMO-1', protocol: 'ocpp1.6', csms: { url: csms.url }, connection: 'persistent' });
    await order({ kind: 'connect' });

    say('A car with 20 % in its battery plugs in at connector 1.');
    await order({
      kind: 'plugIn',
      address: { connectorId: 1 },
      ev: { batteryCapacityWh: 60_000, soc: 20, maxPowerW: 11_000 },
    });

    say(
      `A card is presented; charging begins and ends by itself after ${energyWh} Wh (the clock runs ${speed} times as fast).`,
    );
    await order({
      kind: 'startTransaction',
      address: { connectorId: 1 },
      idToken: 'DEMO-CARD',
      stopWhen: { energyWh },
    });
    await stopped;

    say('The car leaves.');
    const { connector } = (await order({ kind: 'unplug', address: { connectorId: 1 } })) as {
      connector: { status: string };
    };
    const [transaction] = ((await (await fetch(`${csms.httpUrl}/api/transactions`)).json()) as Transactions)
      .transactions;
    const charged = transaction?.energyWh;
    if (charged !== energyWh || connector.status !== 'Available') {
      throw new Error(`the CSMS saw ${charged} Wh and the connector is ${connector.status}`);
    }
    say(`The CSMS has the transaction with exactly ${charged} Wh; the connector is ${connector.status} again.`);
  } finally {
    await simulator.stop();
    await csms.close();
  }
}

interface Transactions {
  transactions: { energyWh?: number }[];
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
