// Fleet runs in SQLite: documents as JSON text, those that are listed told apart from their parts.
import type Database from 'libsql';
import { type RunEntry, type RunStore, StaleError } from '../../simulator/ports';
import { checkLimit, continuationAfter, textKey } from '../continuation';
import { parseDocument, parseReadable } from '../document';
import type { GroupCommit } from './group-commit';

export interface SqliteRunStore extends RunStore {
  /** Drops entries created earlier. */
  expire(before: number): Promise<void>;
}

interface Row {
  id: string;
  version: number;
  entry: string;
}

function prepare(db: Database.Database) {
  return {
    put: db.prepare<[string, number, number, string]>(
      `INSERT INTO runs (id, created_at, listed, entry) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         created_at = excluded.created_at, listed = excluded.listed, entry = excluded.entry, version = version + 1`,
    ),
    replace: db.prepare<[number, number, string, string, number]>(
      'UPDATE runs SET created_at = ?, listed = ?, entry = ?, version = version + 1 WHERE id = ? AND version = ?',
    ),
    read: db.prepare<[string]>('SELECT id, version, entry FROM runs WHERE id = ?'),
    list: db.prepare<[string, number]>('SELECT id, entry FROM runs WHERE listed = 1 AND id > ? ORDER BY id LIMIT ?'),
    expire: db.prepare<[number]>('DELETE FROM runs WHERE created_at < ?'),
  };
}

/** `warn` hears of damaged entries that were left out of a list. */
export function createRuns(db: Database.Database, commits: GroupCommit, warn: (text: string) => void): SqliteRunStore {
  const statements = prepare(db);
  const toEntry = ({ id, entry }: Pick<Row, 'id' | 'entry'>): RunEntry => parseDocument<RunEntry>(`run ${id}`, entry);

  return {
    async put(entry) {
      const { id, createdAt, listed } = entry;
      const text = JSON.stringify(entry);
      await commits.submit(() => {
        statements.put.run(id, createdAt, listed ? 1 : 0, text);
      });
    },
    async replace(entry, etag) {
      const { id, createdAt, listed } = entry;
      const text = JSON.stringify(entry);
      const version = Number(etag);
      await commits.submit(() => {
        if (statements.replace.run(createdAt, listed ? 1 : 0, text, id, version).changes === 1) return;
        throw new StaleError(`run ${id} has changed since it was read`);
      });
      return String(version + 1);
    },
    async read(id) {
      const row = commits.read(() => statements.read.get(id)) as Row | undefined;
      return row && { ...toEntry(row), etag: String(row.version) };
    },
    async list(limit, continuation) {
      checkLimit(limit);
      const rows = commits.read(() => statements.list.all(textKey(continuation) ?? '', limit + 1)) as Row[];
      const page = rows.slice(0, limit);
      const items = parseReadable(page, toEntry, warn);
      const last = page.at(-1);
      return rows.length > limit && last ? { items, continuation: continuationAfter([last.id]) } : { items };
    },
    async expire(before) {
      await commits.submit(() => {
        statements.expire.run(before);
      });
    },
  };
}
