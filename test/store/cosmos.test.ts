// The Cosmos DB store under the contract of all stores: through the real SDK against a server that speaks the protocol, and against
// a real account where COSMOS_ENDPOINT and COSMOS_TEST_DATABASE name one, with COSMOS_KEY or signed in. Then what this store does besides.
import type { Container } from '@azure/cosmos';
import type { LoggedFrame } from '../../lib/charger/effect';
import type { CommandEntry, Store } from '../../lib/simulator/ports';
import { type CosmosOptions, openCosmosStore } from '../../lib/store/cosmos';
import { openClient } from '../../lib/store/cosmos/client';
import { containers, createContainers, ttl } from '../../lib/store/cosmos/containers';
import { describeStore } from '../contracts/store-contract';
import { type CosmosServer, cosmosKey, startCosmosServer } from '../support/cosmos-server';

describeStore('cosmos', async () => {
  const server = await startCosmosServer();
  const { endpoint, database } = server;
  const store = openCosmosStore({ endpoint, key: cosmosKey, database, messageLogTtlDays: 7 });
  const close = async () => {
    await store.close();
    await server.close();
  };
  return { store, close };
});

const { COSMOS_ENDPOINT, COSMOS_KEY, COSMOS_TEST_DATABASE } = process.env;
if (COSMOS_ENDPOINT && COSMOS_TEST_DATABASE) {
  const account = { endpoint: COSMOS_ENDPOINT, ...(COSMOS_KEY ? { key: COSMOS_KEY } : {}) };
  describeStore('cosmos, a real account', () => openEmptied(account, COSMOS_TEST_DATABASE));
}

/** What is in the containers of that database is deleted. */
async function openEmptied(account: { endpoint: string; key?: string }, database: string) {
  const client = openClient(account);
  // Roles for data may not make containers: there the infrastructure code has.
  if (account.key) await createContainers(client, database);
  for (const { id, partitionKey } of Object.values(containers)) {
    await empty(client.database(database).container(id), partitionKey.paths[0]?.slice(1) ?? 'id');
  }
  client.dispose();
  const store = openCosmosStore({ ...account, database, messageLogTtlDays: 7 });
  return { store, close: () => store.close() };
}

async function empty(container: Container, partition: string): Promise<void> {
  const { resources } = await container.items.query<Record<string, string>>('SELECT * FROM c').fetchAll();
  for (const document of resources) await container.item(document.id ?? '', document[partition]).delete();
}

describe('cosmos', () => {
  let server: CosmosServer;
  let stores: Store[];

  beforeAll(async () => {
    server = await startCosmosServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    stores = [];
    server.requests.length = 0;
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
  });

  function open(options: Partial<CosmosOptions> = {}): Store {
    const { endpoint, database } = server;
    const store = openCosmosStore({ endpoint, key: cosmosKey, database, messageLogTtlDays: 7, ...options });
    stores.push(store);
    return store;
  }

  const container = (name: keyof typeof containers) => server.client.database(server.database).container(name);

  function frame(at: number, text = ''): LoggedFrame {
    return { at, direction: 'sent', type: 'call', action: 'Heartbeat', messageId: `m${at}`, payload: { text } };
  }

  it('finds its containers as the infrastructure is told to make them', async () => {
    for (const definition of Object.values(containers)) {
      const { resource } = await container(definition.id as keyof typeof containers).read();
      expect(resource).toMatchObject(definition);
    }
    await createContainers(server.client, server.database);
  });

  it('says the time to live only where it is not the one of the container', () => {
    expect(ttl('messages', 7)).toEqual({});
    expect(ttl('messages', 0.5)).toEqual({ ttl: 43_200 });
    expect(ttl('messages', 0.000001)).toEqual({ ttl: 1 });
  });

  it.each([
    [7, undefined],
    [30, 2_592_000],
  ])('gives messages that are kept for %d days the ttl %s', async (messageLogTtlDays, expected) => {
    await open({ messageLogTtlDays }).messages.append(`ttl-${messageLogTtlDays}`, [frame(1)]);
    const [request] = server.requests.filter(({ kind }) => kind === 'POST');
    expect(JSON.parse(request?.body ?? '').ttl).toBe(expected);
  });

  it('writes one document for all frames of an append', async () => {
    const store = open();
    await store.messages.append('one', [frame(1), frame(2), frame(3)]);
    expect(server.requests.filter(({ kind }) => kind === 'POST')).toHaveLength(1);
  });

  it('writes frames that are too much for one document into several, in order', async () => {
    const store = open();
    const frames = [1, 2, 3, 4, 5].map((at) => frame(at, 'x'.repeat(300_000)));
    await store.messages.append('big', frames);
    expect(server.requests.filter(({ kind }) => kind === 'POST').length).toBeGreaterThan(1);
    expect((await store.messages.page('big', {}, 10)).items).toEqual(frames.toReversed());
  });

  it('keeps the order of appends while the clock is set back', async () => {
    const times = [5_000, 5_000, 1_000, 4_999, 5_001];
    const store = open({ clock: () => times.shift() ?? 0 });
    for (let at = 1; at <= 5; at += 1) await store.messages.append('back', [frame(at)]);
    const { items } = await store.messages.page('back', {}, 10);
    expect(items.map(({ at }) => at)).toEqual([5, 4, 3, 2, 1]);
  });

  it('shows text that has been escaped, and text that looks as if', async () => {
    const store = open();
    const odd = ['\ud83d', '\udc00 \\ud83d', 'a \ue000d83d b \ud83d', '\\', '"\ud83d"', '\\ud83d'];
    const harmless = ['\ue000d83d', '⚡'];
    await store.messages.append(
      'odd',
      odd.map((text, at) => frame(at, text)),
    );
    await store.messages.append(
      'odd',
      harmless.map((text, at) => frame(at, text)),
    );
    const { items } = await store.messages.page('odd', {}, 10);
    const texts = items.map(({ payload }) => (payload as { text: string }).text);
    expect(texts.reverse()).toEqual([...odd, ...harmless]);
    const sent = server.requests.filter(({ kind }) => kind === 'POST').map(({ body }) => body);
    expect(sent[0]).not.toMatch(/[^\\]\\ud83d/);
    expect(JSON.parse(sent[1] ?? '')).not.toHaveProperty('escaped');
  });

  describe('a mailbox', () => {
    const entry = (chargerId: string, id: string): CommandEntry => {
      return { id, chargerId, createdAt: 1, command: { kind: 'connect' }, timeoutMs: 1, state: 'pending' };
    };
    const asked = () => server.requests.filter(({ kind }) => kind !== 'META').map(({ kind }) => kind);

    it('that nobody has used costs one point read', async () => {
      expect(await open().commands.pending('nobody')).toEqual([]);
      expect(asked()).toEqual(['GET']);
    });

    it('costs one point read again when what was in it is done', async () => {
      const store = open();
      await store.commands.create(entry('used', 'c1'));
      expect((await store.commands.pending('used')).map(({ id }) => id)).toEqual(['c1']);
      await store.commands.put({ ...entry('used', 'c1'), state: 'done' });
      expect(await store.commands.pending('used')).toEqual([]);
      server.requests.length = 0;
      expect(await store.commands.pending('used')).toEqual([]);
      expect(asked()).toEqual(['GET']);
    });

    it('names what waits again after it was taken in vain', async () => {
      const store = open();
      await store.commands.create(entry('vain', 'c1'));
      await store.commands.put({ ...entry('vain', 'c1'), state: 'taken' });
      expect(await store.commands.pending('vain')).toEqual([]);
      await store.commands.put(entry('vain', 'c1'));
      expect((await store.commands.pending('vain')).map(({ id }) => id)).toEqual(['c1']);
    });

    it('loses no command of many that arrive together while a holder looks into it', async () => {
      const [holder, submitters] = [open(), [open(), open()]];
      const ids = Array.from({ length: 30 }, (_, index) => `c${index}`);
      const posted = Promise.all(ids.map((id, index) => submitters[index % 2]?.commands.create(entry('busy', id))));
      const seen = new Set<string>();
      const look = async () => {
        for (const waiting of await holder.commands.pending('busy')) {
          seen.add(waiting.id);
          await holder.commands.put({ ...waiting, state: 'done' });
        }
      };
      while (seen.size < 5) await look();
      await posted;
      await look();
      await look();
      expect([...seen].sort()).toEqual([...ids].sort());
    });

    it('remembers answers without being named anywhere', async () => {
      await open().commands.create({ id: 'key-1', chargerId: 'key-1', createdAt: 1, state: 'taken' });
      expect(asked()).toEqual(['POST']);
    });
  });
});
