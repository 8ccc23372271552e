// Asks for the messages of OCPP versions: one file each, beside the pages.
import { useQueries, useQuery } from '@tanstack/react-query';
import type { Messages } from './schema';

/** @throws Error when the file is not there */
export async function loadMessages(protocol: string): Promise<Messages> {
  const answer = await fetch(`/schemas/${protocol}.json`);
  if (!answer.ok) throw new Error(`the schemas of ${protocol} cannot be loaded (status ${answer.status})`);
  return (await answer.json()) as Messages;
}

const messagesQuery = (protocol: string) => ({
  queryKey: ['messages', protocol],
  queryFn: () => loadMessages(protocol),
  staleTime: Infinity,
});

/** By action; asked once per version. */
export function useMessages(protocol: string) {
  return useQuery(messagesQuery(protocol));
}

/** Of several versions at once; those that are not there yet are left out. */
export function useAllMessages(protocols: readonly string[]): Readonly<Record<string, Messages>> {
  const wanted = [...new Set(protocols)];
  const found = useQueries({ queries: wanted.map(messagesQuery) });
  return Object.fromEntries(
    wanted.flatMap((protocol, index) => (found[index]?.data ? [[protocol, found[index].data]] : [])),
  );
}
