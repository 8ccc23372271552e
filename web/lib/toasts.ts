// What is told in the corner: what came of something that was asked for elsewhere than where one is looking.
import { useSyncExternalStore } from 'react';
import { ApiError } from './client';

export interface ToastMessage {
  id: number;
  title: string;
  text: string;
  tone: 'good' | 'bad' | 'busy';
  /** Until it is dismissed. */
  lasts: boolean;
}

const shownAtMost = 5;
const none: readonly ToastMessage[] = [];
let shown: readonly ToastMessage[] = none;
let count = 0;
const listeners = new Set<() => void>();

function set(next: readonly ToastMessage[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

function add(message: Omit<ToastMessage, 'id'>): number {
  count += 1;
  set([...shown, { ...message, id: count }].slice(-shownAtMost));
  return count;
}

/** Tells something in the corner. `lasts`: until it is dismissed. */
export function notify(title: string, text = '', { lasts = false } = {}): void {
  add({ title, text, lasts, tone: 'good' });
}

/** Tells an error as the API words it; until it is dismissed. */
export function notifyProblem(what: string, error: unknown): void {
  const { title, message } =
    error instanceof ApiError ? error : { title: 'something went wrong in this page', message: String(error) };
  add({ title: `${what}: ${title}`, text: message, lasts: true, tone: 'bad' });
}

export function dismissToast(id: number): void {
  set(shown.filter((one) => one.id !== id));
}

const underWay = new Set<string>();

/** Does something and tells what came of it: `done`, or the error. One at a time of each name. */
export async function perform(name: string, done: string, act: () => Promise<unknown>): Promise<void> {
  if (underWay.has(name)) return;
  underWay.add(name);
  const busy = add({ title: `${name} …`, text: '', lasts: true, tone: 'busy' });
  try {
    await act();
    notify(done);
  } catch (error) {
    notifyProblem(name, error);
  } finally {
    underWay.delete(name);
    dismissToast(busy);
  }
}

/** What is told now, for the component that shows it. */
export function useToasts(): readonly ToastMessage[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
    () => none,
  );
}
