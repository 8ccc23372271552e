// The mailbox and the remembered answers in Cosmos DB: one document per entry, written and read by its id. Which of them wait is in
// `mailbox-list.ts`. Cosmos DB itself drops entries after a day.
import type { Container } from '@azure/cosmos';
import { type CommandEntry, type CommandStore, DamagedDocumentError, ExistsError } from '../../simulator/ports';
import type { Call } from './calls';
import { fromStorable, nextWrite, toStorable, type Written } from './document';
import { createMailboxList } from './mailbox-list';
import { readPoint } from './reading';

type EntryDocument = CommandEntry & Written;

/** What Cosmos DB adds to a document. */
interface SystemFields {
  _rid?: string;
  _self?: string;
  _etag?: string;
  _attachments?: string;
  _ts?: number;
}

/** `warn` hears of damaged entries that were left out of a mailbox. */
export function createCommands(container: Container, call: Call, warn: (text: string) => void): CommandStore {
  const list = createMailboxList(container, call);

  async function find(chargerId: string, id: string): Promise<EntryDocument | undefined> {
    const found = await call(`command ${id}`, (abortSignal) =>
      readPoint<EntryDocument>(container.item(id, chargerId), abortSignal),
    );
    return found.resource;
  }

  async function read(chargerId: string, id: string): Promise<CommandEntry | undefined> {
    const document = await find(chargerId, id);
    return document && toEntry(document);
  }

  /** Left out when it is damaged. */
  async function readable(chargerId: string, id: string): Promise<CommandEntry | undefined> {
    return read(chargerId, id).catch((error: unknown) => {
      if (!(error instanceof DamagedDocumentError)) throw error;
      warn(`left out of a mailbox: ${error.message}`);
      return undefined;
    });
  }

  async function create(document: EntryDocument): Promise<void> {
    const { id, chargerId, write } = document;
    await call(
      `command ${id}`,
      async (abortSignal) => {
        await container.items.create(document, { abortSignal });
      },
      {
        409: async () => {
          const there = await find(chargerId, id);
          if (there?.write !== write) throw new ExistsError(`command ${id} exists already`);
        },
      },
    );
  }

  /** Of two that have read it as pending the service lets one write. */
  async function take(chargerId: string, id: string): Promise<boolean> {
    const document = await find(chargerId, id);
    if (document?.state !== 'pending') return false;
    const write = nextWrite();
    const condition = (document as SystemFields)._etag ?? '';
    const isMine = async () => (await find(chargerId, id))?.write === write;
    return call(
      `command ${id}`,
      async (abortSignal) => {
        const taken: EntryDocument = { ...document, state: 'taken', write };
        await container
          .item(id, chargerId)
          .replace(taken, { accessCondition: { type: 'IfMatch', condition }, abortSignal });
        return true;
      },
      { 404: () => false, 412: isMine },
    );
  }

  async function announce(entry: Pick<CommandEntry, 'id' | 'chargerId'>, waits: boolean): Promise<void> {
    if (waits) await list.add(entry.chargerId, entry.id);
  }

  return {
    async create(entry) {
      const document = toDocument(entry);
      const waits = isWaiting(entry);
      await create(document).catch(async (error: unknown) => {
        // Whoever created it may have died before it was named.
        if (error instanceof ExistsError) await announce(document, waits);
        throw error;
      });
      await announce(document, waits);
    },
    read,
    take,
    async pending(chargerId) {
      const listed = await list.read(chargerId);
      const entries = await Promise.all(listed.ids.map((id) => readable(chargerId, id)));
      const waiting = entries.filter((entry) => entry !== undefined).filter(isWaiting);
      const gone = new Set(listed.ids);
      for (const { id } of waiting) gone.delete(id);
      await listed.drop(gone);
      return waiting.sort((one, other) => one.createdAt - other.createdAt);
    },
    async put(entry) {
      const document = toDocument(entry);
      const waits = isWaiting(entry);
      await call(`command ${document.id}`, (abortSignal) => container.items.upsert(document, { abortSignal }));
      await announce(document, waits);
    },
  };
}

function isWaiting({ state, command }: CommandEntry): boolean {
  return state === 'pending' && command !== undefined;
}

function toDocument(entry: CommandEntry): EntryDocument {
  return toStorable<EntryDocument>({ ...entry, write: nextWrite() });
}

/** @throws DamagedDocumentError */
function toEntry(document: EntryDocument & SystemFields): CommandEntry {
  const { write, escaped, _rid, _self, _etag, _attachments, _ts, ...entry } = fromStorable(document);
  if (typeof entry.createdAt !== 'number' || typeof entry.state !== 'string') {
    throw new DamagedDocumentError(`command ${entry.id} is damaged in the store and cannot be read (no entry)`);
  }
  return entry;
}
