// Checks a payload against its message schema and says what is wrong in the words of OCPP-J's error codes. Values are not
// repeated in what it says, except those of enumerations: any other field may hold a secret.
import type { z } from 'zod';
import type { RpcError } from './errors';

export interface SchemaProblem {
  /** Of the gravest problem. */
  error: RpcError;
  /** Where that is, as `idTagInfo.status` or `meterValue.0.timestamp`; empty for the payload itself. */
  path: string;
  /** All problems in one line. */
  message: string;
  /** Every problem, in the order of the schema's fields. */
  problems: { path: string; message: string }[];
  /** The same, each with its error. */
  found: Found[];
}

export interface Found {
  error: RpcError;
  path: string;
  message: string;
}

type Issue = z.core.$ZodIssue;

/** `undefined` when the payload fits; otherwise what is wrong with it and the error that says so (OCPP-J 1.6 §4.2.3). */
export function check(schema: z.ZodType, payload: unknown): SchemaProblem | undefined {
  const outcome = schema.safeParse(payload);
  return outcome.success ? undefined : explain(outcome.error.issues, payload);
}

function explain(issues: Issue[], payload: unknown): SchemaProblem {
  const found = issues.flatMap((issue) => find(issue, payload));
  const [first] = [...found].sort((a, b) => gravity.indexOf(b.error) - gravity.indexOf(a.error));
  const problems = found.map(({ path, message }) => ({ path, message }));
  const message = found.map((problem) => `${problem.path || 'payload'}: ${problem.message}`).join('; ');
  return { error: first?.error ?? 'formatViolation', path: first?.path ?? '', message, problems, found };
}

/** Mildest first. An unknown field alone is the mildest: whoever wants may go on with the known ones. */
const gravity: RpcError[] = [
  'formatViolation',
  'propertyConstraintViolation',
  'occurrenceConstraintViolation',
  'typeConstraintViolation',
];

function find(issue: Issue, payload: unknown): Found[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      error: 'formatViolation',
      path: path ? `${path}.${key}` : key,
      message: 'is not a field of this message',
    }));
  }
  const value = valueAt(payload, issue.path);
  if (path === '' && issue.code === 'invalid_type') {
    return [{ error: 'formatViolation', path, message: `must be an object, is ${kindOf(value)}` }];
  }
  if (value === undefined) return [{ error: 'occurrenceConstraintViolation', path, message: 'is missing' }];
  return [{ ...judge(issue, value), path }];
}

function judge(issue: Issue, value: unknown): Pick<Found, 'error' | 'message'> {
  if (issue.code === 'invalid_type') return mistyped(issue.expected, value);
  if (issue.code === 'invalid_value') return misvalued(issue.values, value);
  if ((issue.code === 'too_small' || issue.code === 'too_big') && issue.origin === 'array') {
    return { error: 'occurrenceConstraintViolation', message: issue.message };
  }
  return { error: 'propertyConstraintViolation', message: issue.message };
}

function mistyped(expected: string, value: unknown): Pick<Found, 'error' | 'message'> {
  const wanted = names[expected] ?? expected;
  const found = typeof value === 'number' ? kindOfNumber(value, expected) : kindOf(value);
  return { error: 'typeConstraintViolation', message: `must be ${wanted}, is ${found}` };
}

/** A number that is not taken for one: `1e400` is JSON, but parses to infinity. */
function kindOfNumber(value: number, expected: string): string {
  if (!Number.isFinite(value)) return 'too large';
  return expected === 'int' ? 'a fraction' : kindOf(value);
}

/** zod reports a mistyped value of an enumeration as an invalid one. */
function misvalued(allowed: readonly unknown[], value: unknown): Pick<Found, 'error' | 'message'> {
  const wanted = `must be ${allowed.length > 1 ? 'one of ' : ''}${allowed.join(', ')}`;
  if (typeof value !== 'string') return { error: 'typeConstraintViolation', message: `${wanted}, is ${kindOf(value)}` };
  return { error: 'propertyConstraintViolation', message: `${wanted}, is ${JSON.stringify(value.slice(0, 50))}` };
}

/** How the types of JSON are named to people. */
const names: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  null: 'null',
  undefined: 'missing',
};

function kindOf(value: unknown): string {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return names[type] ?? type;
}

function valueAt(payload: unknown, path: PropertyKey[]): unknown {
  let value = payload;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
