// Which store a host keeps its chargers in, from its settings. The embedded one comes from the local host alone: its native part has no
// place in the other's bundle.

import { sealStore } from '../secrets/sealed-store';
import type { Vault } from '../secrets/vault';
import type { Store } from '../simulator/ports';
import { createMemoryStore } from '../store/memory';
import type { Logger } from './log';
import { SettingsError, type SharedSettings } from './settings';

/** Opens the embedded store. */
export type OpenSqlite = (options: { messageLogTtlDays: number; warn: (message: string) => void }) => Store;

export interface OpenStoreOptions {
  settings: SharedSettings;
  logger: Logger;
  vault: Vault;
  openSqlite?: OpenSqlite;
}

/** The store of the settings; no secret goes into it in the clear. @throws SettingsError when it cannot be had */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  return sealStore(await openUnsealed(options), options.vault);
}

async function openUnsealed({ settings, logger, openSqlite }: OpenStoreOptions): Promise<Store> {
  const messageLogTtlDays = settings.MESSAGE_LOG_TTL_DAYS;
  const warn = (message: string) => logger.warn({ message });
  switch (settings.STORE) {
    case 'memory':
      return createMemoryStore({ ttlDays: messageLogTtlDays });
    case 'sqlite':
      if (!openSqlite) throw new SettingsError('STORE: sqlite is for the local host; use cosmos');
      return openSqlite({ messageLogTtlDays, warn });
    case 'cosmos':
      return openCosmos(settings, warn);
  }
}

async function openCosmos(settings: SharedSettings, warn: (message: string) => void): Promise<Store> {
  const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, COSMOS_DATABASE: database } = settings;
  if (endpoint === undefined) throw new SettingsError('COSMOS_ENDPOINT: is required because STORE is cosmos');
  // Loaded only where it is used: the SDK is larger than everything else.
  const { openCosmosStore } = await import('../store/cosmos');
  const messageLogTtlDays = settings.MESSAGE_LOG_TTL_DAYS;
  return openCosmosStore({ endpoint, ...(key === undefined ? {} : { key }), database, messageLogTtlDays, warn });
}
