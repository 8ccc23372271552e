// Keys that work on every page. Those of a single character can be turned off (WCAG 2.1.4), and none acts while something is typed.
import { useSyncExternalStore } from 'react';
import { keep, kept } from './settings';

export const shortcuts = [
  { keys: 'Ctrl K', words: 'Command palette (⌘ K on a Mac)' },
  { keys: '?', words: 'This help', single: true },
  { keys: '/', words: 'Search on this page', single: true },
  { keys: 'g', words: 'Go to the fleet', single: true },
  { keys: 'Esc', words: 'Close what is open' },
  { keys: 'F6', words: 'To the messages in the corner, and back' },
];

const item = 'charger-simulator.single-keys';
const listeners = new Set<() => void>();

/** Do keys of a single character act? */
export function singleKeysOn(): boolean {
  return kept(item) !== 'off';
}

export function setSingleKeys(on: boolean): void {
  keep(item, on ? undefined : 'off');
  for (const listener of listeners) listener();
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    singleKeysOn,
    () => true,
  );
}

/** Is something being typed, or a dialog open? */
export function isBusyWithKeys({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open], [role="dialog"], [role="menu"]'))
    return true;
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable="true"]') !== null;
}
