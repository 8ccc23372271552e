// How it stands with the API, learnt from every answer and from every one that does not come. While none comes, it is asked for.
import { useSyncExternalStore } from 'react';
import { onSettings } from './settings';

export type Connection =
  | { kind: 'fine' }
  /** It does not answer. `since`: epoch ms. */
  | { kind: 'away'; since: number }
  /** It answers, and refuses the key. */
  | { kind: 'keyRefused' };

const fine: Connection = { kind: 'fine' };
const probeEveryMs = 2_000;

let state: Connection = fine;
let timer: ReturnType<typeof setTimeout> | undefined;
let probe: () => Promise<unknown> = async () => undefined;
const listeners = new Set<() => void>();
const returns = new Set<(awayMs: number) => void>();

/** How to find out whether the API is there; the client says. */
export function setProbe(how: () => Promise<unknown>): void {
  probe = how;
}

function set(next: Connection): void {
  state = next;
  for (const listener of listeners) listener();
}

/** There was no answer: from here on it is asked for until there is one. */
export function noAnswer(): void {
  if (state.kind === 'away') return;
  set({ kind: 'away', since: Date.now() });
  again();
}

/** There was an answer. `refused`: 401, the key is missing or wrong; `open`: it was asked without one. */
export function answered({ refused = false, open = false } = {}): void {
  const before = state;
  clearTimeout(timer);
  if (refused) set({ kind: 'keyRefused' });
  else if (before.kind === 'away' || (before.kind === 'keyRefused' && !open)) set(fine);
  if (before.kind !== 'away') return;
  for (const listener of returns) listener(Date.now() - before.since);
}

function again(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void tryNow(), probeEveryMs);
}

/** Asks at once whether it is there. */
export async function tryNow(): Promise<void> {
  clearTimeout(timer);
  await probe().catch(() => undefined);
  if (state.kind === 'away') again();
}

/** Calls `listener` when the API answers again after it did not. */
export function onReturn(listener: (awayMs: number) => void): () => void {
  returns.add(listener);
  return () => returns.delete(listener);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How it stands, for components. */
export function useConnection(): Connection {
  return useSyncExternalStore(
    subscribe,
    () => state,
    () => fine,
  );
}

if (typeof window !== 'undefined') {
  // Another address, another key: nothing is known of them yet.
  onSettings(() => {
    clearTimeout(timer);
    if (state.kind !== 'fine') set(fine);
  });
  // Sooner than by the next question that somebody has.
  addEventListener('offline', () => void tryNow());
  addEventListener('online', () => {
    if (state.kind === 'away') void tryNow();
  });
}
