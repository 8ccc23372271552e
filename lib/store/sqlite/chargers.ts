// Chargers in SQLite: the document as JSON text, and a column for everything that is filtered.
import { randomBytes } from 'node:crypto';
import type Database from 'libsql';
import type { Charger } from '../../charger/charger';
import {
  type ChargerFilter,
  type ChargerRecord,
  type ChargerStore,
  DamagedDocumentError,
  ExistsError,
  type Lease,
  StaleError,
  type StoredCharger,
} from '../../simulator/ports';
import { faultOfCharger } from '../charger-shape';
import { checkLimit, continuationAfter, textKey } from '../continuation';
import { parseDocument, parseReadable } from '../document';
import { codeOf } from './directory';
import type { GroupCommit } from './group-commit';

interface Row {
  id: string;
  etag: string;
  next_wake_at: number | null;
  statuses: string;
  lease: string | null;
  document: string;
}

/** Order of the parameters of INSERT and UPDATE; the UPDATE adds the id and the ETag that must still be there. */
type Columns = [string, string, string, number | null, string, string, string | null, string];

/** Above every character, so that ids that start with a prefix are below the prefix and this. */
const afterAll = '\u{10FFFF}';

const columns = 'id, etag, next_wake_at, statuses, lease, document';

// Many parameters go in as one array: libsql copies separate ones first, which costs a fifth of the write.
function prepare(db: Database.Database) {
  return {
    insert: db.prepare<[[...Columns, string]]>(
      `INSERT INTO chargers (etag, protocol, connection, next_wake_at, tags, statuses, lease, document, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    update: db.prepare<[[...Columns, string, string]]>(
      `UPDATE chargers SET etag = ?, protocol = ?, connection = ?, next_wake_at = ?, tags = ?, statuses = ?, lease = ?, document = ?
       WHERE id = ? AND etag = ?`,
    ),
    read: db.prepare<[string]>(`SELECT ${columns} FROM chargers WHERE id = ?`),
    etag: db.prepare<[string]>('SELECT etag FROM chargers WHERE id = ?'),
    delete: db.prepare<[string]>('DELETE FROM chargers WHERE id = ?'),
    // json_valid: one damaged row must not fail the lists of all others.
    list: db.prepare<[ListParameters]>(
      `SELECT ${columns} FROM chargers
       WHERE id > :after AND id >= :prefix AND id < :prefixEnd
         AND (:protocol IS NULL OR protocol = :protocol)
         AND (:connection IS NULL OR connection = :connection)
         AND (:dueBefore IS NULL OR next_wake_at <= :dueBefore)
         AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(iif(json_valid(tags), tags, '[]')) WHERE value = :tag))
         AND (:status IS NULL OR EXISTS (SELECT 1 FROM json_each(iif(json_valid(statuses), statuses, '[]')) WHERE value = :status))
       ORDER BY id LIMIT :limit`,
    ),
  };
}

type ListParameters = Record<string, string | number | null>;

/** `warn` hears of damaged documents that a list left out. */
export function createChargers(
  db: Database.Database,
  commits: GroupCommit,
  warn: (text: string) => void,
): ChargerStore {
  const statements = prepare(db);
  const nextEtag = etags();

  function insert(id: string, values: Columns): void {
    try {
      statements.insert.run([...values, id]);
    } catch (error) {
      if (codeOf(error).startsWith('SQLITE_CONSTRAINT')) throw exists(id);
      throw error;
    }
  }

  function refuseExisting(ids: string[]): void {
    const seen = new Set<string>();
    for (const id of ids) {
      if (statements.etag.get(id) !== undefined) throw exists(id);
      if (seen.has(id)) throw new ExistsError(`charger ${id} is to be created twice`);
      seen.add(id);
    }
  }

  function remove(id: string, etag: string | undefined): boolean {
    const row = statements.etag.get(id) as Pick<Row, 'etag'> | undefined;
    if (row && etag !== undefined && row.etag !== etag) throw stale(id);
    return row !== undefined && statements.delete.run(id).changes === 1;
  }

  // Documents become text when a method is called, not when it is committed: the caller may change them meanwhile.
  return {
    async create(record) {
      const etag = nextEtag();
      const values = toColumns(record, etag);
      const { id } = record.charger;
      await commits.submit(() => insert(id, values));
      return etag;
    },
    async createMany(records) {
      const rows = records.map((record) => ({ id: record.charger.id, values: toColumns(record, nextEtag()) }));
      await commits.submit(() => {
        refuseExisting(rows.map(({ id }) => id));
        for (const { id, values } of rows) insert(id, values);
      });
    },
    async read(id) {
      const row = commits.read(() => statements.read.get(id)) as Row | undefined;
      return row && toStored(row);
    },
    async replace(record, etag) {
      const next = nextEtag();
      const values = toColumns(record, next);
      const { id } = record.charger;
      await commits.submit(() => {
        if (statements.update.run([...values, id, etag]).changes === 0) throw stale(id);
      });
      return next;
    },
    async delete(id, etag) {
      return commits.submit(() => remove(id, etag));
    },
    async list(filter, limit, continuation) {
      checkLimit(limit);
      const parameters = toParameters(filter, limit + 1, textKey(continuation));
      const rows = commits.read(() => statements.list.all(parameters)) as Row[];
      const page = rows.slice(0, limit);
      const items = parseReadable(page, toStored, warn);
      const last = page.at(-1);
      return rows.length > limit && last ? { items, continuation: continuationAfter([last.id]) } : { items };
    },
  };
}

function toColumns({ charger, lease, nextWakeAt, statuses }: ChargerRecord, etag: string): Columns {
  return [
    etag,
    charger.protocol,
    charger.connection,
    nextWakeAt ?? null,
    JSON.stringify(charger.tags),
    JSON.stringify(statuses),
    lease ? JSON.stringify(lease) : null,
    JSON.stringify(charger),
  ];
}

/** @throws DamagedDocumentError */
function toStored({ id, etag, next_wake_at, statuses, lease, document }: Row): StoredCharger {
  const what = `charger ${id}`;
  const charger = parseDocument<Charger>(what, document);
  const fault = faultOfCharger(charger, id);
  if (fault !== undefined) {
    throw new DamagedDocumentError(
      `${what} is damaged in the store and cannot be read (${fault}): delete it and create it anew`,
    );
  }
  return {
    charger,
    statuses: parseDocument<string[]>(what, statuses),
    etag,
    ...(next_wake_at === null ? {} : { nextWakeAt: next_wake_at }),
    ...(lease === null ? {} : { lease: parseDocument<Lease>(what, lease) }),
  };
}

function toParameters(filter: ChargerFilter, limit: number, after: string | undefined): ListParameters {
  const { tag, status, protocol, idPrefix = '', connection, dueBefore } = filter;
  return {
    after: after ?? '',
    prefix: idPrefix,
    prefixEnd: idPrefix + afterAll,
    protocol: protocol ?? null,
    connection: connection ?? null,
    dueBefore: dueBefore ?? null,
    tag: tag ?? null,
    status: status ?? null,
    limit,
  };
}

/** ETags are unique over restarts too, so that a charger deleted and created again never matches an old one. */
function etags(): () => string {
  const start = randomBytes(6).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${start}.${count.toString(36)}`;
  };
}

function exists(id: string): ExistsError {
  return new ExistsError(`charger ${id} exists already`);
}

function stale(id: string): StaleError {
  return new StaleError(`charger ${id} has changed since it was read`);
}
