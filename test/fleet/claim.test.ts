// Who is at a batch: one slice at a time, whatever comes at the same moment or too late.
import { claim, LostBatchError } from '../../lib/fleet/claim';
import { nothing } from '../../lib/fleet/result';
import { type RunPart, runsIn } from '../../lib/fleet/run';
import { type RunEntry, StoreUnavailableError } from '../../lib/simulator/ports';
import { createMemoryStore } from '../../lib/store/memory';

const part: RunPart = { id: 'R-1~0', runId: 'R-1', createdAt: 0, chargers: [], phase: 0, result: nothing };

function open() {
  const store = createMemoryStore({ ttlDays: 7 }).runs;
  const runs = runsIn(store);
  const found = async () => {
    const stored = await runs.readPartToWrite('R-1', 0);
    if (!stored) throw new Error('no part');
    return stored;
  };
  return { store, runs, found };
}

it('of several that find nobody at it, one gets it', async () => {
  const { runs, found } = open();
  await runs.putPart(part);
  const all = await Promise.all(['a', 'b', 'c'].map(async (id) => claim(await found(), { id, until: 10 }, runs)));
  expect(all.map((one) => one !== undefined)).toEqual([true, false, false]);
  expect((await found()).part.worker).toEqual({ id: 'a', until: 10 });
});

it('whoever has it writes it time and again; whoever lost it changes nothing', async () => {
  const { runs, found } = open();
  await runs.putPart(part);
  const worker = { id: 'a', until: 10 };
  const first = await claim(await found(), worker, runs);
  await first?.write({ ...part, worker, phase: 1 });
  await first?.write({ ...part, worker, phase: 2 });
  const second = await claim(await found(), { id: 'b', until: 20 }, runs);
  await expect(first?.write({ ...part, worker, phase: 3 })).rejects.toThrow(LostBatchError);
  expect((await found()).part).toMatchObject({ phase: 2, worker: { id: 'b' } });
  await second?.write({ ...part, worker: { id: 'b', until: 30 }, phase: 4 });
  expect((await found()).part.phase).toBe(4);
});

it('a write that failed but was done is no loss', async () => {
  const { store, runs, found } = open();
  await runs.putPart(part);
  const worker = { id: 'a', until: 10 };
  const own = await claim(await found(), worker, runs);
  const { replace } = store;
  store.replace = async (entry: RunEntry, etag: string) => {
    await replace(entry, etag);
    throw new StoreUnavailableError('no answer in time');
  };
  await expect(own?.write({ ...part, worker, phase: 1 })).rejects.toThrow(StoreUnavailableError);
  store.replace = replace;
  await own?.write({ ...part, worker, phase: 2 });
  expect((await found()).part.phase).toBe(2);
});
