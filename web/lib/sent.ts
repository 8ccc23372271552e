// What was sent from the console since this tab was opened, newest first; kept while pages change, gone with the tab.
import { useSyncExternalStore } from 'react';
import type { Payload } from './payload';

export type Side = 'charger' | 'csms';

/** How a message was sent: what it takes to send it again. */
export interface Sending {
  side: Side;
  action: string;
  payload: Payload;
  validate: boolean;
  /** The charger takes anew what the payload leaves out. */
  fill: boolean;
}

export interface SentMessage extends Sending {
  key: number;
  chargerId: string;
  /** ISO 8601. */
  at: string;
  /** The whole payload as it stood in the form. */
  whole: Payload;
  outcome: string;
  good: boolean;
}

const most = 50;
let all: readonly SentMessage[] = [];
let last = 0;
const listeners = new Set<() => void>();

export function remember(sent: Omit<SentMessage, 'key'>): void {
  last += 1;
  all = [{ ...sent, key: last }, ...all].slice(0, most);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const none: readonly SentMessage[] = [];

/** Of all chargers; components pick theirs. */
export function useSent(): readonly SentMessage[] {
  return useSyncExternalStore(
    subscribe,
    () => all,
    () => none,
  );
}
