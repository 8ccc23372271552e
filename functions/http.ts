// One HTTP function per operation: from Azure's request to ours and back. Keys are checked by the Functions host.
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type ApiRequest, type ApiResponse, handle, problemResponse } from '../lib/api/handle';
import type { ApiDeps, Operation } from '../lib/api/operation';
import { ProblemError } from '../lib/api/problem';
import { routeProblem } from '../lib/api/route';
import { SettingsError } from '../lib/host/settings';

/** Answers one request. `open` throws a SettingsError when a setting is wrong: the answer names it. */
export async function answer(
  operation: Operation,
  request: HttpRequest,
  open: () => Promise<ApiDeps>,
): Promise<HttpResponseInit> {
  try {
    return await toHttp(await handle(operation, toApi(request), await open()));
  } catch (error) {
    return toHttp(problemResponse(hostProblem(error)));
  }
}

/** For paths and methods that no operation has. */
export function answerUnknown(request: HttpRequest, operations: readonly Operation[]): Promise<HttpResponseInit> {
  const below = new URL(request.url).pathname.replace(/^\/api\/?/, '');
  return toHttp(problemResponse(routeProblem(operations, request.method, below)));
}

function hostProblem(error: unknown): ProblemError {
  if (error instanceof SettingsError) return new ProblemError('misconfigured', error.message);
  return new ProblemError('internal', 'the host could not be started; its log says more');
}

function toApi(request: HttpRequest): ApiRequest {
  const { method, params, headers } = request;
  // Beside the URL the host hands over the query with repeated names joined by commas.
  const query = new URL(request.url).searchParams;
  return { method, params, query, headers, body: request.body as ApiRequest['body'] };
}

async function toHttp({ status, headers, body }: ApiResponse): Promise<HttpResponseInit> {
  return { status, headers, body: typeof body === 'string' ? body : await joined(body) };
}

/** Without streaming an answer goes out in one piece. */
async function joined(texts: AsyncIterable<string>): Promise<string> {
  const parts: string[] = [];
  for await (const text of texts) parts.push(text);
  return parts.join('');
}
