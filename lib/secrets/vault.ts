// Secrets of chargers at rest: sealed with a key of the host before a document leaves the process, unsealed where they are used. Which
// parts of a document are secrets is in `sealed-store.ts`; how sealed text looks in lib/charger/sealed.ts.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { sealedParts } from '../charger/sealed';

export interface Vault {
  /** What cannot be sealed must not be kept, if it is a private key. */
  canSeal: boolean;
  /** Sealed text stays as it is. @throws VaultError unless `canSeal` */
  seal(text: string): string;
  /** Text that is not sealed stays as it is. @throws VaultError */
  unseal(text: string): string;
}

/** Thrown for a secret that cannot be sealed or unsealed here. The message says nothing of the secret. */
export class VaultError extends Error {
  override name = 'VaultError';
}

const [nonceBytes, tagBytes] = [12, 16];

const wrongKey =
  'a secret of this charger was sealed with another SECRETS_KEY: start the host with that one, or give the charger its credentials anew';

/** Why a private key is not taken. */
export const noKey = 'private keys are kept encrypted only, and this host has no SECRETS_KEY to do it with';

/** Seals with AES-256-GCM. `key` has 32 bytes. */
export function createVault(key: Buffer): Vault {
  const keyId = createHash('sha256').update('key id').update(key).digest('base64url').slice(0, 8);

  function seal(text: string): string {
    if (sealedParts(text)) return text;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const body = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `sealed:1:${keyId}:${body.toString('base64')}`;
  }

  function unseal(text: string): string {
    const parts = sealedParts(text);
    if (!parts) return text;
    if (parts.keyId !== keyId) throw new VaultError(wrongKey);
    const body = Buffer.from(parts.body, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, nonceBytes), { authTagLength: tagBytes });
      decipher.setAuthTag(body.subarray(-tagBytes));
      return decipher.update(body.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new VaultError('a sealed secret of the charger is damaged');
    }
  }

  return { canSeal: true, seal, unseal };
}

/** Where nothing is kept: secrets stay as they are. */
export const openVault: Vault = { canSeal: true, seal: (text) => text, unseal: (text) => text };

/** Where secrets are kept, and no key is configured. */
export const lockedVault: Vault = {
  canSeal: false,
  seal() {
    throw new VaultError(noKey);
  },
  unseal(text) {
    if (!sealedParts(text)) return text;
    throw new VaultError(
      'a secret of this charger is sealed, and the host has no SECRETS_KEY: start it with the one it was sealed with',
    );
  },
};
