// The demo CSMS's errors over HTTP: problem documents (RFC 9457), and the input checks that throw them.
import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  [extension: string]: unknown;
}

/** Thrown in a route; becomes the answer. `extra` are the document's further members. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

export function problemResponse({ status, message, extra }: Problem): Response {
  const title = STATUS_CODES[status] ?? 'Error';
  const document: ProblemDocument = { type: 'about:blank', title, status, detail: message, ...extra };
  return Response.json(document, { status, headers: { 'content-type': 'application/problem+json' } });
}

/** What the schema makes of the input. @throws Problem 400 that lists what was wrong where */
export function checked<S extends z.ZodType>(schema: S, input: unknown, what: string): z.infer<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem(400, `The ${what} is not valid.`, { errors });
}

const MAX_BODY_BYTES = 1024 * 1024;

/** @throws Problem 413 as soon as the limit is passed: the rest is not read */
async function bodyText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw new Problem(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON of a request body of up to 1 MiB; `undefined` for an empty one. @throws Problem 400, 413 */
export async function jsonBody(request: Request): Promise<unknown> {
  const text = await bodyText(request);
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, `The body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
