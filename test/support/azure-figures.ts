// What the Azure host asks of its store and of Durable Functions, counted while the built bundle runs on virtual time: for one
// exchange, and for a session that nobody but its orchestration keeps going. Benchmarks print it, tests hold docs/azure.md to it.
import { type AzureHost, startAzureHost } from './azure-host';
import { billOf, type CosmosBill } from './cosmos-bill';
import { request } from './local-host';
import { type ScriptedCsms, startScriptedCsms } from './scripted-csms';

export interface Figures {
  /** Requests to the store, what they weigh and cost. */
  store: CosmosBill;
  /** Functions run, by name. */
  invocations: Record<string, number>;
  /** Calls of the durable client, by method and path. */
  clientCalls: Record<string, number>;
  /** CALLs that the CSMS got. */
  calls: number;
}

export interface SessionFigures {
  /** A heartbeat ordered over HTTP, of a charger that has booted. */
  heartbeat: Figures;
  /** `startTransaction`: plug in, authorize, start. */
  start: Figures;
  /** What follows, with meter values every so often, on the orchestration alone. */
  hour: Figures;
  /** `stopTransaction` with the cable out. */
  stop: Figures;
  /** One run of the sweep that finds nothing overdue. */
  sweep: Figures;
}

const chargerId = 'CP-1';
const hourMs = 3_600_000;
/** Longer than what is counted. */
const heartbeatSeconds = 86_400;

/** Plays one session; `meterValuesSeconds` 0: none. `part` of an hour of it is counted. */
export async function measureSession(meterValuesSeconds: number, part = 1): Promise<SessionFigures> {
  const host = await startAzureHost({ clock: 'virtual', timers: false });
  const csms = await startScriptedCsms({ now: host.now });
  try {
    keepQuiet(csms, host);
    return await play(createCounter(host, csms), host, csms.url, meterValuesSeconds, part);
  } finally {
    await csms.close();
    await host.close();
  }
}

type Counter = (act: () => Promise<unknown>) => Promise<Figures>;

async function play(
  count: Counter,
  host: AzureHost,
  csmsUrl: string,
  meterValuesIntervalSeconds: number,
  part: number,
): Promise<SessionFigures> {
  const post = (path: string, body: object) => order(host, path, body);
  const charger = `chargers/${chargerId}`;
  await post('chargers', { id: chargerId, protocol: 'ocpp1.6', csms: { url: csmsUrl } });
  await post(`${charger}/connect`, {});
  await host.idle();

  const heartbeat = await count(() => post(`${charger}/messages/Heartbeat`, {}));
  let transactionId = '';
  const start = await count(async () => {
    const session = { connectorId: 1, idToken: 'TAG-1', meterValuesIntervalSeconds };
    ({ transactionId } = await post(`${charger}/transactions`, session));
  });
  const hour = await count(() => host.advance(hourMs * part));
  const stop = await count(() => post(`${charger}/transactions/${transactionId}/stop`, { unplug: true }));
  const sweep = await count(() => host.runTimer('sweep'));
  return { heartbeat, start, hour, stop, sweep };
}

/** An hour, or a `part` of one, in which the socket of a persistent charger is held in windows of that length, and nothing is said. */
export async function measureHold(windowSeconds: number, part = 1): Promise<Figures> {
  const env = { HOLD_WINDOW_SECONDS: String(windowSeconds) };
  const host = await startAzureHost({ clock: 'virtual', timers: false, env });
  const csms = await startScriptedCsms({ now: host.now });
  try {
    keepQuiet(csms, host);
    await order(host, 'chargers', {
      id: chargerId,
      protocol: 'ocpp1.6',
      csms: { url: csms.url },
      connection: 'persistent',
    });
    await host.advance(2 * windowSeconds * 1000);
    return await createCounter(host, csms)(() => host.advance(hourMs * part));
  } finally {
    await csms.close();
    await host.close();
  }
}

/** No heartbeats of their own: they would hide what is counted. */
function keepQuiet(csms: ScriptedCsms, host: AzureHost): void {
  csms.respond('BootNotification', () => ({
    status: 'Accepted',
    currentTime: new Date(host.now()).toISOString(),
    interval: heartbeatSeconds,
  }));
}

async function order(host: AzureHost, path: string, body: object) {
  const answer = await request(host.url, 'POST', path, body);
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Counts what happens from the start of something until nothing is under way any more. */
function createCounter(host: AzureHost, csms: ScriptedCsms): Counter {
  return async (act) => {
    host.cosmos.requests.length = 0;
    const before = host.counts();
    const calls = csms.calls(chargerId).length;
    await act();
    await host.idle();
    const after = host.counts();
    return {
      store: billOf(host.cosmos.requests),
      invocations: growth(before.invocations, after.invocations),
      clientCalls: growth(before.clientCalls, after.clientCalls),
      calls: csms.calls(chargerId).length - calls,
    };
  };
}

function growth(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const grown = Object.entries(after).map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)]);
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}

/** All of them together. */
export function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
