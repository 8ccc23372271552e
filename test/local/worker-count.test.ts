// How many workers a data directory is divided among, and what may be asked of it then.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCharger } from '../../lib/charger/create';
import { readSettings } from '../../lib/host/settings';
import type { Store } from '../../lib/simulator/ports';
import { createMemoryStore } from '../../lib/store/memory';
import { claimWorkers, partOf } from '../../local/worker-count';
import { settingsOf } from '../../local/workforce';

let dir: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'charger-count-'));
  store = createMemoryStore({ ttlDays: 1 });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const claim = (count: number, more: Record<string, string> = {}) =>
  claimWorkers(readSettings({ DATA_DIR: dir, ...more }, ''), count, store);

it('takes any number at first, and only that one from then on', async () => {
  await claim(3);
  await claim(3);
  await expect(claim(2)).rejects.toThrow(/^--workers: .* divided among 3 workers: start with --workers 3, or/);
  await expect(claim(1)).rejects.toThrow(/--workers 3/);
});

it('leaves a directory of one process as it is, with its chargers', async () => {
  await claim(1);
  expect(readdirSync(dir)).toEqual([]);
  const charger = buildCharger({ id: 'A', protocol: 'ocpp1.6', csms: { url: 'ws://a' } }, 0);
  await store.chargers.create({ charger, statuses: [] });
  await claim(1);
  await expect(claim(2)).rejects.toThrow(/^--workers: .* holds chargers of one process: start with --workers 1, or/);
  expect(readdirSync(dir)).toEqual([]);
});

it('keeps nothing of what keeps nothing, and does not divide what others share', async () => {
  await claim(2, { STORE: 'memory' });
  await claim(3, { STORE: 'memory' });
  expect(readdirSync(dir)).toEqual([]);
  const cosmos = { STORE: 'cosmos', COSMOS_ENDPOINT: 'https://account.documents.azure.com' };
  await claim(1, cosmos);
  await expect(claim(2, cosmos)).rejects.toThrow(/^--workers: needs STORE=sqlite or memory/);
});

it('says when it cannot read the number', async () => {
  writeFileSync(join(dir, 'workers'), 'many');
  await expect(claim(2)).rejects.toThrow(/^DATA_DIR: .*workers does not hold a number/);
});

it.each([
  ['', [[], [], []]],
  ['127.0.0.1', [['127.0.0.1'], ['127.0.0.1'], ['127.0.0.1']]],
  ['::1,::2', [['::1'], ['::2'], ['::1']]],
  ['::1,::2,::3,::4', [['::1', '::4'], ['::2'], ['::3']]],
])('deals out the source addresses %p, at least one to each worker', (addresses, dealt) => {
  const settings = readSettings({ DATA_DIR: dir, SOURCE_ADDRESSES: addresses }, '');
  expect([0, 1, 2].map((place) => settingsOf(settings, place, 3).SOURCE_ADDRESSES)).toEqual(dealt);
});

it('gives each worker a part of its own', () => {
  expect([0, 1].map((place) => partOf('data', place))).toEqual(['data/worker-1', 'data/worker-2']);
});
