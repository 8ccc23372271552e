// Reading as many documents of a query as are wanted.
import type { Container, FeedOptions, SqlQuerySpec } from '@azure/cosmos';

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
