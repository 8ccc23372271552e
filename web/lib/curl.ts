// Calls of the API as lines for a shell. The key is not written out: it stays where the shell has it.
import type { InputOf, OperationName } from './api-types';
import { type ApiRequest, requestOf } from './client';
import { apiSettings } from './settings';

/** A call of an operation of the API. */
export function curlOf<N extends OperationName>(name: N, input: InputOf<N>): string {
  return curlLine(requestOf(name, input), apiSettings().key !== '');
}

/** Any request with a JSON body. */
export function curlLine({ method, url, body }: ApiRequest, withKey = false): string {
  const parts = [`curl -X ${method} ${quoted(new URL(url, location.href).href)}`];
  if (withKey) parts.push(`-H "x-functions-key: $API_KEY"`);
  if (body !== undefined) parts.push(`-H 'content-type: application/json'`, `-d ${quoted(body)}`);
  return parts.join(' \\\n  ');
}

/** For a POSIX shell: nothing in it is special. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
