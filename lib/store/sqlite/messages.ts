// The OCPP log in SQLite: one row per append, that is per call or call and answer, with its frames as JSON text.
import type Database from 'libsql';
import type { LoggedFrame } from '../../charger/effect';
import type { MessageFilter, MessageLog } from '../../simulator/ports';
import { checkLimit, continuationAfter, numberKey } from '../continuation';
import { parseDocument, parseReadable } from '../document';
import { matchesFrame } from '../filter';
import type { GroupCommit } from './group-commit';
import { createMessageChains } from './message-chains';

export interface SqliteMessageLog extends MessageLog {
  /** Drops rows whose last frame is older. */
  expire(before: number): Promise<void>;
}

interface Row {
  row: number;
  previous: number;
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

const walk = `WITH RECURSIVE walk (row, previous) AS (
  SELECT row, previous FROM messages WHERE row = :start AND charger = :charger
  UNION ALL
  SELECT messages.row, messages.previous FROM walk CROSS JOIN messages ON messages.row = walk.previous)`;

function prepare(db: Database.Database) {
  return {
    append: db.prepare<[(string | number | null)[]]>(
      'INSERT INTO messages (charger, previous, first_at, last_at, action, direction, frames) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    // The filter only leaves out rows that hold no frame that matches; the frames themselves are looked at one by one.
    page: db.prepare<[Parameters]>(
      `${walk} SELECT messages.row, messages.previous, frames FROM walk CROSS JOIN messages ON messages.row = walk.row
       WHERE (:action IS NULL OR action IS NULL OR action = :action)
         AND (:direction IS NULL OR direction IS NULL OR direction = :direction)
         AND (:from IS NULL OR last_at >= :from)
         AND (:to IS NULL OR first_at <= :to)
       LIMIT :limit`,
    ),
    chain: db.prepare<[Parameters]>(`${walk} SELECT row, previous FROM walk LIMIT :limit`),
    delete: db.prepare<[string]>('DELETE FROM messages WHERE row IN (SELECT value FROM json_each(?))'),
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
  const chains = createMessageChains(db);
  commits.onRollback(chains.rolledBack);

  function append(charger: string, row: (string | number | null)[]): void {
    const { lastInsertRowid } = statements.append.run([charger, chains.head(charger), ...row]);
    chains.extend(charger, Number(lastInsertRowid));
  }

  function read(charger: string, filter: MessageFilter, start: number, limit: number): Row[] {
    const { action = null, direction = null, from = null, to = null } = filter;
    const parameters = { charger, start, action, direction, from, to, limit };
    return commits.read(() => statements.page.all(parameters)) as Row[];
  }

  /** Matching frames, newest first, from the row `start`. */
  function* newestFirst(charger: string, filter: MessageFilter, start: number, chunk: number) {
    for (let from = start; from !== 0; ) {
      const rows = read(charger, filter, from, chunk);
      const places = parseReadable(rows, (row) => unfold(charger, row), warn).flat();
      yield* places.filter(({ frame }) => matchesFrame(filter, frame));
      from = rows.length < chunk ? 0 : (rows.at(-1)?.previous ?? 0);
    }
  }

  /** Deletes a part of a chain that was cut; returns where the rest begins. */
  function deletePart(charger: string, start: number): number {
    const rows = statements.chain.all({ charger, start, limit: rowsPerDeletion }) as Omit<Row, 'frames'>[];
    statements.delete.run(JSON.stringify(rows.map(({ row }) => row)));
    return rows.at(-1)?.previous ?? 0;
  }

  return {
    async append(chargerId, frames) {
      if (frames.length > 0) {
        const row = toColumns(frames);
        await commits.submit(() => append(chargerId, row));
      }
    },
    async page(chargerId, filter, limit, continuation) {
      checkLimit(limit);
      const [start, end] = numberKey(continuation) ?? [commits.read(() => chains.head(chargerId)), Infinity];
      const places: Place[] = [];
      for (const place of newestFirst(chargerId, filter, start, limit + 1)) {
        if (place.row === start && place.index >= end) continue;
        const last = places.at(-1);
        if (places.length === limit && last) {
          return { items: frames(places), continuation: continuationAfter([last.row, last.index]) };
        }
        places.push(place);
      }
      return { items: frames(places) };
    },
    async deleteAll(chargerId) {
      let rest = await commits.submit(() => {
        const head = chains.head(chargerId);
        chains.cut(chargerId);
        return head;
      });
      while (rest !== 0) {
        const start = rest;
        rest = await commits.submit(() => deletePart(chargerId, start));
      }
    },
    async expire(before) {
      const step = () => statements.expire.run(before, rowsPerDeletion).changes;
      while ((await commits.submit(step)) === rowsPerDeletion);
    },
  };
}

/** The columns of a row from `first_at` on. */
function toColumns(frames: LoggedFrame[]): (string | number | null)[] {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { at } of frames) {
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return [first, last, common(frames, 'action'), common(frames, 'direction'), JSON.stringify(frames)];
}

/** What all are, or null. */
function common(frames: LoggedFrame[], field: 'action' | 'direction'): string | null {
  const first = frames[0]?.[field] ?? null;
  return frames.every((frame) => frame[field] === first) ? first : null;
}

function unfold(chargerId: string, { row, frames }: Row): Place[] {
  const parsed = parseDocument<LoggedFrame[]>(`message ${row} of charger ${chargerId}`, frames);
  return parsed.map((frame, index) => ({ row, index, frame })).reverse();
}

function frames(places: Place[]): LoggedFrame[] {
  return places.map(({ frame }) => frame);
}
