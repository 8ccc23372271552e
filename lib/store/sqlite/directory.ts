// The data directory: made, owned by one process at a time, opened as a database. What is read and written there is not here.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'libsql';
import { migrate } from './schema';

/** Thrown when another store has the data directory open. */
export class DirectoryInUseError extends Error {
  override name = 'DirectoryInUseError';
}

export interface Directory {
  db: Database.Database;
  /** Closes the database and lets others have the directory. */
  release(): void;
}

/**
 * Makes the directory if need be, takes it and opens its database.
 * @throws DirectoryInUseError
 * @throws Error naming the directory or file when it cannot be made, opened or understood
 */
export function openDirectory(dir: string): Directory {
  const directory = resolve(dir);
  explain(`cannot use ${directory} as data directory`, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  const releaseOwnership = own(directory);
  try {
    const db = openDatabase(join(directory, 'simulator.db'));
    return {
      db,
      release() {
        db.close();
        releaseOwnership();
      },
    };
  } catch (error) {
    releaseOwnership();
    throw error;
  }
}

/**
 * Takes the lock of the directory: an exclusive transaction, held for good, on a database of its own. The operating system
 * drops it with the process, however that ends. Returns what gives it back.
 */
function own(directory: string): () => void {
  const file = join(directory, 'owner.lock');
  const lock = explain(`cannot use ${directory} as data directory: ${file} does not open`, () => {
    closeSync(openSync(file, 'a', 0o600));
    return new Database(file, { timeout: 0 });
  });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) {
      throw new DirectoryInUseError(
        `the data directory ${directory} is in use by another simulator: stop that one, or choose another directory (DATA_DIR)`,
      );
    }
    throw error;
  }
  return () => {
    lock.exec('ROLLBACK'); // libsql's close() alone keeps the lock until the garbage collector comes
    lock.close();
  };
}

/**
 * WAL with synchronous=NORMAL: a commit is in the operating system's hands when it returns, so a killed process loses
 * nothing that was acknowledged. Only a power cut or a crash of the operating system can take the commits since the last checkpoint;
 * the file is consistent even then. FULL would add an fsync per commit, during which no charger of the
 * process moves (1 to 10 ms on ordinary disks): too much for what a simulator has to lose.
 */
function openDatabase(file: string): Database.Database {
  return explain(`cannot open ${file}`, () => {
    closeSync(openSync(file, 'a', 0o600)); // documents hold passwords and keys: for the owner's eyes
    const db = new Database(file, { timeout: 250 });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -16384'); // KiB; the operating system has the rest
    db.pragma('wal_autocheckpoint = 4000'); // pages, 16 MB: hot documents are copied into the database less often
    migrate(db, file);
    return db;
  });
}

function explain<T>(what: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** SQLite's name of an error, such as SQLITE_FULL; empty for other errors. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
