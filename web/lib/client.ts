// Calls of the HTTP API. Which operations there are, what they take and answer is in `api-types.ts`; method and route come from the table
// of operations, by the build.
import type { InputOf, OperationName, OutputOf } from './api-types';
import { saveFile } from './files';
import { apiSettings } from './settings';

const routes = JSON.parse(process.env.NEXT_PUBLIC_ROUTES ?? '{}') as Record<OperationName, [string, string]>;

/** An answer that says what went wrong, in the words of the API; status 0: there was none. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly fields: readonly { path: string; message: string }[] = [],
    /** The whole problem document. */
    readonly problem: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

/** `/api/chargers/CP-1?…` at the address of the API, for a fetch or a link. */
export function operationUrl<N extends OperationName>(name: N, input: InputOf<N>): string {
  return requestOf(name, input).url;
}

export interface ApiRequest {
  method: string;
  url: string;
  body?: string;
}

/** What is asked of the API when an operation is called. */
export function requestOf(name: OperationName, input: object): ApiRequest {
  const [method, route] = routes[name];
  const rest: Record<string, unknown> = { ...input };
  const path = route.replace(/\{(\w+)\}/g, (_, param: string) => {
    const value = String(rest[param]);
    delete rest[param];
    return encodeURIComponent(value);
  });
  const url = `${apiSettings().url}/api/${path}`;
  if (method !== 'GET' && method !== 'DELETE') return { method, url, body: JSON.stringify(rest) };
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries(rest)) {
    if (value !== undefined) query.set(field, String(value));
  }
  return { method, url: query.size > 0 ? `${url}?${query}` : url };
}

/** The key, as a header. */
export function keyHeader(): Record<string, string> {
  const { key } = apiSettings();
  return key === '' ? {} : { 'x-functions-key': key };
}

/** Calls an operation and waits for its answer. @throws ApiError */
export async function call<N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> {
  return (await callTagged(name, input)).answer;
}

/** The same with the revision of what is answered, `etag`. `ifMatch`: done only while that is the revision, else refused with 412. */
export async function callTagged<N extends OperationName>(
  name: N,
  input: InputOf<N>,
  ifMatch?: string,
): Promise<{ answer: OutputOf<N>; etag: string }> {
  const { method, url, body } = requestOf(name, input);
  const headers = {
    ...keyHeader(),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const { json, answer } = await askAll(url, { method, headers, ...(body === undefined ? {} : { body }) });
  return { answer: json as OutputOf<N>, etag: answer.headers.get('etag') ?? '' };
}

/** Asks an address for JSON. @throws ApiError */
export async function ask(url: string, init: RequestInit): Promise<unknown> {
  return (await askAll(url, init)).json;
}

/** What an operation answers with, as it is, where that is a file. @throws ApiError */
export async function fileOf<N extends OperationName>(name: N, input: InputOf<N>): Promise<Blob> {
  const answer = await answerOf(operationUrl(name, input), { headers: keyHeader() });
  if (!answer.ok) throw errorOf(answer, parsed(await answer.text()));
  return answer.blob();
}

/** Saves what an operation answers as a file of that name. @throws ApiError */
export async function download<N extends OperationName>(name: N, input: InputOf<N>, file: string): Promise<void> {
  saveFile(file, await fileOf(name, input));
}

async function askAll(url: string, init: RequestInit): Promise<{ json: unknown; answer: Response }> {
  const answer = await answerOf(url, init);
  const json = parsed(await answer.text());
  if (answer.ok && json !== undefined) return { json, answer };
  throw errorOf(answer, json);
}

async function answerOf(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch(() => {
    const where = new URL(url, location.href).origin;
    throw new ApiError(0, 'No answer', `${where} does not answer. Is the simulator running there?`);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorOf(answer: Response, json: unknown): ApiError {
  if (typeof json !== 'object' || json === null) {
    const where = new URL(answer.url).origin;
    return new ApiError(
      answer.status,
      'Not the API',
      `What answers at ${where} is not the API of a charger simulator.`,
    );
  }
  const {
    title = `Status ${answer.status}`,
    detail = '',
    errors = [],
  } = json as {
    title?: string;
    detail?: string;
    errors?: { path: string; message: string }[];
  };
  return new ApiError(answer.status, title, detail, errors, json as Record<string, unknown>);
}
