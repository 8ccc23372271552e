// The SQLite store under the contract of all stores, and what only it does. The fate of its process is in sqlite-process.test.ts.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import type { LoggedFrame } from '../../lib/charger/effect';
import { DamagedDocumentError, StaleError, type Store, StoreUnavailableError } from '../../lib/simulator/ports';
import { openSqliteStore } from '../../lib/store/sqlite';
import { describeStore } from '../contracts/store-contract';
import { chargerRecord } from '../support/charger-document';

const dayMs = 86_400_000;

describeStore('sqlite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'store-'));
  const store = openSqliteStore({ dir, messageLogTtlDays: 7 });
  return {
    store,
    async close() {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
});

describe('sqlite', () => {
  let dir: string;
  let file: string;
  let store: Store;
  let warnings: string[];

  function open(): Store {
    warnings = [];
    return openSqliteStore({ dir, messageLogTtlDays: 7, warn: (text) => warnings.push(text) });
  }

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'store-'));
    file = join(dir, 'simulator.db');
    store = open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Works on the file behind the store's back. */
  function tamper<T>(work: (db: Database.Database) => T): T {
    const db = new Database(file);
    try {
      return work(db);
    } finally {
      db.close();
    }
  }

  it('has everything again after reopening', async () => {
    const etag = await store.chargers.create(chargerRecord('CP-1'));
    await store.messages.append('CP-1', [frame(1)]);
    await store.messages.append('CP-1', [frame(2)]);
    await store.commands.create({ id: 'c', chargerId: 'CP-1', createdAt: 1, state: 'pending' });
    await store.close();
    store = open();
    await store.messages.append('CP-1', [frame(3)]);
    expect(await store.chargers.read('CP-1')).toEqual({ ...chargerRecord('CP-1'), etag });
    expect((await store.messages.page('CP-1', {}, 10)).items).toEqual([frame(3), frame(2), frame(1)]);
    expect(await store.commands.read('CP-1', 'c')).toMatchObject({ createdAt: 1 });
  });

  it('has the logs of all chargers again when many messages came since opening', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `CP-${index}`);
    await store.messages.append('early', [frame(1)]);
    const times = Array.from({ length: 3200 }, (_, at) => at);
    await Promise.all(times.flatMap((at) => ids.map((id) => store.messages.append(id, [frame(at)]))));
    expect(tamper((db) => db.prepare('SELECT saved_up_to AS row FROM message_chains').get())).toMatchObject({
      row: 20_000,
    });
    await store.messages.deleteAll('CP-3');
    await store.close();
    store = open();
    await store.messages.append('CP-5', [frame(9999)]);
    expect((await store.messages.page('CP-1', {}, 2)).items).toEqual([frame(3199), frame(3198)]);
    expect((await store.messages.page('CP-5', {}, 2)).items).toEqual([frame(9999), frame(3199)]);
    expect((await store.messages.page('CP-3', {}, 2)).items).toEqual([]);
    expect((await store.messages.page('early', {}, 2)).items).toEqual([frame(1)]);
    const left = tamper((db) => db.prepare('SELECT count(*) AS n FROM messages').get());
    expect(left).toMatchObject({ n: 6 * 3200 + 2 });
  });

  it('does not bring back messages whose deletion was cut short', async () => {
    await Promise.all(Array.from({ length: 600 }, (_, at) => store.messages.append('A', [frame(at)])));
    const deleting = store.messages.deleteAll('A');
    await store.close();
    await expect(deleting).rejects.toThrow(StoreUnavailableError);
    store = open();
    expect((await store.messages.page('A', {}, 10)).items).toEqual([]);
    await store.messages.append('A', [frame(7)]);
    expect((await store.messages.page('A', {}, 10)).items).toEqual([frame(7)]);
  });

  it('loses no message and shows none that was refused, around a failed transaction', async () => {
    await store.messages.append('A', [frame(1)]);
    const intruder = new Database(file);
    intruder.exec('BEGIN IMMEDIATE');
    await expect(store.messages.append('A', [frame(2)])).rejects.toThrow(StoreUnavailableError);
    intruder.exec('ROLLBACK');
    intruder.close();
    await store.messages.append('A', [frame(3)]);
    expect((await store.messages.page('A', {}, 10)).items).toEqual([frame(3), frame(1)]);
  });

  it('does not show the rows of another charger to a continuation of this one', async () => {
    for (const at of [1, 2, 3]) await store.messages.append('A', [frame(at)]);
    const { continuation } = await store.messages.page('A', {}, 1);
    expect((await store.messages.page('B', {}, 10, continuation)).items).toEqual([]);
  });

  it('gives no ETag a second time after reopening', async () => {
    const old = await store.chargers.create(chargerRecord('CP-1'));
    await store.chargers.delete('CP-1');
    await store.close();
    store = open();
    await store.chargers.create(chargerRecord('CP-1'));
    await expect(store.chargers.replace(chargerRecord('CP-1'), old)).rejects.toThrow(StaleError);
  });

  it('commits what was submitted before closing, and refuses everything after', async () => {
    const creating = store.chargers.createMany(['A', 'B'].map((id) => chargerRecord(id)));
    await store.close();
    await expect(creating).resolves.toBeUndefined();
    await expect(store.chargers.create(chargerRecord('C'))).rejects.toThrow(StoreUnavailableError);
    await expect(store.chargers.read('A')).rejects.toThrow(StoreUnavailableError);
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    store = open();
    expect((await store.chargers.list({}, 10)).items).toHaveLength(2);
  });

  it('commits many thousands of writes that arrive at once', async () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `CP-${index}`);
    await Promise.all(ids.map((id) => store.chargers.create(chargerRecord(id))));
    expect(tamper((db) => db.prepare('SELECT count(*) AS n FROM chargers').get())).toMatchObject({ n: 3000 });
  });

  it('is unavailable while someone else holds the write lock, and goes on afterwards', async () => {
    const intruder = new Database(file);
    intruder.exec('BEGIN IMMEDIATE');
    const writes = [store.chargers.create(chargerRecord('A')), store.messages.append('A', [frame(1)])];
    for (const write of writes) await expect(write).rejects.toThrow(StoreUnavailableError);
    expect(await store.chargers.read('A')).toBeUndefined();
    intruder.exec('ROLLBACK');
    intruder.close();
    await store.chargers.create(chargerRecord('A'));
    expect((await store.chargers.read('A'))?.charger.id).toBe('A');
  });

  it('keeps documents from other users of the machine', async () => {
    await store.chargers.create(chargerRecord('A'));
    for (const name of ['simulator.db', 'simulator.db-wal', 'owner.lock']) {
      expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
    }
  });

  describe('damaged documents', () => {
    const damages: [string, string][] = [
      ['no JSON', `UPDATE chargers SET document = '{oops' WHERE id = 'B'`],
      ['no object', `UPDATE chargers SET document = '7' WHERE id = 'B'`],
      [
        'another charger',
        `UPDATE chargers SET document = (SELECT document FROM chargers WHERE id = 'A') WHERE id = 'B'`,
      ],
      ['a lease that is no JSON', `UPDATE chargers SET lease = 'x' WHERE id = 'B'`],
    ];

    it.each(damages)('are told by id, and concern nobody else: %s', async (_, sql) => {
      await store.chargers.createMany(['A', 'B', 'C'].map((id) => chargerRecord(id)));
      tamper((db) => db.exec(sql));
      await expect(store.chargers.read('B')).rejects.toThrow(DamagedDocumentError);
      await expect(store.chargers.read('B')).rejects.toThrow('charger B');
      const { items } = await store.chargers.list({}, 10);
      expect(items.map(({ charger }) => charger.id)).toEqual(['A', 'C']);
      expect(warnings).toEqual([expect.stringContaining('charger B')]);
    });

    it('do not end a list early, and can be deleted and made anew', async () => {
      await store.chargers.createMany(['A', 'B', 'C'].map((id) => chargerRecord(id)));
      tamper((db) => db.exec(`UPDATE chargers SET document = '{' WHERE id = 'B'`));
      const first = await store.chargers.list({}, 2);
      expect(first.items).toHaveLength(1);
      const second = await store.chargers.list({}, 2, first.continuation);
      expect(second.items.map(({ charger }) => charger.id)).toEqual(['C']);
      expect(await store.chargers.delete('B')).toBe(true);
      await store.chargers.create(chargerRecord('B'));
      expect((await store.chargers.read('B'))?.charger.id).toBe('B');
    });

    it('in the tags do not keep lists by tag from the others', async () => {
      await store.chargers.createMany(['A', 'B'].map((id) => chargerRecord(id, { tags: ['ci'] })));
      tamper((db) => db.exec(`UPDATE chargers SET tags = '[oops' WHERE id = 'A'`));
      const { items } = await store.chargers.list({ tag: 'ci' }, 10);
      expect(items.map(({ charger }) => charger.id)).toEqual(['B']);
    });

    it('are left out of the log and of the mailbox', async () => {
      for (const at of [1, 2, 3]) await store.messages.append('A', [frame(at)]);
      for (const id of ['x', 'y']) {
        await store.commands.create({
          id,
          chargerId: 'A',
          createdAt: 1,
          state: 'pending',
          command: { kind: 'connect' },
        });
      }
      tamper((db) => {
        db.exec(`UPDATE messages SET frames = '[{' WHERE row = 2`);
        db.exec(`UPDATE commands SET entry = '' WHERE id = 'x'`);
      });
      expect((await store.messages.page('A', {}, 10)).items).toEqual([frame(3), frame(1)]);
      expect((await store.commands.pending('A')).map(({ id }) => id)).toEqual(['y']);
      await expect(store.commands.read('A', 'x')).rejects.toThrow('command x');
      expect(warnings).toHaveLength(2);
    });
  });

  describe('expiry', () => {
    it('drops messages older than their time to live and keeps the others', async () => {
      const now = 100 * dayMs;
      await store.messages.append('A', [frame(now - 8 * dayMs)]);
      await store.messages.append('B', [frame(now - 9 * dayMs)]);
      await store.messages.append('A', [frame(now - 6 * dayMs)]);
      await store.messages.append('A', [frame(now)]);
      await store.expire(now);
      expect((await store.messages.page('A', {}, 10)).items).toEqual([frame(now), frame(now - 6 * dayMs)]);
      expect((await store.messages.page('B', {}, 10)).items).toEqual([]);
      await store.messages.append('B', [frame(now)]);
      expect((await store.messages.page('B', {}, 10)).items).toEqual([frame(now)]);
    });

    it('leaves nothing that could take messages of others for those of a charger that had some', async () => {
      for (const at of [1, 2, 3]) await store.messages.append('A', [frame(at)]);
      await store.expire(30 * dayMs);
      for (const at of [4, 5, 6]) await store.messages.append('B', [frame(at)]);
      await store.messages.append('A', [frame(7)]);
      expect((await store.messages.page('A', {}, 10)).items).toEqual([frame(7)]);
    });

    it('drops more than one transaction holds', async () => {
      const frames = Array.from({ length: 1200 }, (_, at) => store.messages.append('A', [frame(at)]));
      await Promise.all(frames);
      await store.expire(30 * dayMs);
      expect(tamper((db) => db.prepare('SELECT count(*) AS n FROM messages').get())).toMatchObject({ n: 0 });
    });

    it('drops commands and remembered answers after a day', async () => {
      await store.commands.create({ id: 'old', chargerId: 'A', createdAt: dayMs - 1, state: 'done' });
      await store.commands.create({ id: 'new', chargerId: 'A', createdAt: dayMs, state: 'done' });
      await store.expire(2 * dayMs);
      expect(await store.commands.read('A', 'old')).toBeUndefined();
      expect(await store.commands.read('A', 'new')).toBeDefined();
    });
  });

  describe('a data directory that cannot be used', () => {
    it('is refused when its layout is newer, and left as it is', async () => {
      await store.close();
      const [own] = tamper((db) => db.pragma('user_version')) as { user_version: number }[];
      tamper((db) => db.exec('PRAGMA user_version = 99'));
      expect(open).toThrow(/simulator\.db has version 99 of the store's layout.*newer release/);
      expect(tamper((db) => db.pragma('user_version'))).toEqual([{ user_version: 99 }]);
      tamper((db) => db.exec(`PRAGMA user_version = ${own?.user_version}`));
      store = open();
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('is refused by name when the database is none', async () => {
      await store.close();
      rmSync(`${file}-wal`, { force: true });
      writeFileSync(file, 'no database at all, but a text of some length. '.repeat(100));
      expect(open).toThrow(`cannot open ${file}: file is not a database`);
    });

    it('is refused by name when a file is in its place', () => {
      expect(() => openSqliteStore({ dir: file, messageLogTtlDays: 7 })).toThrow(
        `cannot use ${file} as data directory`,
      );
    });
  });
});

function frame(at: number): LoggedFrame {
  return { at, direction: 'sent', type: 'call', action: 'Heartbeat', messageId: `m${at}`, payload: {} };
}
