// What is generated from the table: the OpenAPI document, the docs page; and what the table itself must hold.
import Ajv2020 from 'ajv/dist/2020';
import { curlOf } from '../../lib/api/docs-page';
import { checkInput } from '../../lib/api/input';
import { openApiDocument } from '../../lib/api/openapi';
import { operations } from '../../lib/api/table';
import { type ApiHost, startApiHost } from '../support/api-host';

let host: ApiHost;
beforeAll(async () => {
  host = await startApiHost();
});
afterAll(() => host.close());

describe('the table', () => {
  it('has the operations of the contract, under their routes', () => {
    expect(operations.map(({ name, method, route }) => `${name} ${method} ${route}`).sort()).toEqual(
      [
        'createCharger POST chargers',
        'createChargers POST chargers/batch',
        'listChargers GET chargers',
        'getCharger GET chargers/{chargerId}',
        'updateCharger PATCH chargers/{chargerId}',
        'deleteCharger DELETE chargers/{chargerId}',
        'deleteChargers DELETE chargers',
        'connect POST chargers/{chargerId}/connect',
        'disconnect POST chargers/{chargerId}/disconnect',
        'power POST chargers/{chargerId}/power',
        'network POST chargers/{chargerId}/network',
        'plugIn POST chargers/{chargerId}/plug-in',
        'unplug POST chargers/{chargerId}/unplug',
        'presentToken POST chargers/{chargerId}/present-token',
        'setEv POST chargers/{chargerId}/ev',
        'setBehaviour PUT chargers/{chargerId}/behaviour',
        'setNetworkFaults PUT chargers/{chargerId}/network-faults',
        'raiseFault POST chargers/{chargerId}/faults',
        'raiseSecurityEvent POST chargers/{chargerId}/security-events',
        'requestCertificate POST chargers/{chargerId}/certificate-requests',
        'clearFault DELETE chargers/{chargerId}/faults/{faultId}',
        'listViolations GET chargers/{chargerId}/violations',
        'clearViolations DELETE chargers/{chargerId}/violations',
        'sendMessage POST chargers/{chargerId}/messages/{action}',
        'draftMessage GET chargers/{chargerId}/messages/{action}/draft',
        'sendFrame POST chargers/{chargerId}/frames',
        'awaitMessage POST chargers/{chargerId}/await',
        'listChargingProfiles GET chargers/{chargerId}/charging-profiles',
        'getCompositeSchedule GET chargers/{chargerId}/composite-schedule',
        'getLocalAuthorizationList GET chargers/{chargerId}/local-authorization-list',
        'listKeepAlive GET keep-alive',
        'listMessages GET chargers/{chargerId}/messages',
        'startTransaction POST chargers/{chargerId}/transactions',
        'stopKeepAlive DELETE chargers/{chargerId}/keep-alive',
        'stopTransaction POST chargers/{chargerId}/transactions/{transactionId}/stop',
        'listTransactions GET chargers/{chargerId}/transactions',
        'getKeepAlive GET chargers/{chargerId}/keep-alive',
        'getTransaction GET chargers/{chargerId}/transactions/{transactionId}',
        'getConfiguration GET chargers/{chargerId}/configuration',
        'setConfiguration PUT chargers/{chargerId}/configuration',
        'getCommand GET chargers/{chargerId}/commands/{commandId}',
        'listModels GET models',
        'startFleetRun POST fleet-runs',
        'listFleetRuns GET fleet-runs',
        'getFleetRun GET fleet-runs/{runId}',
        'stopFleetRun DELETE fleet-runs/{runId}',
        'negotiateFeed POST feed/negotiate',
        'health GET health',
        'openapi GET openapi.json',
        'docs GET docs',
        'metrics GET metrics',
      ].sort(),
    );
  });

  it.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s has an example that it takes and gives',
    (_, operation) => {
      expect(() => checkInput(operation.input, operation.example.input)).not.toThrow();
      expect(operation.check(operation.example.input, host.deps)).toEqual([]);
      if (operation.example.output !== undefined)
        expect(operation.output.safeParse(operation.example.output).error).toBeUndefined();
    },
  );

  it('has every route parameter among the fields of its operation', () => {
    for (const { name, params, input } of operations) {
      expect([name, params.filter((param) => !(param in input.shape))]).toEqual([name, []]);
    }
  });
});

/** Every `$ref` in a JSON value. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => (name === '$ref' ? [String(part)] : refsIn(part)));
}

function at(document: unknown, pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
}

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, looked into at many depths
type Any = any;

describe('the OpenAPI document', () => {
  let document: Any;
  beforeAll(async () => {
    document = (await host.ask('GET', 'openapi.json')).body;
  });
  const every = (): Any[] => Object.values<Any>(document.paths).flatMap((path) => Object.values<Any>(path));

  it('is OpenAPI 3.1 with one entry per operation', () => {
    expect([document.openapi, document.info.version]).toEqual(['3.1.0', '1.2.3']);
    expect(
      every()
        .map(({ operationId }) => operationId)
        .sort(),
    ).toEqual(operations.map(({ name }) => name).sort());
  });

  it('refers only to what it has', () => {
    const refs = [...new Set(refsIn(document))];
    expect(refs).toEqual(expect.arrayContaining(['#/components/schemas/Problem', '#/components/schemas/Frame']));
    expect(refs.filter((ref) => at(document, ref) === undefined)).toEqual([]);
  });

  it('has schemas that are valid JSON Schema 2020-12, and examples that fit them', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const inline = (schema: object) => ({ ...schema, components: document.components });
    for (const operation of every()) {
      const body = operation.requestBody?.content['application/json'];
      if (body)
        expect([operation.operationId, ajv.validate(inline(body.schema), body.example), ajv.errors]).toEqual([
          operation.operationId,
          true,
          null,
        ]);
      for (const parameter of operation.parameters) {
        if (parameter.example === undefined) continue;
        expect([parameter.name, ajv.validate(inline(parameter.schema), parameter.example)]).toEqual([
          parameter.name,
          true,
        ]);
      }
    }
  });

  it('tells of the key, of respond-async, Idempotency-Key, If-Match and of problems', () => {
    expect(document.components.securitySchemes.key).toEqual({ type: 'apiKey', in: 'header', name: 'x-functions-key' });
    expect(document.components.securitySchemes.code).toMatchObject({ in: 'query', name: 'code' });
    const { post } = document.paths['/api/chargers/{chargerId}/connect'];
    const refs = post.parameters.map((parameter: Any) => parameter.$ref ?? parameter.name);
    expect(refs).toEqual(['chargerId', '#/components/parameters/idempotencyKey', '#/components/parameters/prefer']);
    expect(Object.keys(post.responses).sort()).toEqual([
      '200',
      '202',
      '400',
      '401',
      '404',
      '409',
      '413',
      '415',
      '422',
      '500',
      '502',
      '503',
      '504',
    ]);
    const patch = document.paths['/api/chargers/{chargerId}'].patch;
    expect(refsIn(patch.parameters)).toContain('#/components/parameters/ifMatch');
    expect(patch.responses['412']).toBeDefined();
  });

  it('puts route parameters into the path alone', () => {
    for (const [path, methods] of Object.entries<Any>(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      for (const operation of Object.values<Any>(methods)) {
        const inPath = operation.parameters
          .filter((parameter: Any) => parameter.in === 'path')
          .map(({ name }: Any) => name);
        expect([path, inPath]).toEqual([path, named]);
        expect(Object.keys(operation.requestBody?.content['application/json'].schema.properties ?? {})).not.toEqual(
          expect.arrayContaining(named.length > 0 ? named : ['-']),
        );
      }
    }
  });

  it('is the same whoever asks', () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(operations, '1.2.3'))));
  });
});

describe('the docs page', () => {
  it('tells of every operation, and loads nothing from elsewhere', async () => {
    const { headers, text } = await host.ask('GET', 'docs');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const { name, route } of operations) {
      expect(text).toContain(`<section id="${name}">`);
      expect(text).toContain(`/api/${route}`);
    }
    expect(text).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    for (const anchor of text.matchAll(/href="#([\w-]+)"/g)) expect(text).toContain(`id="${anchor[1]}"`);
  });

  it('shows lines for the shell that work', async () => {
    const sample = (name: string) =>
      curlOf(operations.find((operation) => operation.name === name) as (typeof operations)[number]);
    expect(sample('startTransaction')).toBe(
      `curl -X POST "$SIM/chargers/CP-1/transactions" -d '{"connectorId":1,"idToken":"TAG-1","stopWhen":{"energyWh":5000}}'`,
    );
    expect(sample('listMessages')).toBe('curl "$SIM/chargers/CP-1/messages?action=MeterValues"');
  });
});
