// Which commands of a charger may be waiting: one small document per charger, so that a holder looks into an empty mailbox with a
// point read, and not with a query in every exchange. It may name too many commands, never too few.
import type { Container } from '@azure/cosmos';
import type { Call } from './calls';
import { readPoint } from './reading';

export interface MailboxList {
  /** Names a command, whose entry must be there already. */
  add(chargerId: string, commandId: string): Promise<void>;
  read(chargerId: string): Promise<Listed>;
}

export interface Listed {
  /** In the order of their arrival. */
  ids: string[];
  /** Takes commands out that do not wait any more; whoever is named meanwhile stays. Best effort. */
  drop(ids: Set<string>): Promise<void>;
}

interface ListDocument {
  id: string;
  chargerId: string;
  ids: string[];
}

/** No command has this id. */
export const listId = '~mailbox';

export function createMailboxList(container: Container, call: Call): MailboxList {
  const item = (chargerId: string) => container.item(listId, chargerId);
  const what = (chargerId: string) => `mailbox of charger ${chargerId}`;

  /** Resolves to false when there is no list. */
  function extend(chargerId: string, commandId: string): Promise<boolean> {
    return call(
      what(chargerId),
      async (abortSignal) => {
        await item(chargerId).patch([{ op: 'add', path: '/ids/-', value: commandId }], { abortSignal });
        return true;
      },
      { 404: () => false },
    );
  }

  /** Resolves to false when somebody else has begun a list. */
  function begin(chargerId: string, commandId: string): Promise<boolean> {
    const list: ListDocument = { id: listId, chargerId, ids: [commandId] };
    return call(
      what(chargerId),
      async (abortSignal) => {
        await container.items.create(list, { abortSignal });
        return true;
      },
      { 409: () => false },
    );
  }

  async function shorten(chargerId: string, ids: string[], etag: string): Promise<void> {
    const list: ListDocument = { id: listId, chargerId, ids };
    const accessCondition = { type: 'IfMatch', condition: etag };
    const nothing = () => undefined;
    await call(
      what(chargerId),
      async (abortSignal) => {
        await item(chargerId).replace(list, { accessCondition, abortSignal });
      },
      { 404: nothing, 412: nothing },
    );
  }

  return {
    async add(chargerId, commandId) {
      const listed = (await extend(chargerId, commandId)) || (await begin(chargerId, commandId));
      if (!listed) await extend(chargerId, commandId);
    },
    async read(chargerId) {
      const { resource, etag } = await call(what(chargerId), (abortSignal) =>
        readPoint<ListDocument>(item(chargerId), abortSignal),
      );
      const ids = [...new Set(resource?.ids ?? [])];
      return {
        ids,
        async drop(gone) {
          if (gone.size > 0)
            await shorten(
              chargerId,
              ids.filter((id) => !gone.has(id)),
              etag,
            );
        },
      };
    },
  };
}
