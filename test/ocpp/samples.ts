// Payloads made from a JSON Schema: valid ones, and each of the ways to break them.
import fc from 'fast-check';
import type { Schema } from './official';

/** Valid payloads: optional fields come and go, texts reach their greatest length. */
export function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Object.keys(schema).length === 0) return anything;
  const make = makers[schema.type ?? ''];
  if (!make) throw new Error(`no sample for ${JSON.stringify(schema)}`);
  return make(schema);
}

/** What JSON keeps as it is: it has no -0. */
const anything = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const makers: Record<string, (schema: Schema) => fc.Arbitrary<unknown>> = {
  object: ({ properties = {}, required = [], additionalProperties = true }) => {
    const model = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valid(property)]));
    if (additionalProperties !== false) model.vendorField = anything;
    return fc.record(model, { requiredKeys: [...required], noNullPrototype: true });
  },
  array: ({ items = {}, minItems = 0, maxItems = 3 }) =>
    fc.array(valid(items), { minLength: minItems, maxLength: Math.min(maxItems, 3) }),
  integer: ({ minimum = -(2 ** 31), maximum = 2 ** 31 - 1 }) => fc.integer({ min: minimum, max: maximum }),
  number: () => fc.integer({ min: -1_000_000, max: 1_000_000 }).map((tenths) => tenths / 10),
  boolean: () => fc.boolean(),
  string: ({ format, maxLength = 60 }) =>
    formats[format ?? ''] ??
    fc.oneof(
      fc.string({ unit: 'binary', maxLength }),
      fc.constantFrom('x'.repeat(maxLength), '😀'.repeat(maxLength), ''),
    ),
};

const formats: Record<string, fc.Arbitrary<string>> = {
  'date-time': fc
    .date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  uri: fc.webUrl({ withQueryParameters: true }),
};

export interface Mutation {
  what: string;
  payload: unknown;
}

/** From one payload that has every field: a copy for each field and each way of breaking it. Some stay valid. */
export function mutations(schema: Schema): Mutation[] {
  const whole = complete(schema);
  const found: Mutation[] = [];
  visit(schema, [], (part, path) => {
    for (const [way, change] of waysToBreak(part)) {
      found.push({ what: `${path.join('.') || 'payload'} ${way}`, payload: changed(whole, path, change) });
    }
  });
  return found;
}

type Path = readonly (string | number)[];
type Change = (value: unknown) => unknown;

/** What a change gives back to leave a field out. */
const absent = Symbol('absent');

function waysToBreak(schema: Schema): [string, Change][] {
  const become = (value: unknown): [string, Change] => [`becomes ${JSON.stringify(value).slice(0, 40)}`, () => value];
  return [
    ...[null, 'text', '1', 1, 1.5, true, {}, []].map(become),
    ['is left out', () => absent],
    ...(schema.type === 'object' ? ['unknownField', '__proto__', 'constructor'].map(gain) : []),
    ...(schema.type === 'array'
      ? [['gets null', (value) => [...(value as unknown[]), null]] satisfies [string, Change]]
      : []),
    ...(schema.maxItems === undefined ? [] : [schema.maxItems, schema.maxItems + 1].map(hold)),
    ...(schema.minimum === undefined ? [] : [schema.minimum - 1, schema.minimum].map(become)),
    ...(schema.maximum === undefined ? [] : [schema.maximum, schema.maximum + 1].map(become)),
    ...(schema.enum ? ['', String(schema.enum[0]).toLowerCase(), `${schema.enum[0]} `].map(become) : []),
    ...(schema.maxLength === undefined ? [] : longTexts(schema.maxLength)),
    ...(schema.multipleOf === undefined ? [] : [0.1, 0.3, -16.7, 32, 0.25, 0.001, 1_000_000.55].map(become)),
    ...(schema.format === undefined ? [] : [...dateTimes, ...uris].map(become)),
  ];
}

/** Also names that every JavaScript object seems to have; `fromEntries` makes them fields of its own. */
function gain(name: string): [string, Change] {
  return [`gains ${name}`, (value) => Object.fromEntries([...Object.entries(value as object), [name, 1]])];
}

/** As many items, all like the first. */
function hold(count: number): [string, Change] {
  return [`holds ${count} items`, (value) => Array(count).fill((value as unknown[])[0])];
}

/** Lengths are counted in characters, not in UTF-16 units. */
function longTexts(most: number): [string, Change][] {
  return ['x', '😀'].flatMap((character) =>
    [most, most + 1].map((count): [string, Change] => [`has ${count} ${character}`, () => character.repeat(count)]),
  );
}

const dateTimes = [
  '2024-05-17T09:30:00+02:00',
  '2024-05-17T09:30:00.123Z',
  '2024-05-17',
  '09:30:00Z',
  '2024-13-17T09:30:00Z',
];
const uris = ['ftp://user@host/path', 'no scheme', '//host/path', 'http://host/a b'];

/** A payload that has every field; arrays hold one item. */
function complete(schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, field]) => [name, complete(field)]));
  }
  if (schema.type === 'array') return [complete(schema.items ?? {})];
  return simple[schema.format ?? schema.type ?? ''];
}

const simple: Record<string, unknown> = {
  'date-time': '2024-05-17T09:30:00Z',
  uri: 'https://example.com/a',
  integer: 1,
  number: 16.1,
  boolean: true,
  string: 'a',
};

function visit(schema: Schema, path: Path, see: (schema: Schema, path: Path) => void): void {
  see(schema, path);
  for (const [name, field] of Object.entries(schema.properties ?? {})) visit(field, [...path, name], see);
  if (schema.items) visit(schema.items, [...path, 0], see);
}

/** A copy with the value at the path changed, or without it. The payload itself, left out, is `undefined`. */
function changed(value: unknown, path: Path, change: Change): unknown {
  const result = changedAt(value, path, change);
  return result === absent ? undefined : result;
}

function changedAt(value: unknown, [head, ...rest]: Path, change: Change): unknown {
  if (head === undefined) return change(value);
  const entries = Object.entries(value as object)
    .map(([key, old]) => [key, key === String(head) ? changedAt(old, rest, change) : old] as const)
    .filter(([, kept]) => kept !== absent);
  return Array.isArray(value) ? entries.map(([, kept]) => kept) : Object.fromEntries(entries);
}
