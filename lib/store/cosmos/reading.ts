// Reading: one document by its id, or as many of a query as are wanted.
import type { Container, FeedOptions, Item, ItemDefinition, ItemResponse, SqlQuerySpec } from '@azure/cosmos';
import { containerMissing } from './calls';

/** Reads a document by its id; without `resource` there is none. The SDK takes a missing container for a missing document. */
export async function readPoint<T extends ItemDefinition>(
  item: Item,
  abortSignal: AbortSignal,
): Promise<ItemResponse<T>> {
  const response = await item.read<T>({ abortSignal });
  if (response.statusCode === 404 && response.substatus === containerMissing.substatus) throw containerMissing;
  return response;
}

/** The first documents of a query, `count` at most. The service may answer with any number at a time, none included. */
export async function take<T>(
  container: Container,
  query: SqlQuerySpec,
  options: FeedOptions,
  count: number,
): Promise<T[]> {
  const pages = container.items.query<T>(query, { maxItemCount: count, ...options });
  const documents: T[] = [];
  while (pages.hasMoreResults() && documents.length < count) {
    const { resources } = await pages.fetchNext();
    // The SDK leaves it out of an empty page, whatever its types say.
    documents.push(...((resources as T[] | undefined) ?? []));
  }
  return documents;
}
