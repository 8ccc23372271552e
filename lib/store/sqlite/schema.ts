// The tables of the embedded store, as steps from one version of the file to the next. What is in the rows is the business of each table's module.
import type Database from 'libsql';

/**
 * A step is never changed once released: changes are new steps. `user_version` of the file counts the steps it has seen.
 * Documents live in ordinary rowid tables with the key in an index of its own: rows of 2 KB fit badly in the index pages
 * of WITHOUT ROWID tables.
 */
const steps = [
  `CREATE TABLE chargers (
     row INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     etag TEXT NOT NULL,
     protocol TEXT NOT NULL,
     connection TEXT NOT NULL,
     next_wake_at INTEGER,
     tags TEXT NOT NULL,      -- JSON array
     statuses TEXT NOT NULL,  -- JSON array
     lease TEXT,              -- JSON object
     document TEXT NOT NULL   -- JSON object
   );
   CREATE TABLE messages (
     row INTEGER PRIMARY KEY AUTOINCREMENT, -- no number twice: heads may point to rows that have expired
     charger TEXT NOT NULL,
     previous INTEGER NOT NULL, -- the charger's row before this one; 0: none; it may have expired
     first_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     action TEXT,             -- NULL: the frames differ in it
     direction TEXT,          -- NULL: the frames differ in it
     frames TEXT NOT NULL     -- JSON array, oldest first
   );
   CREATE INDEX messages_by_age ON messages (last_at);
   CREATE TABLE message_heads (charger TEXT PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE message_chains (saved_up_to INTEGER NOT NULL);
   INSERT INTO message_chains VALUES (0);
   CREATE TABLE commands (
     row INTEGER PRIMARY KEY,
     charger TEXT NOT NULL,
     id TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     pending INTEGER NOT NULL, -- 1: waits in the mailbox
     entry TEXT NOT NULL,      -- JSON object
     UNIQUE (charger, id)
   );
   CREATE INDEX commands_pending ON commands (charger, created_at, row) WHERE pending = 1;
   CREATE INDEX commands_by_age ON commands (created_at);`,
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY,
     created_at INTEGER NOT NULL,
     listed INTEGER NOT NULL, -- 1: a run; 0: a part of one
     entry TEXT NOT NULL      -- JSON object
   );
   CREATE INDEX runs_listed ON runs (id) WHERE listed = 1;`,
  // Counts the writes of an entry.
  'ALTER TABLE runs ADD COLUMN version INTEGER NOT NULL DEFAULT 1;',
];

/** Brings the file to the newest version, all or nothing. @throws when it is newer than this program. */
export function migrate(db: Database.Database, file: string): void {
  const version = userVersion(db);
  if (version > steps.length) {
    throw new Error(
      `${file} has version ${version} of the store's layout, and this program knows versions up to ${steps.length}: ` +
        'run a newer release of the simulator, or choose another data directory',
    );
  }
  if (version === steps.length) return;
  db.exec(`BEGIN IMMEDIATE; ${steps.slice(version).join('\n')}; PRAGMA user_version = ${steps.length}; COMMIT`);
}

function userVersion(db: Database.Database): number {
  const [row] = db.pragma('user_version') as { user_version: number }[];
  return row?.user_version ?? 0;
}
