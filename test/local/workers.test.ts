// A local host whose chargers are divided among processes: what becomes of them when processes end, and what its data directory holds it to.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WebPubSubClient, WebPubSubJsonProtocol } from '@azure/web-pubsub-client';
import { shardOf } from '../../lib/shards/assign';
import { forgetData, type HostProcess, request, startHost } from '../support/local-host';
import { readPrometheus } from '../support/prometheus';
import { type ScriptedCsms, startScriptedCsms } from '../support/scripted-csms';

const main = resolve(__dirname, '../../dist/local/main.js');
const two = ['--workers', '2'];

/** The first few ids that worker 1, or worker 2, has. */
const idsOf = (worker: number) =>
  Array.from({ length: 40 }, (_, at) => `W-${at}`).filter((id) => shardOf(id, 2) === worker - 1);
const [one = ''] = idsOf(1);
const [other = ''] = idsOf(2);

let dir: string;
let csms: ScriptedCsms;
let host: HostProcess | undefined;
let url = '';
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'charger-workers-'));
  csms = await startScriptedCsms();
});
afterEach(async () => {
  await host?.stop();
  host = undefined;
  await csms.close();
  rmSync(dir, { recursive: true, force: true });
});

async function open(options: string[] = two): Promise<HostProcess> {
  host = await startHost({ DATA_DIR: dir, LOG_LEVEL: 'info' }, options);
  url = host.url;
  return host;
}

const api = (method: string, path: string, body?: object, headers?: Record<string, string>) =>
  request(url, method, path, body, headers);

const create = (id: string) =>
  api('POST', 'chargers', { id, protocol: 'ocpp1.6', csms: { url: csms.url }, connection: 'persistent' });

/** Process ids of the workers that were started last. */
function pidsOf({ stderr }: HostProcess): number[] {
  const lines = stderr()
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  return [1, 2].map(
    (worker) => lines.filter((line) => line.message === 'a worker is ready' && line.worker === worker).at(-1)?.pid,
  );
}

/** A process that has ended but that nobody has asked after is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** Asks until it is so; each question is a turn of the event loop at least, nobody sleeps. */
async function until(what: string, probe: () => Promise<boolean> | boolean): Promise<void> {
  const giveUpAt = Date.now() + 15_000;
  while (Date.now() < giveUpAt) {
    if (await probe()) return;
    await new Promise(setImmediate);
  }
  throw new Error(`did not come about: ${what}`);
}

describe('a local host with two workers', () => {
  it('goes on with one worker when the other is killed in the middle of a transaction, which is resumed', async () => {
    const { pid } = await open();
    expect([await create(one), await create(other)].map(({ status }) => status)).toEqual([201, 201]);
    const start = (id: string) => api('POST', `chargers/${id}/transactions`, { idToken: 'TAG' });
    const begun = [await start(one), await start(other)];
    expect(begun.map(({ status }) => status)).toEqual([200, 200]);
    const connections = async () => {
      const { families } = readPrometheus((await api('GET', 'metrics')).body);
      return families.get('charger_simulator_connections_total')?.samples[0]?.value;
    };
    expect(await connections()).toBe(2);
    const [killed = 0, spared = 0] = pidsOf(host as HostProcess);
    expect(new Set([pid, killed, spared]).size).toBe(3);

    process.kill(killed, 'SIGKILL');
    const meanwhile = await api('GET', `chargers/${one}`);
    expect([meanwhile.status, meanwhile.headers.get('retry-after'), meanwhile.body.type]).toEqual([
      503,
      '1',
      '/api/docs#unavailable',
    ]);
    expect(meanwhile.body.detail).toContain('worker 1');
    const both = await Promise.all([api('GET', 'chargers'), api('GET', 'health')]);
    expect(both.map(({ status }) => status)).toEqual([503, 503]);
    expect(both[1].body.checks).toMatchObject({ 'worker-1': { ok: false }, 'worker-2': { ok: true } });
    expect((await api('GET', `chargers/${other}`)).body.connectors[0].status).toBe('Charging');

    await until('worker 1 is there again', async () => (await api('GET', 'health')).status === 200);
    await csms.until(() => (csms.handshakes.length === 3 ? true : undefined), 'a third handshake');
    const [transaction] = (await api('GET', `chargers/${one}/transactions`)).body.transactions;
    expect(transaction).toMatchObject({ state: 'running', transactionId: begun[0]?.body.transactionId });
    const stopped = await api('POST', `chargers/${one}/transactions/${transaction.transactionId}/stop`);
    expect([stopped.status, stopped.body.transaction.state]).toEqual([200, 'ended']);
    expect([one, other].map((id) => csms.calls(id, 'StartTransaction').length)).toEqual([1, 1]);
    expect(csms.calls(one, 'StopTransaction')).toHaveLength(1);
    expect(await connections()).toBe(3);
  });

  it('kill -9 of the front leaves no process behind; the next one finds chargers and transactions where they were', async () => {
    const first = await open();
    await Promise.all([...idsOf(1), ...idsOf(2)].map(create));
    const { body } = await api('POST', `chargers/${other}/transactions`, { idToken: 'TAG' });
    const pids = pidsOf(first);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await first.kill();
    await until('the workers have ended', () => !pids.some(isAlive));

    await open();
    const ids = [...idsOf(1), ...idsOf(2)].sort();
    const found = [];
    let query = '';
    do {
      const page = (await api('GET', `chargers?limit=7${query}`)).body;
      found.push(...page.chargers.map(({ id }: { id: string }) => id));
      query = page.continuation === undefined ? '' : `&continuation=${page.continuation}`;
    } while (query !== '');
    expect(found).toEqual(ids);
    for (const id of [one, other]) expect((await api('GET', `chargers/${id}`)).status).toBe(200);
    const running = await api('GET', `chargers/${other}/transactions/${body.transactionId}`);
    expect(running.body).toMatchObject({ state: 'running' });
    expect(readdirSync(dir)).toEqual(expect.arrayContaining(['worker-1', 'worker-2', 'workers']));
  });

  it('stops its workers politely, and only when the front says so', async () => {
    const own = await open();
    await Promise.all([one, other].map(create));
    await Promise.all([one, other].map((id) => csms.waitFor(id, 'BootNotification')));
    const pids = pidsOf(own);
    // A terminal, or a service manager, tells them all.
    for (const signal of ['SIGINT', 'SIGTERM']) for (const pid of pids) process.kill(pid, signal);
    expect(await own.stop()).toBe(0);
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(own.stderr()).not.toContain('a worker ended');
    await Promise.all([one, other].map((id) => csms.waitForDisconnect(id)));
  });
});

describe('what concerns chargers of both workers', () => {
  let shared: HostProcess;
  beforeAll(async () => {
    shared = await startHost({ LOG_LEVEL: 'info' }, two);
  });
  afterAll(async () => {
    await shared.stop();
    forgetData(shared);
  });
  beforeEach(() => {
    url = shared.url;
  });

  it('creates many chargers all or none, wherever they are', async () => {
    await create(other);
    const batch = { protocol: 'ocpp1.6', csms: { url: csms.url }, idPattern: 'W-{n}', start: 0, count: 40 };
    const refused = await api('POST', 'chargers/batch', batch);
    expect([refused.status, refused.body.detail]).toEqual([409, `charger ${other} exists already`]);
    expect((await api('GET', 'chargers')).body.chargers).toHaveLength(1);
    await api('DELETE', `chargers/${other}`);
    const key = { 'idempotency-key': 'all-of-them' };
    const made = await api('POST', 'chargers/batch', batch, key);
    const again = await api('POST', 'chargers/batch', batch, key);
    expect([made.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    // One key is one request, whichever worker would have it.
    const reused = await api('POST', `chargers/${one}/connect`, {}, key);
    expect([reused.status, reused.body.type]).toEqual([409, '/api/docs#key-reused']);
    expect((await api('DELETE', 'chargers?idPrefix=W-')).body).toEqual({ deleted: 40, ended: [], failed: [] });
  });

  it('carries out fleet runs over all chargers', async () => {
    const { body } = await api('POST', 'fleet-runs', {
      chargers: {
        count: 20,
        idPattern: 'R-{n}',
        protocol: 'ocpp1.6',
        csms: { url: csms.url },
        connection: 'persistent',
      },
      phases: [
        { kind: 'connect' },
        { kind: 'sessions', seconds: 1, concurrency: 15, durationSeconds: 1, meterValuesIntervalSeconds: 1 },
        { kind: 'massReconnection', cut: 'polite', return: 'atOnce' },
      ],
    });
    let report = body;
    await until('the run is over', async () => {
      report = (await api('GET', `fleet-runs/${body.runId}`)).body;
      return report.state === 'finished';
    });
    expect(report.phases.map((phase: { booted: object }) => phase.booted)[0]).toMatchObject({ count: 20, of: 20 });
    expect(report.phases.at(-1).connected).toMatchObject({ count: 20, of: 20 });
    expect(report.transactions.started).toBeGreaterThanOrEqual(15);
    expect(report.transactions).toMatchObject({ ended: report.transactions.started, open: 0, lost: 0, doubled: 0 });
    const boots = report.actions.find(({ action }: { action: string }) => action === 'BootNotification');
    expect(boots).toMatchObject({ calls: 20, results: 20 });
    const identities = new Set(csms.connections.map(({ identity }) => identity));
    const starts = [...identities].flatMap((identity) => csms.calls(identity, 'StartTransaction'));
    expect(starts).toHaveLength(report.transactions.started);
    expect((await api('GET', 'chargers')).body.chargers).toEqual([]);
  });

  it('ends a fleet run although a worker is away while its chargers are deleted', async () => {
    const chargers = { count: 20, idPattern: 'R-{n}', protocol: 'ocpp1.6', csms: { url: csms.url } };
    const phases = [{ kind: 'connect' }, { kind: 'idle', seconds: 600 }];
    const { body } = await api('POST', 'fleet-runs', { chargers, phases });
    const report = async () => (await api('GET', `fleet-runs/${body.runId}`)).body;
    await until('all have booted', async () => (await report()).phases[0]?.booted?.count === 20);
    process.kill(pidsOf(shared)[0] ?? 0, 'SIGKILL');
    await until('worker 1 is gone', async () => (await api('GET', 'health')).status === 503);
    expect((await api('DELETE', `fleet-runs/${body.runId}`)).status).toBe(202);
    await until('the run is over', async () => (await report()).state === 'stopped');
    expect((await api('GET', 'chargers')).body.chargers).toEqual([]);
    expect(shared.stderr()).toContain('deleting the chargers of a fleet run: tried again');
  });

  it('tells the live feed of the chargers of all workers, also after one was started again', async () => {
    const told: { group: string; data: { chargers?: { chargerId: string }[]; frames?: { action: string }[] } }[] = [];
    const client = new WebPubSubClient(
      { getClientAccessUrl: async () => (await api('POST', 'feed/negotiate', {})).body.url },
      { protocol: WebPubSubJsonProtocol(), autoReconnect: false, keepAliveIntervalInMs: 0, keepAliveTimeoutInMs: 0 },
    );
    client.on('group-message', ({ message: { group, data } }) => told.push({ group, data: data as object }));
    await client.start();
    for (const group of ['fleet', `charger.${one}`, `charger.${other}`]) await client.joinGroup(group);
    const frames = (id: string, action: string) =>
      told.some(
        ({ group, data }) => group === `charger.${id}` && data.frames?.some((frame) => frame.action === action),
      );
    const fleetHas = (id: string) => told.some(({ data }) => data.chargers?.some(({ chargerId }) => chargerId === id));
    await Promise.all([one, other].map(create));
    await until('both are told of', () => [one, other].every((id) => frames(id, 'BootNotification') && fleetHas(id)));
    process.kill(pidsOf(shared)[0] ?? 0, 'SIGKILL');
    await until('worker 1 is gone', async () => (await api('GET', 'health')).status === 503);
    await until('worker 1 is there again', async () => (await api('GET', 'health')).status === 200);
    expect((await api('POST', `chargers/${one}/messages/DataTransfer`, { payload: { vendorId: 'v' } })).status).toBe(
      200,
    );
    await until('the new process tells, too', () => frames(one, 'DataTransfer'));
    client.stop();
  });
});

describe('the number of workers', () => {
  const run = (...options: string[]) => {
    const env = { PATH: process.env.PATH, PORT: '0', DEMO_CSMS: 'off', DATA_DIR: dir };
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...options], {
      cwd: dir,
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  it('stays what it was for a data directory', async () => {
    await (await open()).stop();
    expect(run('--workers', '3')).toEqual({
      status: 1,
      stdout: '',
      stderr: `--workers: ${dir} is divided among 2 workers: start with --workers 2, or choose another directory (DATA_DIR)\n`,
    });
  });

  it.each(['0', '65', '1.5'])('cannot be %p', (count) => {
    expect(run(`--workers=${count}`)).toEqual({
      status: 2,
      stdout: '',
      stderr: '--workers must be a whole number from 1 to 64\n--help tells what there is\n',
    });
  });

  it('says what is wrong with a worker that cannot begin, and leaves nothing running', async () => {
    writeFileSync(join(dir, 'worker-2'), 'not a directory');
    const { status, stderr } = run(...two);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^DATA_DIR: .*worker-2/m)]);
  });
});
