// The embedded store of the local host, put together: one SQLite database in a data directory. The tables are in `sqlite/`.
import type Database from 'libsql';
import type { Store } from '../simulator/ports';
import { commandLifetimeMs, daysToMs, runLifetimeMs } from './lifetime';
import { createChargers } from './sqlite/chargers';
import { createCommands } from './sqlite/commands';
import { openDirectory } from './sqlite/directory';
import { createGroupCommit } from './sqlite/group-commit';
import { createMessages } from './sqlite/messages';
import { createRuns } from './sqlite/runs';

export { DirectoryInUseError } from './sqlite/directory';

export interface SqliteOptions {
  /** The data directory; made if need be. One store at a time owns it. */
  dir: string;
  /** How long OCPP messages are kept; `expire` drops older ones. */
  messageLogTtlDays: number;
  /** Least distance between two commits under load, milliseconds. */
  flushMilliseconds?: number;
  /** Hears of damaged documents that were left out of a list. */
  warn?: (text: string) => void;
}

/**
 * Opens the store in a data directory. Writes resolve once their transaction is committed: a killed process loses none of
 * them (what a power cut may take is said in `sqlite/directory.ts`).
 * @throws DirectoryInUseError when another store owns the directory
 * @throws Error naming the directory or file that cannot be used
 */
export function openSqliteStore(options: SqliteOptions): Store {
  const { dir, messageLogTtlDays, flushMilliseconds = 5, warn = () => {} } = options;
  const { db, release } = openDirectory(dir);
  const commits = createGroupCommit(db, flushMilliseconds);
  const messages = createMessages(db, commits, warn);
  const commands = createCommands(db, commits, warn);
  const runs = createRuns(db, commits, warn);
  const alive = db.prepare('SELECT user_version FROM pragma_user_version');
  let open = true;
  return {
    chargers: createChargers(db, commits, warn),
    messages,
    commands,
    runs,
    async ping() {
      commits.read(() => alive.get());
    },
    async expire(now) {
      await messages.expire(now - daysToMs(messageLogTtlDays));
      await commands.expire(now - commandLifetimeMs);
      await runs.expire(now - runLifetimeMs);
    },
    async close() {
      if (!open) return;
      open = false;
      commits.close();
      checkpoint(db, warn);
      release();
    },
  };
}

/** Leaves one file behind, not three. Everything is durable without it. */
function checkpoint(db: Database.Database, warn: (text: string) => void): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    warn(`the last checkpoint failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
