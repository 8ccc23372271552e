// Fleet runs in Cosmos DB: one document per run and per part of it, written and read by its id. Cosmos DB itself drops them after a month.
import type { Container } from '@azure/cosmos';
import {
  DamagedDocumentError,
  type RunEntry,
  type RunStore,
  StaleError,
  type StoredRunEntry,
} from '../../simulator/ports';
import { checkLimit, continuationAfter, textKey } from '../continuation';
import { parseReadable } from '../document';
import type { Call } from './calls';
import { fromStorable, nextWrite, toStorable, type Written } from './document';
import { readPoint, take } from './reading';

type RunEntryDocument = RunEntry & Written;

/** `warn` hears of damaged entries that were left out of a list. */
export function createRuns(container: Container, call: Call, warn: (text: string) => void): RunStore {
  const find = (id: string) =>
    call(`run ${id}`, (abortSignal) => readPoint<RunEntryDocument>(container.item(id, id), abortSignal));

  /** The document's ETag if this write is what it holds: then only the answer to it was lost. */
  async function etagOf(id: string, write: string): Promise<string | undefined> {
    const { resource, etag } = await find(id);
    return resource?.write === write ? etag : undefined;
  }

  return {
    async put(entry) {
      const document = toStorable<RunEntryDocument>({ ...entry, write: nextWrite() });
      await call(`run ${entry.id}`, (abortSignal) => container.items.upsert(document, { abortSignal }));
    },
    async replace(entry, etag) {
      const document = toStorable<RunEntryDocument>({ ...entry, write: nextWrite() });
      const { id, write } = document;
      const accessCondition = { type: 'IfMatch', condition: etag };
      return call(
        `run ${id}`,
        async (abortSignal) => (await container.item(id, id).replace(document, { accessCondition, abortSignal })).etag,
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
    },
    async read(id) {
      const { resource, etag } = await find(id);
      return resource && ({ ...toEntry(resource), etag } satisfies StoredRunEntry);
    },
    async list(limit, continuation) {
      checkLimit(limit);
      const query = {
        query: `SELECT TOP ${limit + 1} * FROM c WHERE c.listed = true AND c.id > @after ORDER BY c.id`,
        parameters: [{ name: '@after', value: textKey(continuation) ?? '' }],
      };
      const documents = await call('list of runs', (abortSignal) =>
        take<RunEntryDocument>(container, query, { abortSignal }, limit + 1),
      );
      const page = documents.slice(0, limit);
      const items = parseReadable(page, toEntry, warn);
      const last = page.at(-1);
      return documents.length > limit && last ? { items, continuation: continuationAfter([last.id]) } : { items };
    },
  };
}

function stale(id: string): StaleError {
  return new StaleError(`run ${id} has changed since it was read`);
}

/** @throws DamagedDocumentError */
function toEntry(stored: RunEntryDocument): RunEntry {
  const { id, createdAt, listed, document } = fromStorable(stored);
  if (typeof createdAt !== 'number' || typeof listed !== 'boolean') {
    throw new DamagedDocumentError(`run ${id} is damaged in the store and cannot be read (no entry)`);
  }
  return { id, createdAt, listed, document };
}
