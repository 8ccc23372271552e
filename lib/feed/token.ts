// Tokens that let a client open the local feed: signed with a key that lives as long as the process, good for a while, never kept.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

interface Claims {
  /** Epoch ms. */
  expiresAt: number;
  groups: string[];
}

export interface Tokens {
  issue(claims: Claims): string;
  /** The claims of a token that is ours and still good at `now`. */
  check(token: string, now: number): Claims | undefined;
}

export function createTokens(): Tokens {
  const key = randomBytes(32);
  const sign = (body: string): Buffer => createHmac('sha256', key).update(body).digest();

  return {
    issue(claims) {
      const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${body}.${sign(body).toString('base64url')}`;
    },
    check(token, now) {
      const [body = '', signature = ''] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = sign(body);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      const claims: Claims = JSON.parse(Buffer.from(body, 'base64url').toString());
      return claims.expiresAt > now ? claims : undefined;
    },
  };
}
