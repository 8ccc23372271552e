// The page's own check of payloads against the one that the simulator checks with: the same fields are wrong, in the same words.
import fc from 'fast-check';
import { check } from '../../lib/ocpp/check';
import { messagesV16 } from '../../lib/ocpp/v16/messages';
import { messagesV201 } from '../../lib/ocpp/v201/messages';
import { schemas } from '../../web/data';
import type { Messages, Schema } from '../../web/lib/schema';
import { findings, pathText } from '../../web/lib/schema-check';
import type { Schema as OfficialSchema } from '../ocpp/official';
import { mutations, valid } from '../ocpp/samples';

const versions = [
  ['ocpp1.6', messagesV16],
  ['ocpp2.0.1', messagesV201],
] as const;

/** Every payload there is: its name, the schema as pages have it, the schema that the simulator checks with. */
const payloads = versions.flatMap(([protocol, messages]) =>
  Object.entries(messages).flatMap(([action, { request, response }]) => {
    const message = (schemas[protocol] as Messages)[action];
    if (!message) throw new Error(`pages know no ${action}`);
    return [
      [`${protocol} ${action} request`, message.request, request] as const,
      [`${protocol} ${action} response`, message.response, response] as const,
    ];
  }),
);

const inPage = (schema: Schema, payload: unknown) =>
  findings(schema, payload).map(({ path, message }) => `${pathText(path)} ${message}`);

/** zod words sizes in its own way, and takes what is no number at all for none, whole or not. */
const said = (text: string) =>
  text
    .replace('must be a number, is', 'must be an integer, is')
    .replace(/Too (small|big): expected (array|int|number) to .*/, 'has a wrong size')
    .replace(
      /must have at (least|most) \d+ items?|must be an integer, is too large|must be at (least|most) .*/,
      'has a wrong size',
    );

/** Of a text where a list should be, zod also counts the characters. */
const isOne = ({ message }: { message: string }) => !/expected string to have/.test(message);

describe('the check of a page', () => {
  it.each(payloads)('%s: finds what the simulator finds in payloads broken in every way', (_, schema, original) => {
    for (const { what, payload } of mutations(schema as OfficialSchema)) {
      const found = check(original, payload)?.problems ?? [];
      const theirs = found.filter(isOne).map(({ path, message }) => said(`${path} ${message}`));
      expect([what, inPage(schema, payload).map(said).sort()]).toEqual([what, theirs.sort()]);
    }
  });

  it.each(payloads)('%s: minds nothing in payloads that fit', (_, schema) => {
    fc.assert(
      fc.property(valid(schema as OfficialSchema), (payload) => {
        expect(findings(schema, payload)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  it('knows every word that the schemas are written in', () => {
    const known = new Set([
      '$schema',
      'type',
      'properties',
      'required',
      'additionalProperties',
      'items',
      'enum',
      'format',
    ]);
    for (const word of ['maxLength', 'minItems', 'maxItems', 'multipleOf', 'minimum', 'maximum']) known.add(word);
    const unknown: string[] = [];
    const visit = (schema: Schema) => {
      unknown.push(...Object.keys(schema).filter((word) => !known.has(word)));
      expect([undefined, 'date-time', 'uri']).toContain(schema.format);
      for (const part of Object.values(schema.properties ?? {})) visit(part);
      if (schema.items) visit(schema.items);
    };
    for (const [, schema] of payloads) visit(schema);
    expect(unknown).toEqual([]);
  });
});
