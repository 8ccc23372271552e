// From a request to an operation's checked input: route, query and body merged into one flat object, every field known and valid.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { coerce, isList, unwrap } from './coerce';
import { findJsonProblem } from './json';
import type { Operation } from './operation';
import { badInput, type FieldError, ProblemError } from './problem';

/** What an operation's request consists of, whatever the host. Web `Request`s and Azure's `HttpRequest`s fit in. */
export interface ApiRequest {
  method: string;
  /** Route parameters, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  headers: { get(name: string): string | null };
  body: ReadableStream<Uint8Array> | null;
}

/** The most that a body may have. */
export const bodyLimitBytes = 1024 * 1024;

type Source = 'route' | 'query' | 'body';

/** The key goes through the query too (Azure's convention): it is no parameter of any operation. */
const notParameters = new Set(['code']);

/** The checked input. @throws ProblemError 400, 413 or 415 */
export async function readInput(operation: Operation, request: ApiRequest): Promise<Record<string, unknown>> {
  const given = new Given(operation.input);
  for (const [name, text] of Object.entries(request.params)) given.addText('route', name, text);
  for (const name of new Set(request.query.keys())) {
    if (!notParameters.has(name)) given.addQuery(name, request.query.getAll(name));
  }
  const body = parseBody(await readText(request), request.headers.get('content-type'));
  for (const [name, value] of Object.entries(body)) given.add('body', name, value);
  return checkInput(operation.input, given.values(), given.errors);
}

/** Parameters from several places under one name each. */
class Given {
  readonly errors: FieldError[] = [];
  private readonly found = new Map<string, { source: Source; value: unknown }>();

  constructor(private readonly schema: z.ZodObject) {}

  add(source: Source, name: string, value: unknown): void {
    const before = this.found.get(name);
    if (before && !isDeepStrictEqual(before.value, value)) {
      const places =
        before.source === source ? `twice in the ${source}` : `in the ${before.source} and in the ${source}`;
      this.errors.push({ path: name, message: `given ${places} with different values: give it once` });
    }
    if (!before) this.found.set(name, { source, value });
  }

  addText(source: Source, name: string, text: string): void {
    const field = this.schema.shape[name] as z.ZodType | undefined;
    this.add(source, name, field ? coerce(field, text) : text);
  }

  addQuery(name: string, texts: string[]): void {
    const field = this.schema.shape[name] as z.ZodType | undefined;
    if (field && isList(field) && texts.length > 1) this.add('query', name, texts.map(String));
    else for (const text of texts) this.addText('query', name, text);
  }

  values(): Record<string, unknown> {
    return Object.fromEntries([...this.found].map(([name, { value }]) => [name, value]));
  }
}

/** Checks `values` against an operation's schema. @throws ProblemError 400 with every error found */
export function checkInput(
  schema: z.ZodObject,
  values: Record<string, unknown>,
  errors: FieldError[] = [],
): Record<string, unknown> {
  const parsed = schema.safeParse(values, { reportInput: true });
  const found = parsed.success ? [] : parsed.error.issues.flatMap((issue) => explain(schema, issue));
  if (errors.length > 0 || !parsed.success) throw badInput([...errors, ...found]);
  return parsed.data;
}

/** An issue as errors; `above` is the path to what the schema is of. */
function explain(schema: z.ZodType, issue: z.core.$ZodIssue, above: PropertyKey[] = []): FieldError[] {
  const path = [...above, ...issue.path].map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(schema, issue);
    return issue.keys.map((key) => ({
      path: path ? `${path}.${key}` : key,
      message: `unknown field; known are: ${known}`,
    }));
  }
  if (issue.code === 'invalid_type' && issue.input === undefined)
    return [{ path, message: `is required (${issue.expected})` }];
  if (issue.code === 'invalid_union') return explainUnion(schema, issue, [...above, ...issue.path]);
  return [{ path, message: issue.message.replace(/^Invalid input: /, '') }];
}

/** Where one form can have been meant, what is wrong with that; else what is wrong with each. */
function explainUnion(schema: z.ZodType, issue: z.core.$ZodIssueInvalidUnion, at: PropertyKey[]): FieldError[] {
  const path = at.map(String).join('.');
  if (issue.input === undefined) return [{ path, message: 'is required' }];
  if ('options' in issue && Array.isArray(issue.options)) {
    return [{ path, message: `must be one of ${issue.options.join(', ')}` }];
  }
  const union = schemaAt(schema, issue.path);
  const meant = union instanceof z.ZodUnion ? formMeant(union, issue.input) : undefined;
  const found = meant && issue.errors[meant.index];
  if (meant && found) return found.flatMap((inner) => explain(meant.form, inner, at));
  const options = issue.errors.map((errors) =>
    errors.map((e) => [...e.path.map(String), e.message].join(': ')).join(', '),
  );
  return [
    { path, message: options.length > 0 ? `fits none of the possible forms: ${options.join(' | ')}` : issue.message },
  ];
}

/** Of the forms that are objects, the one that has most of the fields given; a discriminating field decides. */
function formMeant(union: z.ZodUnion, value: unknown): { form: z.ZodObject; index: number } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const given = value as Record<string, unknown>;
  const decides = union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : undefined;
  const forms = union.options.flatMap((option, index) => {
    const form = unwrap(option as z.ZodType);
    if (!(form instanceof z.ZodObject)) return [];
    const field = decides === undefined ? undefined : (form.shape[decides] as z.ZodType | undefined);
    if (decides !== undefined && !field?.safeParse(given[decides]).success) return [];
    const shared = Object.keys(given).filter((key) => Object.hasOwn(form.shape, key)).length;
    return [{ form, index, shared }];
  });
  return forms.sort((one, other) => other.shared - one.shared)[0];
}

function schemaAt(schema: z.ZodType, path: PropertyKey[]): z.ZodType | undefined {
  let at: z.ZodType | undefined = unwrap(schema);
  for (const key of path) {
    if (at instanceof z.ZodObject) at = at.shape[String(key)] as z.ZodType | undefined;
    else if (at instanceof z.ZodArray) at = at.element as z.ZodType;
    else at = undefined;
    at = at && unwrap(at);
  }
  return at;
}

function knownFields(schema: z.ZodType, { path, input }: z.core.$ZodIssueUnrecognizedKeys): string {
  const at = schemaAt(schema, path);
  const form = at instanceof z.ZodUnion ? formMeant(at, input)?.form : at;
  return form instanceof z.ZodObject ? Object.keys(form.shape).join(', ') || 'none' : 'none here';
}

/** `curl -d` says form-urlencoded when it sends JSON, and pipelines write it so: these pass as JSON. */
const readAsJson = /^(application\/(?:[\w.-]+\+)?json|application\/x-www-form-urlencoded|text\/plain|text\/json)$/;

function parseBody(text: string, contentType: string | null): Record<string, unknown> {
  if (text.trim() === '') return {};
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type && !readAsJson.test(type)) {
    throw new ProblemError('unsupported-media-type', `the body is ${type}: send application/json`);
  }
  const wrong = findJsonProblem(text);
  if (wrong) {
    const where = `line ${wrong.line}, column ${wrong.column}`;
    throw new ProblemError('bad-input', `the body is not valid JSON: ${where}: ${wrong.message}`, {
      errors: [{ path: '', message: `${where}: ${wrong.message}` }],
    });
  }
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badInput([{ path: '', message: 'the body must be a JSON object, such as {"name": "value"}' }]);
}

async function readText(request: ApiRequest): Promise<string> {
  if (!request.body) return '';
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > bodyLimitBytes) throw tooLarge();
  const encoding = request.headers.get('content-encoding');
  if (encoding && encoding !== 'identity') {
    throw new ProblemError('unsupported-media-type', `the body is encoded as ${encoding}: send it plain`);
  }
  const bytes = await readBytes(request.body);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badInput([{ path: '', message: 'the body is not UTF-8 text' }]);
  }
}

async function readBytes(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    length += value.byteLength;
    if (length > bodyLimitBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
}

function tooLarge(): ProblemError {
  return new ProblemError('too-large', `the body is larger than ${bodyLimitBytes} bytes`);
}
