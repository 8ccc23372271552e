// `npm run demo`: a whole charging session against the demo CSMS in one terminal, on a fast clock, showing the conversation.
// `-- --protocol ocpp2.0.1` plays it in that version, `--speed 600` faster. Ends with 0 when the session went as it should.
import { randomUUID } from 'node:crypto';
import type { Protocol } from '../lib/charger/charger';
import type { Command } from '../lib/charger/command';
import { supportedProtocols } from '../lib/charger/dialects';
import type { LoggedFrame } from '../lib/charger/effect';
import { startDemoCsms } from '../lib/csms/demo-csms';
import { parseHostRules } from '../lib/link/allow-list';
import { createWebSocketLinks } from '../lib/link/websocket';
import { createSimulator } from '../lib/simulator/simulator';
import { createLocalBell } from '../lib/store/bell';
import { createMemoryStore } from '../lib/store/memory';
import { createTasks } from '../lib/tasks/tasks';
import { readCommandLine, UsageError } from './command-line';

// By default a quarter of an hour of charging in fifteen seconds.
const usage = `Usage: npm run demo -- [options]

Plays a whole charging session against the demo CSMS and shows the conversation.

Options:
  --protocol NAME  ${supportedProtocols.join(' or ')}; default ocpp1.6
  --speed FACTOR   how fast the clock runs, 1 to 1000; default 60
  --help           this text

Exit code: 0 when the session went as it should, 1 when it did not, 2 when an option is not understood.
`;

const { protocol, speed } = readOptions();
const energyWh = 2_000;
/** The first socket of the first EVSE, whichever way a version counts. */
const address = { evseId: 1, connectorId: 1 };

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

interface Told {
  eventType?: string;
  triggerReason?: string;
  transactionInfo?: { chargingState?: string };
  meterValue?: { sampledValue: Sample[] }[];
}

interface Sample {
  measurand?: string;
  value: string | number;
  unit?: string;
  unitOfMeasure?: { unit?: string };
  phase?: string;
}

/** Meter values, and what goes on in a transaction, in a few words; anything else as it is, cut to a line. */
function brief({ type, payload }: LoggedFrame): string {
  const { eventType, triggerReason, transactionInfo, meterValue } = payload as Told;
  if (type !== 'call' || (meterValue ?? eventType) === undefined) return JSON.stringify(payload).slice(0, 150);
  const event = [eventType, triggerReason, transactionInfo?.chargingState];
  const samples = (meterValue?.at(-1)?.sampledValue ?? []).map(reading);
  return [...event, ...samples]
    .filter((word) => word !== undefined)
    .join(' ')
    .slice(0, 250);
}

function reading({ measurand, value, unit, unitOfMeasure, phase }: Sample): string {
  const shown = unit ?? unitOfMeasure?.unit ?? '';
  return `${measurand}${phase ? ` ${phase}` : ''}=${value}${shown === 'Percent' ? '%' : ` ${shown}`.trimEnd()}`;
}

/** Calls back once the CSMS has answered the end of the transaction. */
function whenEnded(onEnd: () => void): (frame: LoggedFrame) => void {
  let last: string | undefined;
  return ({ type, action, payload, messageId }) => {
    const ends = action === 'StopTransaction' || (payload as Told).eventType === 'Ended';
    if (type === 'call' && ends) last = messageId;
    else if (messageId === last) onEnd();
  };
}

function readOptions(): { protocol: Protocol; speed: number } {
  return readCommandLine({
    usage,
    options: ['protocol', 'speed'],
    read({ protocol = 'ocpp1.6', speed = '60' }) {
      const known = supportedProtocols.find((name) => name === protocol);
      if (known === undefined) throw new UsageError(`--protocol must be one of ${supportedProtocols.join(', ')}`);
      const factor = Number(speed);
      if (!(factor >= 1 && factor <= 1000)) throw new UsageError('--speed must be a number from 1 to 1000');
      return { protocol: known, speed: factor };
    },
  });
}

async function main(): Promise<void> {
  let onStop = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    onStop = resolve;
  });
  const watch = whenEnded(onStop);
  const csms = await startDemoCsms({ port: 0 });
  const store = createMemoryStore({ ttlDays: 1 });
  const simulator = createSimulator({
    store,
    links: createWebSocketLinks({ allow: parseHostRules(undefined) }),
    tasks: createTasks({ allow: parseHostRules(undefined), messages: store.messages }),
    bell: createLocalBell(),
    logger: { info() {}, warn: (entry) => console.error(entry), error: (entry) => console.error(entry) },
    soleOwner: true,
    observer: {
      frame(_charger, frame) {
        show(frame);
        watch(frame);
      },
      note: (_charger, level, text) => console.log(`  ${level}: ${text}`),
    },
  });
  const order = async (command: Command): Promise<Record<string, unknown>> => {
    const { outcome } = await simulator.submit('DEMO-1', command, {
      commandId: randomUUID(),
      timeoutMs: 30_000,
    });
    if (!outcome.ok) throw new Error(`${command.kind} failed: ${outcome.refusal.detail}`);
    return outcome.result;
  };

  try {
    say(`The demo CSMS listens on ${csms.url}. A charger with two 22 kW sockets is created and connects.`);
    await simulator.start();
    await simulator.create({ id: 'DEMO-1', protocol, csms: { url: csms.url }, connection: 'persistent' });
    // The charger's own time alone runs fast: however long this machine takes for an answer, nobody's time is up.
    await order({ kind: 'setBehaviour', behaviour: { clock: { speed } } });
    await order({ kind: 'connect' });

    say('A car with 20 % in its battery plugs in at connector 1.');
    await order({
      kind: 'plugIn',
      address,
      ev: { batteryCapacityWh: 60_000, soc: 20, maxPowerW: 11_000 },
    });

    say(
      `A card is presented; charging begins and ends by itself after ${energyWh} Wh (its clock runs ${speed} times as fast).`,
    );
    await order({
      kind: 'startTransaction',
      address,
      idToken: 'DEMO-CARD',
      stopWhen: { energyWh },
    });
    await stopped;

    say('The car leaves.');
    const { connector } = (await order({ kind: 'unplug', address })) as {
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
