// Where the API is, its key, and the theme: kept in this browser, nowhere else.
import { useSyncExternalStore } from 'react';

export interface ApiSettings {
  /** Address without `/api`; empty: where these pages come from. */
  url: string;
  key: string;
}

export type Theme = 'system' | 'light' | 'dark';

const apiItem = 'charger-simulator.api';
const themeItem = 'charger-simulator.theme';
const nowhere: ApiSettings = { url: '', key: '' };

const listeners = new Set<() => void>();
let known: ApiSettings | undefined;

function read(): ApiSettings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(apiItem) ?? '{}');
    const { url, key } = (stored ?? {}) as Partial<Record<keyof ApiSettings, unknown>>;
    return { url: typeof url === 'string' ? url : '', key: typeof key === 'string' ? key : '' };
  } catch {
    return nowhere;
  }
}

/** The settings now. */
export function apiSettings(): ApiSettings {
  known ??= read();
  return known;
}

/** Keeps them; everything that asks the API asks again. */
export function saveApiSettings({ url, key }: ApiSettings): void {
  known = {
    url: url
      .trim()
      .replace(/\/+$/, '')
      .replace(/\/api$/, ''),
    key: key.trim(),
  };
  localStorage.setItem(apiItem, JSON.stringify(known));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The settings, for components. */
export function useApiSettings(): ApiSettings {
  return useSyncExternalStore(subscribe, apiSettings, () => nowhere);
}

/** The theme that was chosen; as the system has it where none was. */
export function storedTheme(): Theme {
  const stored = localStorage.getItem(themeItem);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Shows and keeps a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem(themeItem, theme);
}
