// Chargers in Cosmos DB: one document each, read and written by its id alone on the path of an exchange. Lists are queries.
import type { Container } from '@azure/cosmos';
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
import { parseReadable } from '../document';
import type { Call } from './calls';
import { fromStorable, nextWrite, toStorable, type Written } from './document';
import { readPoint, take } from './reading';

/** `schema` is the version of what is around the charger; the charger carries its own. */
interface ChargerDocument extends Written {
  id: string;
  schema: 1;
  charger: Charger;
  lease?: Lease;
  nextWakeAt?: number;
  statuses: string[];
}

/** Creations under way at once in `createMany`. */
const creationsAtOnce = 16;

/** `warn` hears of damaged documents that a list left out. */
export function createChargers(container: Container, call: Call, warn: (text: string) => void): ChargerStore {
  const item = (id: string) => container.item(id, id);

  /** The document's ETag if this write is what it holds: then only the answer to it was lost. */
  async function etagOf(id: string, write: string): Promise<string | undefined> {
    const found = await call(`charger ${id}`, (abortSignal) => readPoint<ChargerDocument>(item(id), abortSignal));
    return found.resource?.write === write ? found.etag : undefined;
  }

  async function create(record: ChargerRecord): Promise<string> {
    const document = toDocument(record);
    const { id, write } = document;
    return call(
      `charger ${id}`,
      async (abortSignal) => (await container.items.create(document, { abortSignal })).etag,
      {
        409: async () => {
          const etag = await etagOf(id, write);
          if (etag === undefined) throw new ExistsError(`charger ${id} exists already`);
          return etag;
        },
      },
    );
  }

  async function replace(record: ChargerRecord, etag: string): Promise<string> {
    const document = toDocument(record);
    const { id, write } = document;
    const accessCondition = { type: 'IfMatch', condition: etag };
    return call(
      `charger ${id}`,
      async (abortSignal) => (await item(id).replace(document, { accessCondition, abortSignal })).etag,
      {
        404: () => {
          throw stale(id);
        },
        412: async () => {
          const etagNow = await etagOf(id, write);
          if (etagNow === undefined) throw stale(id);
          return etagNow;
        },
      },
    );
  }

  async function remove(id: string, etag?: string): Promise<boolean> {
    const condition = etag === undefined ? {} : { accessCondition: { type: 'IfMatch', condition: etag } };
    return call(
      `charger ${id}`,
      async (abortSignal) => {
        await item(id).delete({ ...condition, abortSignal });
        return true;
      },
      {
        // Gone on the second attempt: the first one deleted it, as far as anybody can tell.
        404: (repeated) => repeated,
        412: () => {
          throw stale(id);
        },
      },
    );
  }

  return {
    create,
    async createMany(records) {
      refuseTwins(records);
      const created = new Map<string, string>();
      const failures = await eachAtOnce(records, async (record) => {
        created.set(record.charger.id, await create(record));
      });
      if (failures.length === 0) return;
      await undo(created, remove);
      throw failures[0];
    },
    async read(id) {
      const { resource } = await call(`charger ${id}`, (abortSignal) =>
        readPoint<ChargerDocument>(item(id), abortSignal),
      );
      return resource && toStored(resource);
    },
    replace,
    delete: remove,
    async list(filter, limit, continuation) {
      checkLimit(limit);
      const query = toQuery(filter, limit + 1, textKey(continuation));
      const documents = await call('list of chargers', (abortSignal) =>
        take<ChargerDocument>(container, query, { abortSignal }, limit + 1),
      );
      const page = documents.slice(0, limit);
      const items = parseReadable(page, toStored, warn);
      const last = page.at(-1);
      return documents.length > limit && last ? { items, continuation: continuationAfter([last.id]) } : { items };
    },
  };
}

function stale(id: string): StaleError {
  return new StaleError(`charger ${id} has changed since it was read`);
}

// Documents

function toDocument({ charger, lease, nextWakeAt, statuses }: ChargerRecord): ChargerDocument {
  return toStorable<ChargerDocument>({
    id: charger.id,
    schema: 1,
    charger,
    ...(lease ? { lease } : {}),
    ...(nextWakeAt === undefined ? {} : { nextWakeAt }),
    statuses,
    write: nextWrite(),
  });
}

/** @throws DamagedDocumentError */
function toStored(document: ChargerDocument & { _etag?: string }): StoredCharger {
  const fault = faultOf(document);
  if (fault !== undefined) {
    throw new DamagedDocumentError(
      `charger ${document.id} is damaged in the store and cannot be read (${fault}): delete it and create it anew`,
    );
  }
  const { charger, lease, nextWakeAt, statuses, _etag: etag = '' } = fromStorable(document);
  return {
    charger,
    statuses,
    etag,
    ...(nextWakeAt === undefined ? {} : { nextWakeAt }),
    ...(lease === undefined ? {} : { lease }),
  };
}

/** What is wrong with a document that somebody else may have written. */
function faultOf({ id, schema, charger, lease, nextWakeAt, statuses }: Partial<ChargerDocument>): string | undefined {
  if (schema !== 1) return `schema is ${JSON.stringify(schema)}, not 1`;
  const fault = faultOfCharger(charger, id);
  if (fault !== undefined) return fault;
  if (!Array.isArray(statuses)) return 'statuses are no list';
  if (nextWakeAt !== undefined && typeof nextWakeAt !== 'number') return 'nextWakeAt is no number';
  if (lease !== undefined && !isLease(lease)) return 'the lease is none';
  return undefined;
}

function isLease(lease: unknown): boolean {
  if (typeof lease !== 'object' || lease === null) return false;
  const { holder, until, number } = lease as Partial<Lease>;
  return typeof holder === 'string' && typeof until === 'number' && typeof number === 'number';
}

// Lists

/** Conditions by filter; a filter's value is the parameter of its name. */
const conditions = {
  tag: 'ARRAY_CONTAINS(c.charger.tags, @tag)',
  status: 'ARRAY_CONTAINS(c.statuses, @status)',
  protocol: 'c.charger.protocol = @protocol',
  idPrefix: 'STARTSWITH(c.id, @idPrefix)',
  connection: 'c.charger.connection = @connection',
  dueBefore: 'c.nextWakeAt <= @dueBefore',
  after: 'c.id > @after',
} satisfies Record<keyof ChargerFilter | 'after', string>;

function toQuery(filter: ChargerFilter, limit: number, after: string | undefined) {
  const given = Object.entries({ ...filter, after }).filter(
    (entry): entry is [keyof typeof conditions, string | number] => entry[1] !== undefined,
  );
  const where = given.map(([name]) => conditions[name]).join(' AND ');
  return {
    query: `SELECT TOP ${limit} * FROM c ${where && `WHERE ${where}`} ORDER BY c.id`,
    parameters: given.map(([name, value]) => ({ name: `@${name}`, value })),
  };
}

// Many

function refuseTwins(records: ChargerRecord[]): void {
  const seen = new Set<string>();
  for (const { charger } of records) {
    if (seen.has(charger.id)) throw new ExistsError(`charger ${charger.id} is to be created twice`);
    seen.add(charger.id);
  }
}

/** Does the same for all, some at once, in their order. After a failure nothing new is begun. Resolves to the failures in the order of what failed. */
async function eachAtOnce<T>(all: T[], perform: (one: T) => Promise<void>): Promise<unknown[]> {
  const failures: [number, unknown][] = [];
  const queue = all.entries();
  async function work(): Promise<void> {
    for (const [index, one] of queue) {
      if (failures.length > 0) return;
      await perform(one).catch((error: unknown) => failures.push([index, error]));
    }
  }
  await Promise.all(Array.from({ length: creationsAtOnce }, work));
  return failures.sort(([one], [other]) => one - other).map(([, error]) => error);
}

/** Deletes what was created, unless somebody has changed it meanwhile. @throws Error naming what is left */
async function undo(
  created: Map<string, string>,
  remove: (id: string, etag: string) => Promise<boolean>,
): Promise<void> {
  const left: string[] = [];
  await eachAtOnce([...created], async ([id, etag]) => {
    await remove(id, etag).catch(() => left.push(id));
  });
  if (left.length > 0) throw new Error(`not all chargers could be created, and these are left: ${left.join(', ')}`);
}
