// A fast yes for payloads that fit their schema, which nearly all do. zod copies whatever it looks at; this only looks. It never
// says yes where zod says no, and what is wrong with a payload is for zod to say.
import type { z } from 'zod';

type Test = (value: unknown) => boolean;

const tests = new WeakMap<z.core.$ZodType, Test>();

/**
 * True: the payload fits, zod would take it. False: ask zod. Either it does not fit, or the schema has something that is not known
 * here. Built once per schema; the schema must not contain itself (no message of OCPP does).
 */
export function surelyFits(schema: z.ZodType, payload: unknown): boolean {
  return testOf(schema)(payload);
}

function testOf(schema: z.core.$ZodType): Test {
  const known = tests.get(schema);
  if (known) return known;
  const built = withChecks(schema, baseOf(schema));
  tests.set(schema, built);
  return built;
}

const unsure: Test = () => false;

function baseOf(schema: z.core.$ZodType): Test {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return objectTest(def);
    case 'array':
      return arrayTest(testOf(def.element));
    case 'optional':
      return optionalTest(testOf(def.innerType));
    case 'enum':
      return membersTest(Object.values(def.entries));
    case 'string':
      return 'check' in def ? formatTest(def) : (value) => typeof value === 'string';
    case 'number':
      return numberTest(def);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    default:
      return unsure;
  }
}

function objectTest({ shape, catchall }: z.core.$ZodObjectDef): Test {
  if (catchall?._zod.def.type !== 'never') return unsure;
  const fields = new Map(
    Object.entries(shape).map(([name, field]) => [
      name,
      { test: testOf(field), required: field._zod.optin === undefined },
    ]),
  );
  const required = [...fields.values()].filter((field) => field.required).length;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    let found = 0;
    for (const name in value) {
      const field = fields.get(name);
      if (!field?.test((value as Record<string, unknown>)[name])) return false;
      if (field.required) found += 1;
    }
    return found === required;
  };
}

/** A loop, because `every` passes over holes. */
function arrayTest(item: Test): Test {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let at = 0; at < value.length; at += 1) {
      if (!item(value[at])) return false;
    }
    return true;
  };
}

const optionalTest =
  (inner: Test): Test =>
  (value) =>
    value === undefined || inner(value);

function membersTest(members: unknown[]): Test {
  const set = new Set(members);
  return (value) => set.has(value);
}

/** Formats that are functions (`z.stringFormat`); zod's own are left to zod. */
function formatTest(def: object): Test {
  const fn = 'fn' in def ? def.fn : undefined;
  return typeof fn === 'function' ? (value) => typeof value === 'string' && fn(value) === true : unsure;
}

function numberTest(def: z.core.$ZodNumberDef | z.core.$ZodNumberFormatDef): Test {
  if (!('check' in def)) return Number.isFinite;
  return def.format === 'safeint' ? Number.isSafeInteger : unsure;
}

/** Adds what `refine` and `min` ask for. */
function withChecks(schema: z.core.$ZodType, base: Test): Test {
  const checks = (schema._zod.def.checks ?? []).map((check) => checkTest(check as KnownCheck));
  if (checks.length === 0) return base;
  return (value) => base(value) && checks.every((test) => test(value));
}

type KnownCheck = z.core.$ZodChecks | z.core.$ZodCustom;

function checkTest(check: KnownCheck): Test {
  const { def } = check._zod;
  if (def.check === 'custom') return (value) => def.fn(value) === true;
  if (def.check === 'min_length') return (value) => (value as ArrayLike<unknown>).length >= def.minimum;
  return unsure;
}
