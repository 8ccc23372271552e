// The API as one self-contained page, made from the table of operations. Loads nothing from elsewhere.
import { z } from 'zod';
import { docsStyle } from './docs-style';
import type { Operation } from './operation';
import { problemKinds } from './problem';

interface Field {
  name: string;
  type: string;
  required: boolean;
  description: string;
}

/** The page for these operations. */
export function docsPage(operations: readonly Operation[], version: string): string {
  const subjects = [...new Set(operations.map(({ subject }) => subject))];
  const of = (subject: string) => operations.filter((operation) => operation.subject === subject);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Charger Simulator API</title><style>${docsStyle}</style></head><body>
<nav><strong>Charger Simulator</strong> <small>${escapeHtml(version)}</small>
${subjects.map((subject) => navigation(subject, of(subject))).join('')}
<h2>Reference</h2><a href="#conventions">Conventions</a><a href="#problems">Problems</a><a href="openapi.json">openapi.json</a></nav>
<main><h1>API</h1>${conventions}
${subjects.map((subject) => `<h2>${escapeHtml(subject)}</h2>${of(subject).map(section).join('')}`).join('')}
${problems()}</main></body></html>
`;
}

const conventions = `<section id="conventions"><h2>Conventions</h2><ul>
<li>JSON in, JSON out. Times are ISO 8601, energy is in Wh, power in W. Unknown fields are refused.</li>
<li>Parameters can come from the route, the query or the JSON body alike.</li>
<li>A key, where one is set, goes in <code>x-functions-key</code> or <code>?code=</code>.</li>
<li>What talks to the CSMS waits for the outcome, <code>timeoutSeconds</code> at most (default 30, at most 200), and answers with
<code>exchange</code>: the frames in order. With <code>Prefer: respond-async</code> it answers 202 at once with a <code>Location</code> to poll.</li>
<li><code>Idempotency-Key</code> on POST: the same key runs once and gets the first answer again.</li>
<li>Passwords and private keys go in and never come out.</li></ul></section>`;

function navigation(subject: string, operations: readonly Operation[]): string {
  const links = operations.map(({ name }) => `<a href="#${name}">${name}</a>`).join('');
  return `<h2>${escapeHtml(subject)}</h2>${links}`;
}

function section(operation: Operation): string {
  const { name, method, route, summary, description, example } = operation;
  const answer = example.output === undefined ? '' : `<h4>Answer ${operation.status}</h4>${code(example.output)}`;
  return `<section id="${name}"><h3>${name}</h3>
<p class="route"><b class="${method.toLowerCase()}">${method}</b> <code>/api/${escapeHtml(route)}</code></p>
<p>${escapeHtml(summary)}.${description ? ` ${markup(description)}` : ''}</p>${table(fieldsOf(operation))}
<pre>${escapeHtml(curlOf(operation))}</pre>${answer}</section>`;
}

function table(fields: Field[]): string {
  if (fields.length === 0) return '';
  const rows = fields.map((field) => {
    const name = `<code>${escapeHtml(field.name)}</code>${field.required ? ' <em>required</em>' : ''}`;
    return `<tr><td>${name}</td><td>${escapeHtml(field.type)}</td><td>${markup(field.description)}</td></tr>`;
  });
  return `<table>${rows.join('')}</table>`;
}

/** The operation's example as a line for the shell. `$SIM` is where the API is. */
export function curlOf({ method, route, params, example }: Operation): string {
  const path = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(example.input[name] ?? '')));
  const rest = Object.entries(example.input).filter(([name]) => !params.includes(name));
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  if (method === 'GET' || method === 'DELETE') return `curl${verb} "$SIM/${path}${queryOf(rest)}"`;
  const body = rest.length > 0 ? ` -d '${JSON.stringify(Object.fromEntries(rest)).replaceAll("'", "'\\''")}'` : '';
  return `curl${verb} "$SIM/${path}"${body}`;
}

function queryOf(fields: [string, unknown][]): string {
  const pairs = fields.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

interface JsonSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  $ref?: string;
}

function fieldsOf(operation: Operation): Field[] {
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    type: typeOf(field),
    required: required.has(name),
    description: [field.description, field.default === undefined ? '' : `Default ${JSON.stringify(field.default)}.`]
      .join(' ')
      .trim(),
  }));
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? '';
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'anything'}`;
  if (schema.properties) return `{ ${Object.keys(schema.properties).join(', ')} }`;
  return `${String(schema.type ?? 'anything')}${rangeOf(schema)}`;
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  if (minimum === undefined || maximum === undefined || maximum > 1e12) return '';
  return `, ${minimum} to ${maximum}`;
}

function problems(): string {
  const rows = Object.entries(problemKinds).map(
    ([kind, { status, title }]) =>
      `<tr id="${kind}"><td>${status}</td><td><code>${kind}</code></td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<section id="problems"><h2>Problems</h2><p>Errors are <code>application/problem+json</code> (RFC 9457); <code>type</code> ends
in one of these names. Those of commands that met the CSMS carry <code>tried</code> and <code>exchange</code>.</p>
<table>${rows.join('')}</table></section>`;
}

function code(value: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(value, null, 2))}</pre>`;
}

/** Escaped text with `code` between backquotes. */
function markup(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
