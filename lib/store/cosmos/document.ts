// What all documents have in common: they are copies, each write of one is told from all others, and any text survives in them.
// What stands in them is in the file of each container.
import { randomBytes } from 'node:crypto';

/** Beside the content. `write` tells who wrote last: whose answer was lost can see that the document is his. */
export interface Written {
  write: string;
  /** Some strings are escaped, as `toStorable` tells. */
  escaped?: true;
}

const own = randomBytes(6).toString('base64url');
let writes = 0;

/** Unique to a write. */
export function nextWrite(): string {
  writes += 1;
  return `${own}${writes.toString(36)}`;
}

/** Stands before the four digits of a code unit that is not to be there as it is. Private use: no character of any language. */
const mark = '\ue000';

/**
 * A copy that the caller's later changes do not reach. Half surrogates, which JSON can say and UTF-8 cannot, are escaped: frames of
 * a broken peer may hold them.
 */
export function toStorable<T extends Written>(document: T): T {
  const text = JSON.stringify(document);
  if (!/\\ud[89a-f]/i.test(text)) return JSON.parse(text) as T;
  const escaped = text
    .replaceAll(mark, `${mark}e000`)
    .replace(/\\(?:u(d[89a-f]..)|.)/gi, (all, unit?: string) => (unit === undefined ? all : `${mark}${unit}`));
  return { ...(JSON.parse(escaped) as T), escaped: true };
}

/** The document as it was given to `toStorable`. */
export function fromStorable<T extends Partial<Written>>(document: T): T {
  if (!document.escaped) return document;
  return JSON.parse(JSON.stringify(document).replace(/\ue000([0-9a-f]{4})/gi, '\\u$1')) as T;
}
