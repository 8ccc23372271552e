// Checks a payload against its message schema and says what is wrong in the words of OCPP-J's error codes.
import type { z } from 'zod';
import type { RpcError } from './errors';

export interface SchemaProblem {
  error: RpcError;
  /** Where, as `idTagInfo.status`; empty for the payload itself. */
  path: string;
  message: string;
  problems: { path: string; message: string }[];
}

type Issue = z.core.$ZodIssue;

/** `undefined` when the payload fits; otherwise the gravest problem and all of them (OCPP-J 1.6 §4.2.3). */
export function check(schema: z.ZodType, payload: unknown): SchemaProblem | undefined {
  const outcome = schema.safeParse(payload);
  return outcome.success ? undefined : explain(outcome.error.issues, payload);
}

function explain(issues: Issue[], payload: unknown): SchemaProblem {
  const found = issues.flatMap((issue) => flatten(issue, payload));
  const [first] = [...found].sort((a, b) => gravity.indexOf(b.error) - gravity.indexOf(a.error));
  const problems = found.map(({ path, message }) => ({ path, message }));
  const message = found.map((problem) => `${problem.path || 'payload'}: ${problem.message}`).join('; ');
  return { error: first?.error ?? 'formatViolation', path: first?.path ?? '', message, problems };
}

interface Found {
  error: RpcError;
  path: string;
  message: string;
}

/** An unknown field alone is the mildest: whoever wants may go on with the known ones. */
const gravity: RpcError[] = [
  'formatViolation',
  'propertyConstraintViolation',
  'occurrenceConstraintViolation',
  'typeConstraintViolation',
];

function flatten(issue: Issue, payload: unknown): Found[] {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      error: 'formatViolation' as const,
      path: path ? `${path}.${key}` : key,
      message: 'is not a field of this message',
    }));
  }
  return [{ error: kindOf(issue, payload), path, message: wording(issue, payload) }];
}

function kindOf(issue: Issue, payload: unknown): RpcError {
  if (issue.code === 'invalid_type') {
    if (valueAt(payload, issue.path) === undefined) return 'occurrenceConstraintViolation';
    return isFractionForInteger(issue) ? 'propertyConstraintViolation' : 'typeConstraintViolation';
  }
  if (issue.code === 'invalid_value') return missingOrMistyped(issue, payload);
  if ((issue.code === 'too_small' || issue.code === 'too_big') && issue.origin === 'array')
    return 'occurrenceConstraintViolation';
  return 'propertyConstraintViolation';
}

/** zod reports a missing or mistyped enum value as an invalid one. */
function missingOrMistyped(issue: Issue, payload: unknown): RpcError {
  const value = valueAt(payload, issue.path);
  if (value === undefined) return 'occurrenceConstraintViolation';
  return typeof value === 'string' ? 'propertyConstraintViolation' : 'typeConstraintViolation';
}

function isFractionForInteger(issue: Issue): boolean {
  return issue.code === 'invalid_type' && (issue.expected as string) === 'int';
}

function wording(issue: Issue, payload: unknown): string {
  if (valueAt(payload, issue.path) === undefined) return 'is missing';
  return issue.message;
}

function valueAt(payload: unknown, path: PropertyKey[]): unknown {
  let value = payload;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
