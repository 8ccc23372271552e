// A process of its own that writes to a SQLite store and tells on stdout what was acknowledged. Started by sqlite-process.test.ts.
import { readSync, writeSync } from 'node:fs';
import { openSqliteStore } from '../../lib/store/sqlite';
import { chargerOfSize, chargerRecord } from '../support/charger-document';

const [task, dir] = process.argv.slice(2);

/** Straight to the file descriptor: a SIGKILL right after must not take the line back. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Replaces ten chargers again and again, appends what it did to their logs, until it is killed. */
async function write(directory: string): Promise<void> {
  const store = openSqliteStore({ dir: directory, messageLogTtlDays: 7 });
  await Promise.all(Array.from({ length: 10 }, (_, index) => writeOne(`CP-${index}`)));

  async function writeOne(id: string): Promise<void> {
    const stored = await store.chargers.read(id);
    let etag = stored?.etag ?? (await store.chargers.create(chargerRecord(id)));
    for (let value = (stored?.charger.lastId ?? 0) + 1; ; value += 1) {
      const charger = { ...chargerOfSize(id, 2048), lastId: value };
      const frame = {
        at: value,
        direction: 'sent',
        type: 'call',
        action: 'A',
        messageId: `${value}`,
        payload: {},
      } as const;
      const [next] = await Promise.all([
        store.chargers.replace({ charger, statuses: [] }, etag),
        store.messages.append(id, [frame]),
      ]);
      etag = next;
      tell(`${id} ${value}`);
    }
  }
}

/** Owns the directory until its stdin ends or it is killed. */
async function hold(directory: string): Promise<void> {
  const store = openSqliteStore({ dir: directory, messageLogTtlDays: 7 });
  tell('open');
  readSync(0, Buffer.alloc(1));
  await store.close();
  tell('closed');
}

/** Writes more than the file-size limit that the test has set allows, together with something small; then something small alone. */
async function fill(directory: string): Promise<void> {
  const store = openSqliteStore({ dir: directory, messageLogTtlDays: 7 });
  const etag = await store.chargers.create(chargerRecord('before'));
  const frame = { at: 1, direction: 'sent', type: 'call', action: 'A', messageId: '1', payload: {} } as const;
  const outcomes = await Promise.allSettled([
    store.messages.append('before', [frame]),
    store.chargers.replace(chargerRecord('before', { seed: 1 }), etag),
    store.chargers.createMany(
      Array.from({ length: 20 }, (_, n) => ({ charger: chargerOfSize(`big-${n}`, 1_000_000), statuses: [] })),
    ),
  ]);
  for (const outcome of outcomes) tell(outcome.status === 'rejected' ? outcome.reason.name : 'written');
  await store.chargers.replace(chargerRecord('before', { seed: 2 }), etag);
  await store.chargers.create(chargerRecord('after'));
  const { items } = await store.chargers.list({}, 100);
  tell(items.map(({ charger }) => `${charger.id} ${charger.seed}`).join(', '));
  await store.messages.append('before', [{ ...frame, at: 2 }]);
  const log = await store.messages.page('before', {}, 10);
  tell(`frames ${log.items.map(({ at }) => at)}`);
  await store.close();
}

const tasks: Record<string, ((directory: string) => Promise<void>) | undefined> = { write, hold, fill };
void tasks[task ?? '']?.(dir ?? '');
