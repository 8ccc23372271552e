// Where the API is, its key, hosts used before, and the theme: kept in this browser, nowhere else.
import { useSyncExternalStore } from 'react';

export interface ApiSettings {
  /** Address without `/api`; empty: where these pages come from. */
  url: string;
  key: string;
}

interface Kept extends ApiSettings {
  /** Those used before, the last one first. */
  others: readonly ApiSettings[];
}

export type Theme = 'system' | 'light' | 'dark';

const apiItem = 'charger-simulator.api';
const themeItem = 'charger-simulator.theme';
const nowhere: ApiSettings = { url: '', key: '' };
const nothing: Kept = { ...nowhere, others: [] };
const rememberedAtMost = 8;

const listeners = new Set<() => void>();
let known: Kept | undefined;
let current: ApiSettings | undefined;

/** What this browser has kept; nothing where it keeps nothing (private windows, storage refused). */
export function kept(item: string): string | null {
  try {
    return localStorage.getItem(item);
  } catch {
    return null;
  }
}

/** Keeps it, or takes it away; where the browser refuses, it lasts as long as the page. */
export function keep(item: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(item);
    else localStorage.setItem(item, value);
  } catch {
    // Nothing else can be done about it.
  }
}

function settingsIn(value: unknown): ApiSettings {
  const { url, key } = (value ?? {}) as Partial<Record<keyof ApiSettings, unknown>>;
  return { url: typeof url === 'string' ? url : '', key: typeof key === 'string' ? key : '' };
}

function read(): Kept {
  try {
    const stored: unknown = JSON.parse(kept(apiItem) ?? '{}');
    const { others } = (stored ?? {}) as { others?: unknown };
    return { ...settingsIn(stored), others: Array.isArray(others) ? others.map(settingsIn) : [] };
  } catch {
    return nothing;
  }
}

function all(): Kept {
  known ??= read();
  return known;
}

/** The settings now. */
export function apiSettings(): ApiSettings {
  if (!current) {
    const { url, key } = all();
    current = { url, key };
  }
  return current;
}

/** The address as it is kept: without what follows it by custom. */
export function plainAddress(text: string): string {
  return text
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/api$/, '');
}

/** Keeps them; everything that asks the API asks again. The host used until now is remembered. */
export function saveApiSettings({ url, key }: ApiSettings): void {
  const now = { url: plainAddress(url), key: key.trim() };
  const { others, ...before } = all();
  const past = [before, ...others].filter((one) => one.url !== now.url).slice(0, rememberedAtMost);
  store({ ...now, others: past });
}

/** Forgets a host that was used before, and its key. */
export function forgetHost(url: string): void {
  const before = all();
  store({ ...before, others: before.others.filter((one) => one.url !== url) });
}

/** Forgets the key of the host in use. */
export function forgetKey(): void {
  store({ ...all(), key: '' });
}

function store(next: Kept): void {
  keep(apiItem, JSON.stringify(next));
  take(next);
}

function take(next: Kept): void {
  const { url, key } = next;
  known = next;
  if (!current || current.url !== url || current.key !== key) current = { url, key };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls `listener` when the settings have changed, here or in another tab. */
export const onSettings = subscribe;

if (typeof window !== 'undefined') {
  addEventListener('storage', ({ key }) => {
    if (key === apiItem) take(read());
  });
}

/** The settings, for components. */
export function useApiSettings(): ApiSettings {
  return useSyncExternalStore(subscribe, apiSettings, () => nowhere);
}

/** Hosts used before, the last one first. */
export function useRememberedHosts(): readonly ApiSettings[] {
  return useSyncExternalStore(
    subscribe,
    () => all().others,
    () => nothing.others,
  );
}

/** The theme that was chosen; as the system has it where none was. */
export function storedTheme(): Theme {
  const stored = kept(themeItem);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

const themeListeners = new Set<() => void>();

/** Shows and keeps a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  keep(themeItem, theme);
  for (const listener of themeListeners) listener();
}

/** The theme, for components. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      themeListeners.add(listener);
      return () => themeListeners.delete(listener);
    },
    storedTheme,
    () => 'system',
  );
}
