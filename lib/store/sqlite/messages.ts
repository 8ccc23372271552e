// The OCPP log in SQLite: one row per append, that is per call or call and answer, with its frames as JSON text.
import type Database from 'libsql';
import type { LoggedFrame } from '../../charger/effect';
import type { MessageFilter, MessageLog } from '../../simulator/ports';
import { checkLimit, continuationAfter, numberKey } from '../continuation';
import { matchesFrame } from '../filter';
import { parseDocument, parseReadable } from './document';
import type { GroupCommit } from './group-commit';

export interface SqliteMessageLog extends MessageLog {
  /** Drops rows whose last frame is older. */
  expire(before: number): Promise<void>;
}

interface Row {
  row: number;
  frames: string;
}

/** A frame and where it stands: the row, and its index in the row's array. */
interface Place {
  row: number;
  index: number;
  frame: LoggedFrame;
}

/** Rows deleted in one transaction: more would keep the event loop for too long. */
const rowsPerDeletion = 500;

type Parameters = Record<string, string | number | null>;

function prepare(db: Database.Database) {
  return {
    append: db.prepare<[string, number, number, string | null, string | null, string]>(
      'INSERT INTO messages (charger, first_at, last_at, action, direction, frames) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    // The filter only leaves out rows that hold no frame that matches; the frames themselves are looked at one by one.
    page: db.prepare<[Parameters]>(
      `SELECT row, frames FROM messages
       WHERE charger = :charger AND row <= :upTo
         AND (:action IS NULL OR action IS NULL OR action = :action)
         AND (:direction IS NULL OR direction IS NULL OR direction = :direction)
         AND (:from IS NULL OR last_at >= :from)
         AND (:to IS NULL OR first_at <= :to)
       ORDER BY row DESC LIMIT :limit`,
    ),
    last: db.prepare<[string]>('SELECT max(row) AS row FROM messages WHERE charger = ?'),
    deleteAll: db.prepare<[string, number, number]>(
      'DELETE FROM messages WHERE row IN (SELECT row FROM messages WHERE charger = ? AND row <= ? LIMIT ?)',
    ),
    expire: db.prepare<[number, number]>(
      'DELETE FROM messages WHERE row IN (SELECT row FROM messages WHERE last_at < ? LIMIT ?)',
    ),
  };
}

/** `warn` hears of damaged rows that a page left out. */
export function createMessages(
  db: Database.Database,
  commits: GroupCommit,
  warn: (text: string) => void,
): SqliteMessageLog {
  const statements = prepare(db);

  function read(chargerId: string, filter: MessageFilter, upTo: number, limit: number): Row[] {
    const { action = null, direction = null, from = null, to = null } = filter;
    const parameters = { charger: chargerId, upTo, action, direction, from, to, limit };
    return commits.read(() => statements.page.all(parameters)) as Row[];
  }

  /** Matching frames, newest first, from the place before [row, index]. */
  function* newestFirst(chargerId: string, filter: MessageFilter, from: [number, number], chunk: number) {
    let upTo = from[0];
    for (;;) {
      const rows = read(chargerId, filter, upTo, chunk);
      for (const place of parseReadable(rows, (row) => unfold(chargerId, row), warn).flat()) {
        const isBefore = place.row < from[0] || place.index < from[1];
        if (isBefore && matchesFrame(filter, place.frame)) yield place;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < chunk) return;
      upTo = last.row - 1;
    }
  }

  async function deleteInSteps(step: () => number): Promise<void> {
    while ((await commits.submit(step)) === rowsPerDeletion);
  }

  return {
    async append(chargerId, frames) {
      const first = frames[0];
      if (first === undefined) return;
      const action = frames.every((frame) => frame.action === first.action) ? first.action : null;
      const direction = frames.every((frame) => frame.direction === first.direction) ? first.direction : null;
      const text = JSON.stringify(frames);
      const times = frames.map(({ at }) => at);
      const [firstAt, lastAt] = [Math.min(...times), Math.max(...times)];
      await commits.submit(() => {
        statements.append.run(chargerId, firstAt, lastAt, action, direction, text);
      });
    },
    async page(chargerId, filter, limit, continuation) {
      checkLimit(limit);
      const from = numberKey(continuation) ?? [Number.MAX_SAFE_INTEGER, 0];
      const places: Place[] = [];
      for (const place of newestFirst(chargerId, filter, from, limit + 1)) {
        const last = places.at(-1);
        if (places.length === limit && last) {
          return { items: frames(places), continuation: continuationAfter([last.row, last.index]) };
        }
        places.push(place);
      }
      return { items: frames(places) };
    },
    async deleteAll(chargerId) {
      const newest = commits.read(() => statements.last.get(chargerId)) as { row: number | null } | undefined;
      const upTo = newest?.row ?? 0;
      await deleteInSteps(() => statements.deleteAll.run(chargerId, upTo, rowsPerDeletion).changes);
    },
    async expire(before) {
      await deleteInSteps(() => statements.expire.run(before, rowsPerDeletion).changes);
    },
  };
}

function unfold(chargerId: string, { row, frames }: Row): Place[] {
  const parsed = parseDocument<LoggedFrame[]>(`message ${row} of charger ${chargerId}`, frames);
  return parsed.map((frame, index) => ({ row, index, frame })).reverse();
}

function frames(places: Place[]): LoggedFrame[] {
  return places.map(({ frame }) => frame);
}
