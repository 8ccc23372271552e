// The memory store under the contract of all stores, and its expiry.
import { StoreUnavailableError } from '../../lib/simulator/ports';
import { createMemoryStore } from '../../lib/store/memory';
import { describeStore } from '../contracts/store-contract';

describeStore('memory', async () => {
  const store = createMemoryStore({ ttlDays: 7 });
  return { store, close: () => store.close() };
});

describe('memory', () => {
  const dayMs = 86_400_000;
  const frame = (at: number) =>
    ({ at, direction: 'sent', type: 'call', action: 'Heartbeat', messageId: `m${at}`, payload: {} }) as const;

  it('drops messages older than their time to live, without moving continuations', async () => {
    const store = createMemoryStore({ ttlDays: 7 });
    const frames = [1, 2, 8, 9].map((day) => frame(day * dayMs));
    await store.messages.append('A', frames);
    const { continuation } = await store.messages.page('A', {}, 1);
    await store.expire(10 * dayMs);
    expect((await store.messages.page('A', {}, 10)).items).toEqual([frame(9 * dayMs), frame(8 * dayMs)]);
    expect((await store.messages.page('A', {}, 10, continuation)).items).toEqual([frame(8 * dayMs)]);
  });

  it('drops commands and remembered answers after a day', async () => {
    const store = createMemoryStore({ ttlDays: 7 });
    await store.commands.create({ id: 'old', chargerId: 'A', createdAt: dayMs - 1, state: 'done' });
    await store.commands.create({ id: 'new', chargerId: 'A', createdAt: dayMs, state: 'done' });
    await store.expire(2 * dayMs);
    expect(await store.commands.read('A', 'old')).toBeUndefined();
    expect(await store.commands.read('A', 'new')).toBeDefined();
  });

  it('does not answer a ping once it is closed', async () => {
    const store = createMemoryStore({ ttlDays: 7 });
    await store.close();
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
  });
});
