// Which rows of the message table belong to a charger: each row points back to the charger's one before, and here is where each chain
// begins. An index on (charger, row) would say the same, at twice the cost of an append: it dirties a page of its own per charger.
import type Database from 'libsql';

/** Everything but `head` only inside a transaction. */
export interface MessageChains {
  /** The newest row of a charger; 0: none. It may have expired. */
  head(charger: string): number;
  /** Tells that `row`, which points back to the head, is the head now. */
  extend(charger: string, row: number): void;
  /** Forgets the chain of a charger. Its rows are nobody's then. */
  cut(charger: string): void;
  /** The transaction was rolled back, and what it told with it. */
  rolledBack(): void;
}

/** Rows between two saves of the heads: what opening the store has to look through at most. */
const rowsPerSave = 20_000;

function prepare(db: Database.Database) {
  return {
    unsaved: db.prepare(
      `SELECT charger, max(row) AS row FROM messages
       WHERE row > (SELECT saved_up_to FROM message_chains) GROUP BY charger`,
    ),
    savedUpTo: db.prepare('SELECT saved_up_to AS row FROM message_chains'),
    head: db.prepare<[string]>('SELECT row FROM message_heads WHERE charger = ?'),
    save: db.prepare<[string]>(
      `INSERT INTO message_heads (charger, row) SELECT value ->> 0, value ->> 1 FROM json_each(?) WHERE true
       ON CONFLICT DO UPDATE SET row = excluded.row`,
    ),
    mark: db.prepare<[number]>('UPDATE message_chains SET saved_up_to = ?'),
    remove: db.prepare<[string]>('DELETE FROM message_heads WHERE charger = ?'),
  };
}

/** Heads that have moved since the last save. */
interface Unsaved {
  heads: Map<string, number>;
  savedUpTo: number;
  newest: number;
}

export function createMessageChains(db: Database.Database): MessageChains {
  const statements = prepare(db);
  let known: Unsaved | undefined;

  function load(): Unsaved {
    const rows = statements.unsaved.all() as { charger: string; row: number }[];
    const savedUpTo = (statements.savedUpTo.get() as { row: number } | undefined)?.row ?? 0;
    const newest = rows.reduce((most, { row }) => Math.max(most, row), savedUpTo);
    return { heads: new Map(rows.map(({ charger, row }) => [charger, row])), savedUpTo, newest };
  }

  function unsaved(): Unsaved {
    known ??= load();
    return known;
  }

  function save(): void {
    const { heads, newest } = unsaved();
    statements.save.run(JSON.stringify([...heads]));
    statements.mark.run(newest);
    known = { heads: new Map(), savedUpTo: newest, newest };
  }

  function head(charger: string): number {
    const saved = () => (statements.head.get(charger) as { row: number } | undefined)?.row;
    return unsaved().heads.get(charger) ?? saved() ?? 0;
  }

  return {
    head,
    extend(charger, row) {
      const state = unsaved();
      state.heads.set(charger, row);
      state.newest = row;
      if (row - state.savedUpTo >= rowsPerSave) save();
    },
    cut(charger) {
      if (head(charger) === 0) return;
      save(); // so that rows of a cut chain are never looked through again
      statements.remove.run(charger);
    },
    rolledBack() {
      known = undefined;
    },
  };
}
