// The OpenAPI 3.1 document, made from the table of operations. Nothing is said here that the table does not say.
import { z } from 'zod';
import type { Operation } from './operation';
import { type ProblemKind, problemKinds } from './problem';

type Json = Record<string, unknown>;

const problemSchema: Json = {
  type: 'object',
  description: 'What was wrong, where, and what would be right (RFC 9457).',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      description: 'On bad input: each error.',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    tried: { type: 'object', description: 'What was tried when the CSMS did not play along.' },
    exchange: {
      type: 'array',
      description: 'The frames exchanged so far.',
      items: { $ref: '#/components/schemas/Frame' },
    },
  },
};

const headerParameters: Record<string, Json> = {
  idempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key runs once and gets the first answer again.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`respond-async` answers 202 at once with a `Location` to poll; the command goes on.',
    schema: { type: 'string' },
    example: 'respond-async',
  },
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The `ETag` that the charger must still have.',
    schema: { type: 'string' },
    example: '"1"',
  },
};

/** The document for these operations. */
export function openApiDocument(operations: readonly Operation[], version: string): Json {
  const shared: Json = {};
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = `/api/${operation.route}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, shared) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Charger Simulator',
      version,
      description:
        'OCPP chargers, driven over HTTP. Parameters can come from the route, the query or the JSON body alike; the same name given twice ' +
        'with different values is refused, and so are unknown fields.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This host' }],
    tags: [...new Set(operations.map(({ subject }) => subject))].map((name) => ({ name })),
    security: [{ key: [] }, { code: [] }, {}],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        code: { type: 'apiKey', in: 'query', name: 'code' },
      },
      parameters: headerParameters,
      schemas: { ...shared, Problem: problemSchema },
    },
  };
}

function describe(operation: Operation, shared: Json): Json {
  const { name, subject, summary, description, open } = operation;
  const body = operation.method === 'GET' || operation.method === 'DELETE' ? undefined : requestBody(operation, shared);
  return {
    operationId: name,
    tags: [subject],
    summary,
    ...(description ? { description } : {}),
    ...(open ? { security: [] } : {}),
    parameters: [...parametersOf(operation, shared, body !== undefined), ...headersOf(operation)],
    ...(body ? { requestBody: body } : {}),
    responses: responsesOf(operation, shared),
  };
}

function headersOf(operation: Operation): Json[] {
  const names = [
    ...(operation.method === 'POST' ? ['idempotencyKey'] : []),
    ...(operation.waits ? ['prefer'] : []),
    ...(operation.conditional ? ['ifMatch'] : []),
  ];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function parametersOf(operation: Operation, shared: Json, hasBody: boolean): Json[] {
  const schema = schemaOf(operation.input, 'input', shared);
  const required = new Set((schema.required as string[] | undefined) ?? []);
  const inPath = new Set(operation.params);
  return Object.entries((schema.properties as Record<string, Json> | undefined) ?? {})
    .filter(([name]) => inPath.has(name) || !hasBody)
    .map(([name, { description, ...rest }]) => ({
      name,
      in: inPath.has(name) ? 'path' : 'query',
      required: inPath.has(name) || required.has(name),
      ...(description ? { description } : {}),
      schema: rest,
      ...(operation.example.input[name] === undefined ? {} : { example: operation.example.input[name] }),
    }));
}

function requestBody(operation: Operation, shared: Json): Json | undefined {
  const { properties, required, ...rest } = schemaOf(operation.input, 'input', shared);
  const own = without((properties as Json | undefined) ?? {}, operation.params);
  if (Object.keys(own).length === 0) return undefined;
  const needed = ((required as string[] | undefined) ?? []).filter((name) => !operation.params.includes(name));
  const schema = { ...rest, properties: own, ...(needed.length > 0 ? { required: needed } : {}) };
  const example = without(operation.example.input, operation.params);
  return { required: needed.length > 0, content: { 'application/json': { schema, example } } };
}

function without(fields: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function responsesOf(operation: Operation, shared: Json): Json {
  const { status, output, produces = 'application/json', example } = operation;
  const schema = schemaOf(output, 'output', shared);
  const media = { schema, ...(example.output === undefined ? {} : { example: example.output }) };
  const headers = etagHeader(operation);
  return {
    [status]: { description: operation.summary, ...headers, content: { [produces]: media } },
    ...(operation.waits || operation.name === 'getCommand' ? { 202: acceptedResponse } : {}),
    ...problemResponses(operation),
  };
}

function etagHeader({ conditional, name }: Operation): Json {
  const tagged = conditional === true || name === 'getCharger' || name === 'createCharger';
  return tagged ? { headers: { ETag: { description: 'For If-Match.', schema: { type: 'string' } } } } : {};
}

const acceptedResponse: Json = {
  description: 'The command goes on: poll `Location`.',
  headers: { Location: { schema: { type: 'string', format: 'uri-reference' } } },
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: { commandId: { type: 'string' }, state: { const: 'running' }, location: { type: 'string' } },
      },
    },
  },
};

function problemResponses(operation: Operation): Json {
  const kinds = new Set<ProblemKind>([
    'bad-input',
    'internal',
    'damaged',
    'unavailable',
    ...(operation.problems ?? []),
  ]);
  if (!operation.open) kinds.add('no-key');
  if (operation.method !== 'GET') kinds.add('too-large').add('unsupported-media-type');
  if (operation.method === 'POST') kinds.add('key-reused');
  const byStatus = new Map<number, string[]>();
  for (const kind of kinds) {
    const { status, title } = problemKinds[kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), title]);
  }
  const entries = [...byStatus].map(([status, titles]) => [status, problemResponse(titles)]);
  return Object.fromEntries(entries);
}

function problemResponse(titles: string[]): Json {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description: `${titles.join('. ')}.`, content: { 'application/problem+json': { schema } } };
}

/** A zod schema as JSON Schema 2020-12; schemas with an id are collected in `shared` and referred to. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', shared: Json): Json {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const text = JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/');
  const { $schema: _, $defs, id: __, ...plain } = JSON.parse(text) as Json;
  for (const [id, definition] of Object.entries(($defs as Json | undefined) ?? {})) {
    shared[id] = withoutId(definition as Json);
  }
  return plain;
}

function withoutId({ id: _, ...definition }: Json): Json {
  return definition;
}
