// The fast yes before zod: never a yes where zod says no, and a yes for whatever is right, or each message would cost zod's time.
import fc from 'fast-check';
import { z } from 'zod';
import { check } from '../../lib/ocpp/check';
import { surelyFits } from '../../lib/ocpp/fits';
import { type MessageV16, messagesV16 } from '../../lib/ocpp/v16/messages';
import { officialV16 } from './official-v16';
import { mutations, valid } from './samples';

fc.configureGlobal({ seed: 16 });

const messages: Record<string, MessageV16> = messagesV16;
const cases = [...officialV16].map(([name, official]) => {
  const [action = '', kind] = name.split('.');
  const schema = kind === 'req' ? messages[action]?.request : messages[action]?.response;
  return [name, schema ?? z.never(), official] as const;
});

describe('the schemas of OCPP 1.6', () => {
  it.each(cases)('%s: a payload that is right never needs zod', (_name, schema, official) => {
    fc.assert(
      fc.property(valid(official), (payload) => surelyFits(schema, payload)),
      { numRuns: 20 },
    );
  });

  it.each(cases)('%s: altered in one place it says what zod says', (_name, schema, official) => {
    const verdicts = mutations(official).map(({ what, payload }) => ({
      what,
      fast: surelyFits(schema, payload),
      zod: schema.safeParse(payload).success,
    }));
    expect(verdicts.filter(({ fast, zod }) => fast !== zod)).toEqual([]);
  });
});

describe('values that only JavaScript knows', () => {
  const schema = z.strictObject({ a: z.int(), b: z.number().optional(), c: z.array(z.boolean()).min(1).optional() });

  it.each([
    ['an optional field that is undefined', { a: 1, b: undefined }],
    ['a required field that is undefined', { a: undefined }],
    ['NaN', { a: 1, b: Number.NaN }],
    ['what 1e400 parses to', JSON.parse('{"a":1,"b":1e400}')],
    ['an own __proto__', JSON.parse('{"a":1,"__proto__":{"b":1}}')],
    ['inherited fields', Object.create({ a: 1 })],
    ['an inherited field that is not known', Object.create({ a: 1, x: 1 })],
    ['no prototype', Object.assign(Object.create(null), { a: 1 })],
    ['an array with a field', Object.assign([], { a: 1 })],
    ['too few items', { a: 1, c: [] }],
    ['an array of holes', { a: 1, c: new Array(2) }],
  ])('%s: as zod', (_case, payload) => {
    expect(surelyFits(schema, payload)).toBe(schema.safeParse(payload).success);
  });
});

describe('schemas that it does not know are left to zod', () => {
  it.each([
    ['an object that lets unknown fields pass', z.object({}), {}],
    ['an object that keeps unknown fields', z.looseObject({}), { a: 1 }],
    ['a union', z.union([z.string(), z.int()]), 1],
    ['a nullable', z.string().nullable(), null],
    ['a literal', z.literal('a'), 'a'],
    ['a transformation', z.string().transform(Number), '1'],
    ['a format of zod', z.iso.date(), '2024-05-17'],
    ['a pattern', z.string().regex(/^a/), 'ab'],
    ['a bound', z.number().min(1), 2],
    ['a width', z.int32(), 1],
  ])('%s', (_case, schema, payload) => {
    const around = z.strictObject({ inside: z.array(schema) });
    expect(surelyFits(around, { inside: [payload] })).toBe(false);
    expect(check(around, { inside: [payload] })).toBeUndefined();
  });

  it.each([
    ['a pattern', z.string().regex(/^a/), 'b'],
    ['a bound', z.number().min(1), 0],
    ['a check of a whole object', z.strictObject({ a: z.int() }).refine(({ a }) => a > 0), { a: 0 }],
    ['a check that does not answer true or false', z.string().refine((text) => text.length), ''],
  ])('and what they refuse is refused: %s', (_case, schema, payload) => {
    expect(surelyFits(schema, payload)).toBe(false);
    expect(check(schema, payload)).toBeDefined();
  });

  it('a check of a whole object is known', () => {
    const schema = z.strictObject({ a: z.int() }).refine(({ a }) => a > 0);
    expect(surelyFits(schema, { a: 1 })).toBe(true);
  });
});
