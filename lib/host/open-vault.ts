// What a host seals the secrets of its chargers with, from its settings. What is sealed is in lib/secrets.
import { createVault, lockedVault, openVault, type Vault } from '../secrets/vault';
import type { SharedSettings } from './settings';

/** Without SECRETS_KEY nothing is sealed, and no private key kept, unless nothing is kept at all. */
export function vaultOf({ SECRETS_KEY, STORE }: Pick<SharedSettings, 'SECRETS_KEY' | 'STORE'>): Vault {
  if (SECRETS_KEY !== undefined) return createVault(SECRETS_KEY);
  return STORE === 'memory' ? openVault : lockedVault;
}
