// The mailbox and the remembered answers in SQLite: the entry as JSON text, and columns to find what is pending and what is old.
import type Database from 'libsql';
import { type CommandEntry, type CommandStore, ExistsError } from '../../simulator/ports';
import { parseDocument, parseReadable } from '../document';
import { codeOf } from './directory';
import type { GroupCommit } from './group-commit';

export interface SqliteCommandStore extends CommandStore {
  /** Drops entries created earlier. */
  expire(before: number): Promise<void>;
}

interface Row {
  id: string;
  entry: string;
}

type Columns = [string, string, number, number, string];

const insert = 'INSERT INTO commands (charger, id, created_at, pending, entry) VALUES (?, ?, ?, ?, ?)';

function prepare(db: Database.Database) {
  return {
    create: db.prepare<Columns>(insert),
    put: db.prepare<Columns>(
      `${insert} ON CONFLICT (charger, id) DO UPDATE
       SET created_at = excluded.created_at, pending = excluded.pending, entry = excluded.entry`,
    ),
    take: db.prepare<[string, string]>(
      `UPDATE commands SET pending = 0, entry = json_set(entry, '$.state', 'taken')
       WHERE charger = ? AND id = ? AND entry ->> '$.state' = 'pending'`,
    ),
    read: db.prepare<[string, string]>('SELECT id, entry FROM commands WHERE charger = ? AND id = ?'),
    pending: db.prepare<[string]>(
      'SELECT id, entry FROM commands WHERE charger = ? AND pending = 1 ORDER BY created_at, row',
    ),
    expire: db.prepare<[number]>('DELETE FROM commands WHERE created_at < ?'),
  };
}

/** `warn` hears of damaged entries that were left out of a mailbox. */
export function createCommands(
  db: Database.Database,
  commits: GroupCommit,
  warn: (text: string) => void,
): SqliteCommandStore {
  const statements = prepare(db);

  function toEntry({ id, entry }: Row): CommandEntry {
    return parseDocument<CommandEntry>(`command ${id}`, entry);
  }

  function create(values: Columns): void {
    try {
      statements.create.run(...values);
    } catch (error) {
      if (codeOf(error).startsWith('SQLITE_CONSTRAINT')) throw new ExistsError(`command ${values[1]} exists already`);
      throw error;
    }
  }

  return {
    async create(entry) {
      const values = toColumns(entry);
      await commits.submit(() => create(values));
    },
    async read(chargerId, id) {
      const row = commits.read(() => statements.read.get(chargerId, id)) as Row | undefined;
      return row && toEntry(row);
    },
    async pending(chargerId) {
      const rows = commits.read(() => statements.pending.all(chargerId)) as Row[];
      return parseReadable(rows, toEntry, warn);
    },
    async put(entry) {
      const values = toColumns(entry);
      await commits.submit(() => {
        statements.put.run(...values);
      });
    },
    async take(chargerId, id) {
      let taken = false;
      await commits.submit(() => {
        taken = statements.take.run(chargerId, id).changes === 1;
      });
      return taken;
    },
    async expire(before) {
      await commits.submit(() => {
        statements.expire.run(before);
      });
    },
  };
}

function toColumns(entry: CommandEntry): Columns {
  const isPending = entry.state === 'pending' && entry.command !== undefined;
  return [entry.chargerId, entry.id, entry.createdAt, isPending ? 1 : 0, JSON.stringify(entry)];
}
