// The OCPP log in Cosmos DB: one document per append, that is per exchange, whose id sorts it among the charger's others. Cosmos DB
// itself drops what has outlived its time, and never shows it again from that second on.
import type { Container } from '@azure/cosmos';
import type { LoggedFrame } from '../../charger/effect';
import { DamagedDocumentError, type MessageFilter, type MessageLog } from '../../simulator/ports';
import { checkLimit, continuationAfter, placeKey } from '../continuation';
import { parseReadable } from '../document';
import { matchesFrame } from '../filter';
import type { Call } from './calls';
import { fromStorable, nextWrite, toStorable, type Written } from './document';
import { take } from './reading';

/** Which frames are in it stands beside them for queries. Directions do not: nearly every exchange has both. */
interface LogDocument extends Written {
  id: string;
  chargerId: string;
  firstAt: number;
  lastAt: number;
  actions: string[];
  frames: LoggedFrame[];
  ttl?: number;
}

/** A frame and where it stands: the document, and its index in the document's list. */
interface Place {
  id: string;
  index: number;
  frame: LoggedFrame;
}

export interface MessagesOptions {
  /** What documents say of their time to live, if anything. */
  lifetime: { ttl?: number };
  clock: () => number;
  /** Hears of damaged documents that a page left out. */
  warn: (text: string) => void;
}

/** Documents read, or deleted, at a time. */
const chunkAtMost = 100;
/** JSON characters in one document: it may have 2 MB, and a character up to three bytes. */
const charactersAtMost = 600_000;

export function createMessages(container: Container, call: Call, options: MessagesOptions): MessageLog {
  const { lifetime, clock, warn } = options;
  const nextId = sequence(clock);

  async function write(chargerId: string, document: LogDocument): Promise<void> {
    await call(
      `log of charger ${chargerId}`,
      async (abortSignal) => {
        await container.items.create(document, { abortSignal });
      },
      // Ids are unique: an earlier attempt has written it.
      { 409: () => undefined },
    );
  }

  function read(chargerId: string, filter: MessageFilter, start: string | undefined, count: number) {
    const query = toQuery(chargerId, filter, start, count);
    return call(`log of charger ${chargerId}`, (abortSignal) =>
      take<LogDocument>(container, query, { partitionKey: chargerId, abortSignal }, count),
    );
  }

  /** Matching frames, newest first, from the document `start`, itself included. */
  async function* newestFirst(chargerId: string, filter: MessageFilter, start: string | undefined, chunk: number) {
    let seen: string | undefined;
    for (;;) {
      const documents = await read(chargerId, filter, seen ?? start, chunk);
      const fresh = documents.filter(({ id }) => id !== seen);
      const places = parseReadable(fresh, (document) => unfold(chargerId, document), warn).flat();
      yield* places.filter(({ frame }) => matchesFrame(filter, frame));
      if (documents.length < chunk) return;
      seen = documents.at(-1)?.id;
    }
  }

  async function idsOf(chargerId: string): Promise<string[]> {
    const parameters = [{ name: '@charger', value: chargerId }];
    const query = { query: `SELECT TOP ${chunkAtMost} c.id FROM c WHERE c.chargerId = @charger`, parameters };
    const found = await call(`log of charger ${chargerId}`, (abortSignal) =>
      take<{ id: string }>(container, query, { partitionKey: chargerId, abortSignal }, chunkAtMost),
    );
    return found.map(({ id }) => id);
  }

  async function remove(chargerId: string, id: string): Promise<void> {
    await call(
      `log of charger ${chargerId}`,
      async (abortSignal) => {
        await container.item(id, chargerId).delete({ abortSignal });
      },
      { 404: () => undefined },
    );
  }

  return {
    async append(chargerId, frames) {
      const documents = inDocuments(frames).map((some) => toDocument(nextId(), chargerId, some, lifetime));
      for (const document of documents) await write(chargerId, document);
    },
    async page(chargerId, filter, limit, continuation) {
      checkLimit(limit);
      const [start, end = Number.POSITIVE_INFINITY] = placeKey(continuation) ?? [];
      const places: Place[] = [];
      for await (const place of newestFirst(chargerId, filter, start, Math.max(2, Math.min(limit + 1, chunkAtMost)))) {
        if (place.id === start && place.index >= end) continue;
        const last = places.at(-1);
        if (places.length === limit && last) {
          return { items: framesOf(places), continuation: continuationAfter([last.id, last.index]) };
        }
        places.push(place);
      }
      return { items: framesOf(places) };
    },
    async deleteAll(chargerId) {
      for (let ids = await idsOf(chargerId); ids.length > 0; ids = await idsOf(chargerId)) {
        await Promise.all(ids.map((id) => remove(chargerId, id)));
      }
    },
  };
}

/**
 * Ids of documents that sort as they were asked for: by the clock of this process, and by a count within a millisecond or while
 * the clock is set back.
 */
function sequence(clock: () => number): () => string {
  let time = 0;
  let count = 0;
  return () => {
    const now = clock();
    count = now > time ? 0 : count + 1;
    time = Math.max(time, now);
    return `${digits(time, 9)}${digits(count, 5)}-${nextWrite()}`;
  };
}

function digits(value: number, width: number): string {
  return value.toString(36).padStart(width, '0');
}

// Documents

function toDocument(id: string, chargerId: string, frames: LoggedFrame[], lifetime: { ttl?: number }): LogDocument {
  const times = frames.map(({ at }) => at);
  const actions = [...new Set(frames.map(({ action }) => action))];
  const firstAt = Math.min(...times);
  const lastAt = Math.max(...times);
  return toStorable<LogDocument>({ id, chargerId, firstAt, lastAt, actions, frames, write: id, ...lifetime });
}

/** Frames as they fit into documents: nearly always into one. */
function inDocuments(frames: LoggedFrame[]): LoggedFrame[][] {
  if (frames.length === 0) return [];
  if (frames.length === 1 || JSON.stringify(frames).length <= charactersAtMost) return [[...frames]];
  const middle = Math.ceil(frames.length / 2);
  return [...inDocuments(frames.slice(0, middle)), ...inDocuments(frames.slice(middle))];
}

/** @throws DamagedDocumentError */
function unfold(chargerId: string, document: LogDocument): Place[] {
  const { id, frames } = fromStorable(document);
  if (!Array.isArray(frames)) {
    throw new DamagedDocumentError(`message ${id} of charger ${chargerId} is damaged in the store: it holds no frames`);
  }
  return frames.map((frame, index) => ({ id, index, frame })).reverse();
}

function framesOf(places: Place[]): LoggedFrame[] {
  return places.map(({ frame }) => frame);
}

// Queries

/** Conditions by name of their parameter. They leave out documents without a frame that matches; frames are looked at one by one. */
const conditions = {
  charger: 'c.chargerId = @charger',
  start: 'c.id <= @start',
  action: 'ARRAY_CONTAINS(c.actions, @action)',
  from: 'c.lastAt >= @from',
  to: 'c.firstAt <= @to',
};

function toQuery(chargerId: string, { action, from, to }: MessageFilter, start: string | undefined, count: number) {
  const given = Object.entries({ charger: chargerId, start, action, from, to }).filter(
    (entry): entry is [keyof typeof conditions, string | number] => entry[1] !== undefined,
  );
  const where = given.map(([name]) => conditions[name]).join(' AND ');
  return {
    query: `SELECT TOP ${count} * FROM c WHERE ${where} ORDER BY c.id DESC`,
    parameters: given.map(([name, value]) => ({ name: `@${name}`, value })),
  };
}
