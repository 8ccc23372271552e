// The Cosmos DB store when the service fails: what is repeated, what comes of it, and what nobody is told.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoggedFrame } from '../../lib/charger/effect';
import {
  type CommandEntry,
  DamagedDocumentError,
  ExistsError,
  type RunEntry,
  StaleError,
  type Store,
  StoreUnavailableError,
} from '../../lib/simulator/ports';
import { type CosmosOptions, openCosmosStore } from '../../lib/store/cosmos';
import { chargerRecord } from '../support/charger-document';
import {
  type CosmosRequest,
  type CosmosServer,
  cosmosKey,
  type Fault,
  startCosmosServer,
} from '../support/cosmos-server';

let server: CosmosServer;
let store: Store;
let warnings: string[];
const stores: Store[] = [];

/** Short of patience: tests wait for every time limit. */
function open(options: Partial<CosmosOptions> = {}): Store {
  const { endpoint, database } = server;
  const limits = { requestTimeoutMs: 300, operationTimeoutMs: 5_000, pauseMs: 1 };
  const warn = (text: string) => void warnings.push(text);
  const opened = openCosmosStore({
    endpoint,
    key: cosmosKey,
    database,
    messageLogTtlDays: 7,
    warn,
    ...limits,
    ...options,
  });
  stores.push(opened);
  return opened;
}

beforeAll(async () => {
  server = await startCosmosServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  warnings = [];
  server.fail(undefined);
  store = open();
  for (const { charger } of (await store.chargers.list({}, 1000)).items) await store.chargers.delete(charger.id);
  for (const id of ['CP-1', 'CP-2']) await store.messages.deleteAll(id);
  // What the containers are has been read: from here on only what a test does is asked.
  await store.messages.append('warm', [frame(0)]);
  await store.chargers.create(chargerRecord('warm'));
  await store.chargers.delete('warm');
  await store.commands.put({ id: 'warm', chargerId: 'warm', createdAt: 0, state: 'done' });
  server.requests.length = 0;
});
afterEach(async () => {
  for (const opened of stores.splice(0)) await opened.close();
});

/** The first `times` requests of a kind fail so; the rest is served. */
function failFirst(kind: CosmosRequest['kind'], fault: Fault, times = 1): void {
  let left = times;
  server.fail((request) => {
    if (request.kind !== kind || left === 0) return undefined;
    left -= 1;
    return fault;
  });
}

const always = Number.POSITIVE_INFINITY;
const asked = () => server.requests.map(({ kind }) => kind);

function frame(at: number): LoggedFrame {
  return { at, direction: 'sent', type: 'call', action: 'Heartbeat', messageId: `m${at}`, payload: {} };
}

function entry(id: string): CommandEntry {
  return { id, chargerId: 'CP-1', createdAt: 1, command: { kind: 'connect' }, timeoutMs: 1, state: 'pending' };
}

const run = (state: string): RunEntry => ({ id: 'R-1~0', createdAt: 1, listed: false, document: { state } });

/** Writes the entry of a run anew, on condition that it is as it was read. */
async function replaceRun(state: string): Promise<string> {
  await store.runs.put(run('old'));
  return store.runs.replace(run(state), (await store.runs.read('R-1~0'))?.etag ?? '');
}

/** Every operation of the ports, on a charger that exists. */
const operations: [string, CosmosRequest['kind'], (etag: string) => Promise<unknown>][] = [
  ['read', 'GET', () => store.chargers.read('CP-1')],
  ['create', 'POST', () => store.chargers.create(chargerRecord('CP-2'))],
  ['replace', 'PUT', (etag) => store.chargers.replace(chargerRecord('CP-1', { seed: 2 }), etag)],
  ['delete', 'DELETE', (etag) => store.chargers.delete('CP-1', etag)],
  ['list', 'QUERY', () => store.chargers.list({}, 10)],
  ['append', 'POST', () => store.messages.append('CP-1', [frame(1)])],
  ['page of the log', 'QUERY', () => store.messages.page('CP-1', {}, 10)],
  ['command create', 'POST', () => store.commands.create({ ...entry(`c${Math.random()}`), state: 'done' })],
  ['command read', 'GET', () => store.commands.read('CP-1', 'c1')],
  ['command put', 'UPSERT', () => store.commands.put({ ...entry('c1'), state: 'done' })],
  ['pending', 'GET', () => store.commands.pending('CP-1')],
  ['run replace', 'PUT', () => replaceRun('new')],
  ['ping', 'GET', () => store.ping()],
];

describe.each(operations)('%s', (_, kind, perform) => {
  let etag: string;

  beforeEach(async () => {
    etag = await store.chargers.create(chargerRecord('CP-1'));
    server.requests.length = 0;
  });

  it.each<[string, Fault]>([
    ['503', { status: 503 }],
    ['500', { status: 500 }],
    ['449 (retry with)', { status: 449 }],
    ['no answer', 'silence'],
    ['a cut connection', 'cut'],
    ['429 with the time to wait', { status: 429, headers: { 'x-ms-retry-after-ms': '1' } }],
  ])('survives one %s', async (_name, fault) => {
    failFirst(kind, fault);
    await perform(etag);
    expect(asked().filter((one) => one === kind)).toHaveLength(2);
  });

  it.each<[string, Fault, number, RegExp]>([
    ['503', { status: 503 }, 2, /HTTP 503/],
    ['no answer', 'silence', 2, /no answer in time/],
    ['a cut connection', 'cut', 2, /no answer \(/],
    ['429', { status: 429, headers: { 'x-ms-retry-after-ms': '1' } }, 10, /HTTP 429/],
    ['401', { status: 401 }, 1, /key or identity is not accepted \(HTTP 401/],
    ['403', { status: 403 }, 1, /may not do this.*HTTP 403/],
  ])('gives up on %s for ever, and says so', async (_name, fault, requests, message) => {
    failFirst(kind, fault, always);
    const failed = perform(etag);
    await expect(failed).rejects.toThrow(StoreUnavailableError);
    await expect(failed).rejects.toThrow(message);
    expect(asked().filter((one) => one === kind)).toHaveLength(requests);
    await expectNoSecrets(failed);
  });
});

async function expectNoSecrets(failed: Promise<unknown>): Promise<void> {
  const error: Error = await failed.then(
    () => new Error('it did not fail'),
    (reason) => reason,
  );
  const told = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
  expect(told).not.toContain(cosmosKey);
  expect(told).not.toContain(server.endpoint);
  expect(told).not.toContain('127.0.0.1');
}

describe('an answer that was lost', () => {
  const ways: Fault[] = ['answer lost', 'answer withheld'];

  it.each(ways)('to a replace (%s): the document holds what was written, and its new ETag is found', async (way) => {
    const etag = await store.chargers.create(chargerRecord('CP-1'));
    failFirst('PUT', way);
    const next = await store.chargers.replace(chargerRecord('CP-1', { seed: 2 }), etag);
    expect(await store.chargers.read('CP-1')).toMatchObject({ etag: next, charger: { seed: 2 } });
    await store.chargers.replace(chargerRecord('CP-1', { seed: 3 }), next);
  });

  it('to a replace, and somebody else has written since: stale', async () => {
    const etag = await store.chargers.create(chargerRecord('CP-1'));
    const other = open();
    failFirst('PUT', 'answer withheld');
    const writing = store.chargers.replace(chargerRecord('CP-1', { seed: 2 }), etag);
    await overtake(other, 2, 99);
    await expect(writing).rejects.toThrow(StaleError);
    expect((await store.chargers.read('CP-1'))?.charger.seed).toBe(99);
  });

  /** Replaces CP-1 as soon as it holds that seed. */
  async function overtake(other: Store, seed: number, next: number): Promise<void> {
    for (;;) {
      const stored = await other.chargers.read('CP-1');
      if (stored?.charger.seed !== seed) continue;
      await other.chargers.replace(chargerRecord('CP-1', { seed: next }), stored.etag);
      return;
    }
  }

  it.each(ways)('to a replace of a run (%s): it holds what was written, and its new ETag is found', async (way) => {
    failFirst('PUT', way);
    const next = await replaceRun('new');
    expect(await store.runs.read('R-1~0')).toMatchObject({ etag: next, document: { state: 'new' } });
    await store.runs.replace(run('newer'), next);
    await expect(store.runs.replace(run('late'), next)).rejects.toThrow(StaleError);
  });

  it.each(ways)('to a create (%s): it is created, once', async (way) => {
    failFirst('POST', way);
    const etag = await store.chargers.create(chargerRecord('CP-1'));
    expect((await store.chargers.read('CP-1'))?.etag).toBe(etag);
    await expect(store.chargers.create(chargerRecord('CP-1'))).rejects.toThrow(ExistsError);
  });

  it.each(ways)('to a delete (%s): there was something', async (way) => {
    const etag = await store.chargers.create(chargerRecord('CP-1'));
    failFirst('DELETE', way);
    expect(await store.chargers.delete('CP-1', etag)).toBe(true);
    expect(await store.chargers.delete('CP-1')).toBe(false);
  });

  it.each(ways)('to an append (%s): the frames are in the log once', async (way) => {
    failFirst('POST', way);
    await store.messages.append('CP-1', [frame(1), frame(2)]);
    expect((await store.messages.page('CP-1', {}, 10)).items).toEqual([frame(2), frame(1)]);
  });

  it.each(ways)('to a command (%s): it is there, and waits', async (way) => {
    failFirst('POST', way);
    await store.commands.create(entry(`lost-${way}`));
    await expect(store.commands.create(entry(`lost-${way}`))).rejects.toThrow(ExistsError);
    expect((await store.commands.pending('CP-1')).map(({ id }) => id)).toContain(`lost-${way}`);
  });

  it('to the first entry of a mailbox: it is named', async () => {
    const command = { ...entry('c1'), chargerId: 'CP-new' };
    server.fail(({ kind, id }) => (kind === 'PATCH' && id === '~mailbox' ? 'answer lost' : undefined));
    await expect(store.commands.create(command)).rejects.toThrow(StoreUnavailableError);
    // Whoever tries again finds the command there, and it is named all the same.
    server.fail(undefined);
    await expect(store.commands.create(command)).rejects.toThrow(ExistsError);
    expect((await store.commands.pending('CP-new')).map(({ id }) => id)).toEqual(['c1']);
  });
});

describe('412', () => {
  it('on a replace is stale, after one look whose write the document holds', async () => {
    const etag = await store.chargers.create(chargerRecord('CP-1'));
    server.requests.length = 0;
    failFirst('PUT', { status: 412 });
    await expect(store.chargers.replace(chargerRecord('CP-1'), etag)).rejects.toThrow(StaleError);
    expect(asked()).toEqual(['PUT', 'GET']);
  });
});

describe('429', () => {
  it('that says to wait longer than the operation may take ends with it', async () => {
    store = open({ operationTimeoutMs: 200 });
    failFirst('GET', { status: 429, headers: { 'x-ms-retry-after-ms': '60000' } }, always);
    const failed = store.chargers.read('CP-1');
    await expect(failed).rejects.toThrow(StoreUnavailableError);
    await expect(failed).rejects.toThrow('no answer in time (200 ms at most)');
  });
});

describe('an account that is not there', () => {
  const others: Server[] = [];

  afterEach(() => {
    for (const other of others.splice(0)) {
      other.closeAllConnections();
      other.close();
    }
  });

  async function listen(other: Server): Promise<number> {
    others.push(other);
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    return (other.address() as AddressInfo).port;
  }

  it('refuses connections: unavailable, without a word on where', async () => {
    const port = await listen(createServer());
    await new Promise((resolve) => others.pop()?.close(resolve));
    const failed = open({ endpoint: `http://127.0.0.1:${port}` }).chargers.read('CP-1');
    await expect(failed).rejects.toThrow(StoreUnavailableError);
    await expect(failed).rejects.toThrow('no answer (ECONNREFUSED)');
    await expect(failed).rejects.not.toThrow(String(port));
  });

  it('is a proxy that answers with a page', async () => {
    const proxy = createServer((_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>'));
    const port = await listen(proxy);
    const failed = open({ endpoint: `http://127.0.0.1:${port}` }).ping();
    await expect(failed).rejects.toThrow(StoreUnavailableError);
    await expect(failed).rejects.toThrow('HTTP 502');
  });

  it('lacks a container: says how to create it', async () => {
    failFirst('GET', { status: 404, headers: { 'x-ms-substatus': '1003' } }, always);
    await expect(store.chargers.read('CP-1')).rejects.toThrow(/missing, create them with `npm run cosmos:create`/);
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
  });

  it('does not answer a ping once the store is closed', async () => {
    await store.close();
    await expect(store.ping()).rejects.toThrow('the store is closed');
  });
});

describe('many chargers', () => {
  const ids = Array.from({ length: 40 }, (_, index) => `CP-${String(index).padStart(2, '0')}`);
  const all = async () => (await store.chargers.list({}, 1000)).items.map(({ charger }) => charger.id);

  it('are taken back when one cannot be created', async () => {
    server.fail(({ kind, container }) =>
      kind === 'POST' && container === 'chargers' && created() >= 20 ? { status: 503 } : undefined,
    );
    await expect(store.chargers.createMany(ids.map((id) => chargerRecord(id)))).rejects.toThrow(StoreUnavailableError);
    server.fail(undefined);
    expect(await all()).toEqual([]);
  });

  const created = () => server.requests.filter(({ kind, status }) => kind === 'POST' && status === 201).length;

  it('name the first of several that exist, and leave those alone', async () => {
    for (const id of ['CP-07', 'CP-03', 'CP-30']) await store.chargers.create(chargerRecord(id, { seed: 5 }));
    const many = store.chargers.createMany(ids.map((id) => chargerRecord(id)));
    await expect(many).rejects.toThrow('charger CP-03 exists already');
    expect(await all()).toEqual(['CP-03', 'CP-07', 'CP-30']);
  });

  it('that cannot be taken back are named', async () => {
    await store.chargers.create(chargerRecord('CP-01'));
    server.fail(({ kind }) => (kind === 'DELETE' ? { status: 503 } : undefined));
    const many = store.chargers.createMany(['CP-00', 'CP-01'].map((id) => chargerRecord(id)));
    await expect(many).rejects.toThrow(/these are left: CP-00/);
  });
});

/** What a charger cannot do without, damaged. */
const broken: [string, Record<string, unknown>][] = [
  ['no EVSEs', { evses: null }],
  ['an EVSE that is none', { evses: [null] }],
  ['no link', { link: null }],
  ['no timers', { timers: undefined }],
  ['no calls', { calls: {} }],
  ['no CSMS', { csms: null }],
  ['a CSMS without a URL', { csms: {} }],
  ['a protocol that is none', { protocol: 'ocpp9' }],
  ['no state of its protocol', { v16: undefined }],
  ['a time of creation that is none', { createdAt: 'yesterday' }],
];

describe('a document that somebody else has made', () => {
  const container = () => server.client.database(server.database).container('chargers');

  async function poison(change: Record<string, unknown>): Promise<void> {
    await store.chargers.create(chargerRecord('CP-1'));
    const { resource } = await container().item('CP-1', 'CP-1').read();
    await container()
      .item('CP-1', 'CP-1')
      .replace({ ...resource, ...change });
  }

  it.each<[string, Record<string, unknown>]>([
    ['without a charger', { charger: null }],
    ['with another charger', { charger: chargerRecord('CP-9').charger }],
    ['of a later layout', { schema: 2 }],
    ['with a charger of a later layout', { charger: { ...chargerRecord('CP-1').charger, schema: 2 } }],
    ...broken.map(([what, change]): [string, Record<string, unknown>] => [
      `whose charger has ${what}`,
      { charger: { ...chargerRecord('CP-1').charger, ...change } },
    ]),
    ['with statuses that are no list', { statuses: 'Available' }],
    ['with a lease that is none', { lease: true }],
    ['with a time that is none', { nextWakeAt: 'soon' }],
  ])('%s is refused with its id, and left out of lists; others are not concerned', async (_, change) => {
    await poison(change);
    await store.chargers.create(chargerRecord('CP-2'));
    await expect(store.chargers.read('CP-1')).rejects.toThrow(DamagedDocumentError);
    await expect(store.chargers.read('CP-1')).rejects.toThrow('charger CP-1 is damaged');
    expect((await store.chargers.list({}, 10)).items.map(({ charger }) => charger.id)).toEqual(['CP-2']);
    expect(warnings).toEqual([expect.stringContaining('charger CP-1 is damaged')]);
    expect(await store.chargers.delete('CP-1')).toBe(true);
  });

  it('in the log or a mailbox is left out of them', async () => {
    const database = server.client.database(server.database);
    await store.messages.append('CP-1', [frame(1)]);
    await database.container('messages').items.create({ id: 'zzz', chargerId: 'CP-1', frames: 'none' });
    expect((await store.messages.page('CP-1', {}, 10)).items).toEqual([frame(1)]);
    for (const id of ['c1', 'c2']) await store.commands.put({ ...entry(id), chargerId: 'CP-3' });
    await database.container('commands').items.upsert({ id: 'c1', chargerId: 'CP-3', command: {} });
    expect((await store.commands.pending('CP-3')).map(({ id }) => id)).toEqual(['c2']);
    expect(warnings).toHaveLength(2);
  });
});
