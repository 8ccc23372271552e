// Group commit: whatever is to be written within a few milliseconds goes into one transaction. What is written is the tables' business.
import type Database from 'libsql';
import { ExistsError, StaleError, StoreUnavailableError } from '../../simulator/ports';

export interface GroupCommit {
  /**
   * Runs `write` in the next transaction and resolves with what it returned once that is committed. A StaleError or
   * ExistsError that it throws is its own; it must not have written anything then. Anything else fails the transaction.
   * @throws StoreUnavailableError when the transaction failed; the next one may succeed
   */
  submit<T>(write: () => T): Promise<T>;
  /** Runs `read` outside of any transaction. @throws StoreUnavailableError */
  read<T>(read: () => T): T;
  /** Has `forget` called whenever a transaction did not come about, before its submitters hear of it. */
  onRollback(forget: () => void): void;
  /** Commits what waits and refuses everything from then on. */
  close(): void;
}

interface Job {
  /** Writes, and returns what tells the submitter once that is committed. */
  run(): () => void;
  reject(error: Error): void;
}

/** More than these in one transaction would keep the event loop for too long. */
const jobsPerCommit = 250;

/** A transaction of no more jobs than these shows that there is no load worth gathering for. */
const quietJobs = 4;

/**
 * Commits follow one another at a distance of `intervalMs` under load; without it, and after a pause, what is written is committed
 * at the end of the present turn of the event loop.
 */
export function createGroupCommit(db: Database.Database, intervalMs: number): GroupCommit {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  let waiting: Job[] = [];
  let scheduled = false;
  let lastAt = Number.NEGATIVE_INFINITY;
  let lastJobs = 0;
  let open = true;
  const forgetters: (() => void)[] = [];

  function schedule(): void {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    const waitMs = lastAt + intervalMs - performance.now();
    const loaded = lastJobs > quietJobs && waiting.length < jobsPerCommit;
    if (waitMs > 0 && loaded) setTimeout(flush, waitMs);
    else setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    const jobs = waiting.slice(0, jobsPerCommit);
    waiting = waiting.slice(jobsPerCommit);
    if (jobs.length > 0) commitAll(jobs);
    lastAt = performance.now();
    lastJobs = jobs.length;
    schedule();
  }

  function commitAll(jobs: Job[]): void {
    let tell: (() => void)[];
    try {
      begin.run();
      tell = jobs.map(runOne);
      commit.run();
    } catch (error) {
      rollBack(db);
      for (const forget of forgetters) forget();
      const unavailable = asUnavailable(error);
      tell = jobs.map((job) => () => job.reject(unavailable));
    }
    for (const one of tell) one();
  }

  function refuseClosed(): void {
    if (!open) throw new StoreUnavailableError('the store is closed');
  }

  return {
    submit<T>(write: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        refuseClosed();
        const run = () => {
          const value = write();
          return () => resolve(value);
        };
        waiting.push({ run, reject });
        schedule();
      });
    },
    read(read) {
      refuseClosed();
      try {
        return read();
      } catch (error) {
        throw isSqlite(error) ? asUnavailable(error) : error;
      }
    },
    onRollback(forget) {
      forgetters.push(forget);
    },
    close() {
      open = false;
      while (waiting.length > 0) flush();
    },
  };
}

function runOne(job: Job): () => void {
  try {
    return job.run();
  } catch (error) {
    if (error instanceof StaleError || error instanceof ExistsError) return () => job.reject(error);
    throw error;
  }
}

/**
 * SQLite has rolled back by itself after some errors (full disk, I/O), not after others. Where that fails too, the next BEGIN fails and comes
 * here again.
 */
function rollBack(db: Database.Database): void {
  try {
    if (db.inTransaction) db.exec('ROLLBACK');
  } catch {}
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && error.name === 'SqliteError';
}

function asUnavailable(error: unknown): StoreUnavailableError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnavailableError(`the embedded store cannot be used now: ${reason}`, { cause: error });
}
