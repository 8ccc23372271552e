// The store of tests and of `STORE=memory`: everything in this process, gone with it. Documents are kept as JSON text, so that nothing is shared with callers.
import type { LoggedFrame } from '../charger/effect';
import {
  type ChargerRecord,
  type ChargerStore,
  type CommandEntry,
  type CommandStore,
  ExistsError,
  type MessageLog,
  type RunEntry,
  type RunStore,
  StaleError,
  type Store,
  type StoredCharger,
  StoreUnavailableError,
} from '../simulator/ports';
import { checkLimit, continuationAfter, numberKey, textKey } from './continuation';
import { matchesCharger, matchesFrame } from './filter';
import { commandLifetimeMs, daysToMs, runLifetimeMs } from './lifetime';

interface MemoryMessageLog extends MessageLog {
  expire(before: number): void;
}
interface MemoryCommandStore extends CommandStore {
  expire(before: number): void;
}
interface MemoryRunStore extends RunStore {
  expire(before: number): void;
}

/** A store in memory. `ttlDays`: how long OCPP messages are kept, enforced by `expire`. */
export function createMemoryStore({ ttlDays }: { ttlDays: number }): Store {
  const messages = createMessages();
  const commands = createCommands();
  const runs = createRuns();
  let open = true;
  return {
    chargers: createChargers(),
    messages,
    commands,
    runs,
    async ping() {
      if (!open) throw new StoreUnavailableError('the store is closed');
    },
    async expire(now) {
      messages.expire(now - daysToMs(ttlDays));
      commands.expire(now - commandLifetimeMs);
      runs.expire(now - runLifetimeMs);
    },
    async close() {
      open = false;
    },
  };
}

function createChargers(): ChargerStore {
  const rows = new Map<string, { etag: string; text: string }>();
  let writes = 0;

  function write(record: ChargerRecord): string {
    writes += 1;
    const etag = String(writes);
    rows.set(record.charger.id, { etag, text: JSON.stringify(record) });
    return etag;
  }

  function check(id: string, etag: string): void {
    if (rows.get(id)?.etag !== etag) throw new StaleError(`charger ${id} has changed since it was read`);
  }

  function refuseExisting(id: string): void {
    if (rows.has(id)) throw new ExistsError(`charger ${id} exists already`);
  }

  function read(id: string): StoredCharger | undefined {
    const row = rows.get(id);
    return row && { ...(JSON.parse(row.text) as ChargerRecord), etag: row.etag };
  }

  return {
    async create(record) {
      refuseExisting(record.charger.id);
      return write(record);
    },
    async createMany(records) {
      const seen = new Set<string>();
      for (const { charger } of records) {
        refuseExisting(charger.id);
        if (seen.has(charger.id)) throw new ExistsError(`charger ${charger.id} is to be created twice`);
        seen.add(charger.id);
      }
      for (const record of records) write(record);
    },
    async read(id) {
      return read(id);
    },
    async replace(record, etag) {
      check(record.charger.id, etag);
      return write(record);
    },
    async delete(id, etag) {
      if (!rows.has(id)) return false;
      if (etag !== undefined) check(id, etag);
      return rows.delete(id);
    },
    async list(filter, limit, continuation) {
      checkLimit(limit);
      const after = textKey(continuation);
      const ids = [...rows.keys()].filter((id) => after === undefined || id > after).sort();
      const items: StoredCharger[] = [];
      for (const id of ids) {
        const stored = read(id);
        if (!stored || !matchesCharger(filter, stored)) continue;
        if (items.length === limit) return { items, continuation: continuationAfter([items.at(-1)?.charger.id ?? '']) };
        items.push(stored);
      }
      return { items };
    },
  };
}

/** Frames of one charger as JSON text, oldest first; `first` is the number of the oldest that is still there. */
interface Log {
  first: number;
  frames: string[];
}

function createMessages(): MemoryMessageLog {
  const logs = new Map<string, Log>();

  function frameAt(log: Log, number: number): LoggedFrame {
    return JSON.parse(log.frames[number - log.first] ?? 'null') as LoggedFrame;
  }

  return {
    async append(chargerId, frames) {
      const log = logs.get(chargerId) ?? { first: 0, frames: [] };
      logs.set(chargerId, log);
      for (const frame of frames) log.frames.push(JSON.stringify(frame));
    },
    async page(chargerId, filter, limit, continuation) {
      checkLimit(limit);
      const log = logs.get(chargerId) ?? { first: 0, frames: [] };
      const before = numberKey(continuation)?.[0] ?? log.first + log.frames.length;
      const items: LoggedFrame[] = [];
      let last = before;
      for (let number = before - 1; number >= log.first; number -= 1) {
        const frame = frameAt(log, number);
        if (!matchesFrame(filter, frame)) continue;
        if (items.length === limit) return { items, continuation: continuationAfter([last, 0]) };
        items.push(frame);
        last = number;
      }
      return { items };
    },
    async deleteAll(chargerId) {
      logs.delete(chargerId);
    },
    expire(before) {
      for (const log of logs.values()) {
        const kept = log.frames.findIndex((text) => (JSON.parse(text) as LoggedFrame).at >= before);
        const dropped = kept === -1 ? log.frames.length : kept;
        log.frames.splice(0, dropped);
        log.first += dropped;
      }
    },
  };
}

function createCommands(): MemoryCommandStore {
  const mailboxes = new Map<string, Map<string, string>>();

  function mailbox(chargerId: string): Map<string, string> {
    const entries = mailboxes.get(chargerId) ?? new Map<string, string>();
    mailboxes.set(chargerId, entries);
    return entries;
  }

  function entries(chargerId: string): CommandEntry[] {
    return [...(mailboxes.get(chargerId)?.values() ?? [])].map((text) => JSON.parse(text) as CommandEntry);
  }

  return {
    async create(entry) {
      if (mailboxes.get(entry.chargerId)?.has(entry.id)) throw new ExistsError(`command ${entry.id} exists already`);
      mailbox(entry.chargerId).set(entry.id, JSON.stringify(entry));
    },
    async read(chargerId, id) {
      const text = mailboxes.get(chargerId)?.get(id);
      return text === undefined ? undefined : (JSON.parse(text) as CommandEntry);
    },
    async pending(chargerId) {
      const waiting = entries(chargerId).filter(({ state, command }) => state === 'pending' && command !== undefined);
      return waiting.sort((one, other) => one.createdAt - other.createdAt);
    },
    async put(entry) {
      mailbox(entry.chargerId).set(entry.id, JSON.stringify(entry));
    },
    async take(chargerId, id) {
      const entry = entries(chargerId).find((one) => one.id === id);
      if (entry?.state !== 'pending') return false;
      mailbox(chargerId).set(id, JSON.stringify({ ...entry, state: 'taken' }));
      return true;
    },
    expire(before) {
      for (const chargerId of mailboxes.keys()) {
        for (const { id, createdAt } of entries(chargerId)) {
          if (createdAt < before) mailboxes.get(chargerId)?.delete(id);
        }
        if (mailboxes.get(chargerId)?.size === 0) mailboxes.delete(chargerId);
      }
    },
  };
}

function createRuns(): MemoryRunStore {
  const entries = new Map<string, { etag: string; text: string }>();
  let writes = 0;
  const parse = ({ text }: { text: string }) => JSON.parse(text) as RunEntry;

  function write(entry: RunEntry): string {
    writes += 1;
    const etag = String(writes);
    entries.set(entry.id, { etag, text: JSON.stringify(entry) });
    return etag;
  }

  return {
    async put(entry) {
      write(entry);
    },
    async replace(entry, etag) {
      if (entries.get(entry.id)?.etag !== etag) throw new StaleError(`run ${entry.id} has changed since it was read`);
      return write(entry);
    },
    async read(id) {
      const found = entries.get(id);
      return found && { ...parse(found), etag: found.etag };
    },
    async list(limit, continuation) {
      checkLimit(limit);
      const after = textKey(continuation) ?? '';
      const listed = [...entries.entries()]
        .filter(([id]) => id > after)
        .map(([, found]) => parse(found))
        .filter((entry) => entry.listed)
        .sort((one, other) => (one.id < other.id ? -1 : 1));
      const items = listed.slice(0, limit);
      const last = items.at(-1);
      return listed.length > limit && last ? { items, continuation: continuationAfter([last.id]) } : { items };
    },
    expire(before) {
      for (const [id, found] of entries) if (parse(found).createdAt < before) entries.delete(id);
    },
  };
}
