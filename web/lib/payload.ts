// Payloads as forms and editors change them: parts of a JSON value by their path, and texts as values of the schema's type.
import type { Schema } from './schema';
import type { Path } from './schema-check';

export type Payload = Record<string, unknown>;

/** The part at a path; `undefined`: there is none. */
export function partAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}

/** A copy with another part at the path; `undefined` takes it away. */
export function withPart(value: unknown, [key, ...rest]: Path, part: unknown): unknown {
  if (key === undefined) return part;
  const inner = withPart(partAt(value, [key]), rest, part);
  if (Array.isArray(value))
    return inner === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), inner);
  const { [key]: _, ...others } = (value ?? {}) as Payload;
  return inner === undefined ? others : { ...(value as object), [key]: inner };
}

/** What was typed, as its type; text that is no number stays text, so that it can be typed on, or sent wrong on purpose. */
export function typedAs(text: string, { type }: Schema): unknown {
  if (text === '') return undefined;
  if (type === 'boolean') return text === 'true';
  if (type !== 'integer' && type !== 'number') return text;
  return /^-?\d+(\.\d+)?$/.test(text) && !/\.\d*0$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}

/** Equal as JSON, whatever the order of fields. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  const same = (name: string) => isSame((one as Payload)[name], (other as Payload)[name]);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(name));
}

/** What is another the next moment: filled in anew when the message is sent, unless somebody has changed it. */
const fleeting = new Set(['timestamp', 'generatedAt', 'seqNo', 'meterValue', 'meterStart', 'meterStop']);

/** What of a payload goes to `sendMessage` so that the charger takes the rest anew; null for what was drafted and taken away. */
export function withoutFleeting(payload: Payload, draft: Payload): Payload {
  const kept = Object.entries(payload).filter(([name, value]) => !fleeting.has(name) || !isSame(value, draft[name]));
  const gone = Object.keys(draft).filter((name) => !Object.hasOwn(payload, name));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(gone.map((name) => [name, null])) };
}
