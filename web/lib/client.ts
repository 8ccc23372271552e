// Calls of the HTTP API. Which operations there are, what they take and answer is in `api-types.ts`; method and route come from the table
// of operations, by the build. What an answer that is none of the API's means is in `answer-words.ts`.
import { silence, unreadable } from './answer-words';
import type { InputOf, OperationName, OutputOf } from './api-types';
import { answered, noAnswer, setProbe } from './connection';
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

/** `/api/chargers/CP-1?…` at the address of the API, for a fetch or a link. */
export function operationUrl<N extends OperationName>(name: N, input: InputOf<N>): string {
  return request(apiSettings(), name, input).url;
}

interface Asking {
  method: string;
  url: string;
  body?: string;
}

function request({ url: address }: ApiSettings, name: OperationName, input: object): Asking {
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
  const settings = apiSettings();
  const current = () => settings === apiSettings();
  const open = name === 'health';
  try {
    const answer = await callAt(settings, name, input);
    if (current()) answered({ open });
    return answer;
  } catch (error) {
    if (error instanceof ApiError && current()) {
      if (error.status === 0) noAnswer();
      else answered({ refused: error.status === 401, open });
    }
    throw error;
  }
}

async function callAt<N extends OperationName>(
  settings: ApiSettings,
  name: N,
  input: InputOf<N>,
): Promise<OutputOf<N>> {
  const { method, url, body } = request(settings, name, input);
  const headers = { ...keyHeader(settings), ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const { timeoutSeconds = defaultLimitSeconds } = input as { timeoutSeconds?: number };
  const signal = AbortSignal.timeout((timeoutSeconds + waySeconds) * 1_000);
  return (await ask(url, { method, headers, signal, ...(body === undefined ? {} : { body }) })) as OutputOf<N>;
}

/** Asks an address for JSON. @throws ApiError */
export async function ask(url: string, init: RequestInit): Promise<unknown> {
  const where = new URL(url, location.href).origin;
  const failed = (error: unknown) => {
    throw new ApiError(0, 'No answer', silence(where, error instanceof Error && error.name === 'TimeoutError'));
  };
  const answer = await fetch(url, init).catch(failed);
  const text = await answer.text().catch(failed);
  const json = parsed(text);
  if (answer.ok && json !== undefined) return json;
  throw errorOf(answer, where, json);
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
    await callAt(settings, 'listModels', {});
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
  const { url } = request(settings, 'health', {});
  return fetch(url, { mode: 'no-cors', signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}

setProbe(() => call('health', {}));
