// What the command palette offers. Pages stand in one list, which the head of every page shows as well; other commands are registered by
// whoever can carry them out, while it is on the screen.
import { useEffect, useSyncExternalStore } from 'react';

export interface Page {
  title: string;
  href: string;
  /** Further words that it is found by. */
  words?: string;
}

/** In the order in which the head shows them. */
export const pages: readonly Page[] = [
  { title: 'Fleet', href: '/', words: 'chargers table home' },
  { title: 'Fleet runs', href: '/runs/', words: 'load test report compare' },
  { title: 'Log', href: '/log/', words: 'messages frames sequence diagram' },
];

/** Things to begin, each on its page. */
export const tasks: readonly Page[] = [
  { title: 'Create chargers', href: '/?create=1', words: 'new add many model' },
  { title: 'Start a fleet run', href: '/runs/?new=form', words: 'load test sessions mass reconnection soak' },
];

export interface Command {
  /** Unique. */
  id: string;
  label: string;
  /** Under which heading it stands. */
  group: string;
  /** Further words that it is found by. */
  words?: string;
  /** Keys that do the same, to be shown. */
  keys?: string;
  /** What goes wrong is told as what has been asked for from elsewhere: in a toast. */
  run: () => unknown;
}

let registered: readonly (readonly Command[])[] = [];
let flat: readonly Command[] = [];
const listeners = new Set<() => void>();
const none: readonly Command[] = [];

function set(next: typeof registered): void {
  registered = next;
  flat = next.flat();
  for (const listener of listeners) listener();
}

/** Offers commands until the returned function is called. */
export function registerCommands(commands: readonly Command[]): () => void {
  set([...registered, commands]);
  return () => set(registered.filter((one) => one !== commands));
}

/** Offers commands while the component is there. `commands` must be the same list as long as nothing in it changes. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => registerCommands(commands), [commands]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All that are offered now. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(
    subscribe,
    () => flat,
    () => none,
  );
}

/** Does every word occur in what the command is found by? */
export function isFound({ label, group, words = '' }: Command, query: readonly string[]): boolean {
  const text = `${group} ${label} ${words}`.toLowerCase();
  return query.every((word) => text.includes(word));
}

/** Opens the palette, from anywhere. */
export const openPalette = (): void => {
  dispatchEvent(new CustomEvent(paletteEvent));
};
export const paletteEvent = 'charger-simulator:palette';
