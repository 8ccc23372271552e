// How a secret looks in a document that leaves the process: sealed, as text that says so. Who seals and unseals is the host.

/** `sealed:` version `:` key id `:` base64 of nonce, ciphertext and tag (AES-256-GCM). */
const pattern = /^sealed:1:([\w-]+):([A-Za-z0-9+/]+=*)$/;

const nonceAndTagBytes = 12 + 16;

export interface SealedParts {
  keyId: string;
  body: string;
}

/** The parts of a sealed text; `undefined`: it is not sealed. */
export function sealedParts(text: string): SealedParts | undefined {
  const [, keyId, body] = pattern.exec(text) ?? [];
  return keyId === undefined || body === undefined ? undefined : { keyId, body };
}

/** Bytes of a secret, sealed or not. */
export function secretBytes(text: string): number {
  const sealed = sealedParts(text);
  if (!sealed) return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '???')).replace(/%../g, '.').length;
  return Math.floor((sealed.body.replace(/=+$/, '').length * 3) / 4) - nonceAndTagBytes;
}
