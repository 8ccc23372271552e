// The Azure host on virtual time with a CSMS that keeps the same time: what tests of faults are written with. What goes wrong, and
// what must hold, is theirs.
import { type AzureHost, startAzureHost } from './azure-host';
import type { FunctionsHostOptions } from './functions-host/host';
import { type HttpAnswer, request } from './local-host';
import { type ScriptedCsms, startScriptedCsms } from './scripted-csms';

type Asking = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<HttpAnswer>;

export interface AzureRig {
  host: AzureHost;
  csms: ScriptedCsms;
  /** A request; its answer may need time, which somebody else moves. */
  ask: Asking;
  /** The same; time moves on until the answer is there. */
  call: Asking;
  /** Moves time on, second by second, until it has come. */
  pass<T>(awaited: Promise<T>): Promise<T>;
  /** The same for what can be looked at. @throws Error naming `what` when it does not come about */
  until(what: string, probe: () => boolean): Promise<void>;
  /** Creates a 1.6 charger of this CSMS. */
  create(id: string, more?: Record<string, unknown>): Promise<void>;
  /** The most sockets of one identity that the CSMS ever had at the same time; those that are being closed do not count. */
  socketsAtOnce(identity: string): number;
  /** Errors and warnings that the host's own code logged, as JSON objects. */
  logged(): Record<string, unknown>[];
  close(): Promise<void>;
}

/** Nothing that is waited for takes longer. */
const patienceMs = 15 * 60_000;

export async function startAzureRig(options: Partial<FunctionsHostOptions> = {}): Promise<AzureRig> {
  const host = await startAzureHost({ clock: 'virtual', ...options });
  const csms = await startScriptedCsms({ now: host.now });
  const atOnce = watchSockets(csms);

  async function until(what: string, probe: () => boolean): Promise<void> {
    const giveUpAt = host.now() + patienceMs;
    await host.idle();
    while (!probe()) {
      if (host.now() >= giveUpAt) throw new Error(`did not come about within ${patienceMs / 1000} s: ${what}`);
      await host.advance(1_000);
    }
  }

  async function pass<T>(awaited: Promise<T>): Promise<T> {
    let over = false;
    const note = () => {
      over = true;
    };
    awaited.then(note, note);
    await until('an answer', () => over);
    return awaited;
  }

  const ask: Asking = (method, path, body, headers) => request(host.url, method, path, body, headers);
  const call: Asking = (...what) => pass(ask(...what));
  return {
    host,
    csms,
    ask,
    call,
    pass,
    until,
    async create(id, more = {}) {
      const { status, body } = await call('POST', 'chargers', {
        id,
        protocol: 'ocpp1.6',
        csms: { url: csms.url },
        ...more,
      });
      if (status !== 201) throw new Error(`charger ${id} was not created: ${JSON.stringify(body)}`);
    },
    socketsAtOnce: (identity) => atOnce.get(identity) ?? 0,
    logged: () => host.logs().flatMap(({ message }) => parsed(message)),
    close: () => csms.close().then(host.close),
  };
}

function watchSockets(csms: ScriptedCsms): Map<string, number> {
  const atOnce = new Map<string, number>();
  let seen = 0;
  const count = () => {
    for (const { identity } of csms.connections.slice(seen)) {
      const open = csms.connections.filter((one) => one.identity === identity && one.ws.readyState === one.ws.OPEN);
      atOnce.set(identity, Math.max(atOnce.get(identity) ?? 0, open.length));
    }
    seen = csms.connections.length;
    return undefined;
  };
  // Looked at with every event, until the CSMS closes.
  csms.until(count, 'nothing').catch(() => undefined);
  return atOnce;
}

function parsed(line: string): Record<string, unknown>[] {
  try {
    return [JSON.parse(line) as Record<string, unknown>];
  } catch {
    return [];
  }
}
