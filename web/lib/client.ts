// Calls of the HTTP API. Which operations there are, what they take and answer is in `api-types.ts`; method and route come from the table
// of operations, by the build. What an answer that is none of the API's means is in `answer-words.ts`.
import { silence, unreadable } from './answer-words';
import type { InputOf, OperationName, OutputOf } from './api-types';
import { answered, noAnswer, setProbe } from './connection';
import { saveFile } from './files';
import { type ApiSettings, apiSettings } from './settings';

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

export interface ApiRequest {
  method: string;
  url: string;
  body?: string;
}

/** What is asked of the API when an operation is called. */
export function requestOf(
  name: OperationName,
  input: object,
  { url: address }: ApiSettings = apiSettings(),
): ApiRequest {
  const [method, route] = routes[name];
  const rest: Record<string, unknown> = { ...input };
  const path = route.replace(/\{(\w+)\}/g, (_, param: string) => {
    const value = String(rest[param]);
    delete rest[param];
    return encodeURIComponent(value);
  });
  const url = `${address}/api/${path}`;
  if (method !== 'GET' && method !== 'DELETE') return { method, url, body: JSON.stringify(rest) };
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries(rest)) {
    if (value !== undefined) query.set(field, String(value));
  }
  return { method, url: query.size > 0 ? `${url}?${query}` : url };
}

/** The key, as a header. */
export function keyHeader({ key }: ApiSettings = apiSettings()): Record<string, string> {
  return key === '' ? {} : { 'x-functions-key': key };
}

/** What the API itself allows an operation, and some time for the way. */
const defaultLimitSeconds = 30;
const waySeconds = 30;

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
  const { json, answer } = await noting(name, (settings) => readAt(settings, name, input, ifMatch));
  return { answer: json as OutputOf<N>, etag: answer.headers.get('etag') ?? '' };
}

/** What an operation answers with, as it is, where that is a file. @throws ApiError */
export async function fileOf<N extends OperationName>(name: N, input: InputOf<N>): Promise<Blob> {
  return noting(name, async (settings) => {
    const { url } = requestOf(name, input, settings);
    const answer = await answerOf(url, { headers: keyHeader(settings) });
    if (!answer.ok) throw errorOf(answer, originOf(url), parsed(await answer.text().catch(() => '')));
    return answer.blob();
  });
}

/** Saves what an operation answers as a file of that name. @throws ApiError */
export async function download<N extends OperationName>(name: N, input: InputOf<N>, file: string): Promise<void> {
  saveFile(file, await fileOf(name, input));
}

/** Asks an address for JSON. @throws ApiError */
export async function ask(url: string, init: RequestInit): Promise<unknown> {
  return (await read(url, init)).json;
}

/** Asks with the present address and key, and tells `connection.ts` how the API stands by what comes of it. */
async function noting<T>(name: OperationName, act: (settings: ApiSettings) => Promise<T>): Promise<T> {
  const settings = apiSettings();
  const current = () => settings === apiSettings();
  const open = name === 'health';
  try {
    const result = await act(settings);
    if (current()) answered({ open });
    return result;
  } catch (error) {
    if (error instanceof ApiError && current()) {
      if (error.status === 0) noAnswer();
      else answered({ refused: error.status === 401, open });
    }
    throw error;
  }
}

interface Read {
  json: unknown;
  answer: Response;
}

async function readAt(settings: ApiSettings, name: OperationName, input: object, ifMatch?: string): Promise<Read> {
  const { method, url, body } = requestOf(name, input, settings);
  const headers = {
    ...keyHeader(settings),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const { timeoutSeconds = defaultLimitSeconds } = input as { timeoutSeconds?: number };
  const signal = AbortSignal.timeout((timeoutSeconds + waySeconds) * 1_000);
  return read(url, { method, headers, signal, ...(body === undefined ? {} : { body }) });
}

async function read(url: string, init: RequestInit): Promise<Read> {
  const answer = await answerOf(url, init);
  const json = parsed(await answer.text().catch((error: unknown) => fail(url, error)));
  if (answer.ok && json !== undefined) return { json, answer };
  throw errorOf(answer, originOf(url), json);
}

function answerOf(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch((error: unknown) => fail(url, error));
}

function originOf(url: string): string {
  return new URL(url, location.href).origin;
}

function fail(url: string, error: unknown): never {
  const late = error instanceof Error && error.name === 'TimeoutError';
  throw new ApiError(0, 'No answer', silence(originOf(url), late));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorOf(answer: Response, where: string, json: unknown): ApiError {
  const { status } = answer;
  if (typeof json !== 'object' || json === null) {
    const { title, detail } = unreadable(where, status, answer.headers.get('retry-after'));
    return new ApiError(status, title, detail);
  }
  const {
    title = `Status ${status}`,
    detail = '',
    errors = [],
  } = json as {
    title?: string;
    detail?: string;
    errors?: { path: string; message: string }[];
  };
  return new ApiError(status, title, detail, errors, json as Record<string, unknown>);
}

/** Tries an address and a key before they are used. @throws ApiError that says which of them is wrong, and how */
export async function tryOut(settings: ApiSettings): Promise<void> {
  try {
    await readAt(settings, 'listModels', {});
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401 && settings.key !== '')
      throw new ApiError(401, 'The key is wrong', error.message, error.fields);
    if (error.status !== 0 || !(await isThere(settings))) throw error;
    throw new ApiError(
      0,
      'It does not let this page ask',
      `${new URL(settings.url, location.href).origin} answers, but lets no page of ${location.origin} ask (CORS). ` +
        'A local host lets pages from elsewhere ask once it has an API_KEY; an Azure app, once its CORS setting names this address.',
    );
  }
}

/** Does something answer at all, even if this page may not read it? */
async function isThere(settings: ApiSettings): Promise<boolean> {
  const { url } = requestOf('health', {}, settings);
  return fetch(url, { mode: 'no-cors', signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}

setProbe(() => call('health', {}));
