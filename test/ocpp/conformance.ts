// The suite that holds the message schemas of one OCPP version to the official JSON Schemas: by what they say, and by what they do.
import fc from 'fast-check';
import { z } from 'zod';
import { check } from '../../lib/ocpp/check';
import type { Official, Schema } from './official';
import { rulesOf } from './rules';
import { mutations, valid } from './samples';

export interface Difference {
  /** Who has the rule that the other has not. */
  only: 'ours' | 'official';
  rule: RegExp;
  /** The messages concerned, all of them; left out: any that has such a rule, one at least. */
  messages?: string[];
  /** What a payload is that one takes and the other refuses, as `samples.ts` names it; left out: no sample shows the difference. */
  mutations?: string[];
  reason: string;
}

/** Holds for every version: JSON Schema's integers are unbounded. */
export const integerBounds: Difference = {
  only: 'ours',
  rule: / (minimum -|maximum )9007199254740991$/,
  reason: 'larger integers do not survive JSON in JavaScript; OCPP sets no bounds',
};

/** Schemas by the official names: `Authorize.req`, `Authorize.conf`. */
export function byName(messages: Record<string, { request: z.ZodType; response: z.ZodType }>): Map<string, z.ZodType> {
  return new Map(
    Object.entries(messages).flatMap(([action, { request, response }]) => [
      [`${action}.req`, request] as const,
      [`${action}.conf`, response] as const,
    ]),
  );
}

/** Actions of the messages that are so, in alphabetical order. */
export function actionsWhere<M>(messages: Record<string, M>, so: (message: M) => boolean): string[] {
  return Object.entries(messages)
    .filter(([, message]) => so(message))
    .map(([action]) => action)
    .sort();
}

/** Registers the tests. Every difference that is not in the list fails, and so does a listed one that is none. */
export function describeConformance(
  ours: ReadonlyMap<string, z.ZodType>,
  official: Official,
  deliberate: Difference[],
): void {
  describeRules(ours, official, deliberate);
  describeVerdicts(ours, official, deliberate);
}

function describeRules(ours: ReadonlyMap<string, z.ZodType>, official: Official, deliberate: Difference[]): void {
  const names = [...official.schemas.keys()];
  const differences = (name: string) => differencesOf(required(ours, name), required(official.schemas, name));

  describe('by what they say: fields, types, enumerations, lengths, bounds, formats, unknown fields', () => {
    const unexplained = (name: string, side: Difference['only']) => (rule: string) =>
      !deliberate.some((d) => d.only === side && d.rule.test(rule) && (d.messages?.includes(name) ?? true));

    it.each(names)('%s says what the official schema says', (name) => {
      const found = differences(name);
      expect({
        ours: found.ours.filter(unexplained(name, 'ours')),
        official: found.official.filter(unexplained(name, 'official')),
      }).toEqual({ ours: [], official: [] });
    });

    it.each(deliberate)('the difference $rule is still one: $reason', ({ only: side, rule, messages: listed }) => {
      const concerned = names.filter((name) => differences(name)[side].some((found) => rule.test(found)));
      if (listed) expect(concerned.sort()).toEqual([...listed].sort());
      else expect(concerned).not.toEqual([]);
    });
  });
}

function describeVerdicts(ours: ReadonlyMap<string, z.ZodType>, official: Official, deliberate: Difference[]): void {
  const expected = (name: string) =>
    deliberate.filter(({ messages }) => messages?.includes(name)).flatMap(({ mutations = [] }) => mutations);

  describe('by what they do: the same payloads pass', () => {
    it.each([...official.schemas])('%s takes what the official schema takes', (name, schema) => {
      const validate = required(official.validators, name);
      fc.assert(
        fc.property(valid(schema), (payload) => {
          expect(validate(payload)).toBe(true);
          expect(check(required(ours, name), payload)).toBeUndefined();
        }),
        { numRuns: 50 },
      );
    });

    it.each([...official.schemas])('%s refuses what the official schema refuses, field by field', (name, schema) => {
      const validate = required(official.validators, name);
      const verdicts = mutations(schema).map(({ what, payload }) => ({
        what,
        official: validate(payload),
        ours: check(required(ours, name), payload) === undefined,
      }));
      const otherwise = verdicts.filter((verdict) => verdict.ours !== verdict.official).map(({ what }) => what);
      expect(otherwise).toEqual(expected(name));
      expect(verdicts.filter((verdict) => !verdict.official).length).toBeGreaterThan(5);
    });
  });
}

function differencesOf(schema: z.ZodType, official: Schema): Record<Difference['only'], string[]> {
  // As input: as output, an object that merely drops unknown fields looks like one that refuses them.
  const { $schema: _, ...own } = z.toJSONSchema(schema, { io: 'input' }) as Schema;
  const [mine, theirs] = [rulesOf(own), rulesOf(official)];
  return { ours: only(mine, theirs), official: only(theirs, mine) };
}

function only(mine: readonly string[], other: readonly string[]): string[] {
  const others = new Set(other);
  return mine.filter((rule) => !others.has(rule));
}

function required<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}
