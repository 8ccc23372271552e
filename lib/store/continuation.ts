// Continuation tokens of stores that page by key: opaque to callers, checked when they come back. What the key means is the store's business.
import { BadContinuationError } from '../simulator/ports';

/** The token that continues after `key`. */
export function continuationAfter(key: (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The text key in a token; undefined without one.
 * @throws BadContinuationError
 */
export function textKey(continuation: string | undefined): string | undefined {
  const key = readKey(continuation);
  if (key === undefined) return undefined;
  const [text] = key;
  if (key.length !== 1 || typeof text !== 'string') throw bad();
  return text;
}

/**
 * The pair of whole numbers in a token; undefined without one.
 * @throws BadContinuationError
 */
export function numberKey(continuation: string | undefined): [number, number] | undefined {
  const key = readKey(continuation);
  if (key === undefined) return undefined;
  const [first, second] = key;
  if (key.length !== 2 || !isCount(first) || !isCount(second)) throw bad();
  return [first, second];
}

/**
 * A document's id and a whole number in a token; undefined without one.
 * @throws BadContinuationError
 */
export function placeKey(continuation: string | undefined): [string, number] | undefined {
  const key = readKey(continuation);
  if (key === undefined) return undefined;
  const [id, index] = key;
  if (key.length !== 2 || typeof id !== 'string' || !isCount(index)) throw bad();
  return [id, index];
}

/** Page sizes that a store accepts. @throws RangeError */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new RangeError(`limit must be a whole number from 1 to 1000, not ${limit}`);
  }
}

function readKey(continuation: string | undefined): unknown[] | undefined {
  if (continuation === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(continuation, 'base64url').toString());
    if (Array.isArray(key)) return key;
  } catch {}
  throw bad();
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function bad(): BadContinuationError {
  return new BadContinuationError(
    'the continuation is not one that this listing has handed out: start again without it',
  );
}
