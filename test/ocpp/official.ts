// The official JSON Schemas of OCPP, as the package ocpp-rpc ships them. What we make of them is in the tests.
import { Ajv, type ValidateFunction } from 'ajv';
import schemasV16 from 'ocpp-rpc/lib/schemas/ocpp1_6.json';
import schemasV201 from 'ocpp-rpc/lib/schemas/ocpp2_0_1.json';

/** As much of JSON Schema as the official files use. */
export interface Schema {
  $id?: string;
  $ref?: string;
  $schema?: string;
  definitions?: Record<string, Schema>;
  type?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | object;
  items?: Schema;
  additionalItems?: boolean;
  enum?: readonly unknown[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  format?: string;
  pattern?: string;
  description?: string;
  default?: unknown;
}

/** Schemas by name: `Authorize.req`, `Authorize.conf`. References are resolved, ids gone, and what is only for people or programs to read. */
export interface Official {
  schemas: ReadonlyMap<string, Schema>;
  /** What checks a payload against them, by the same names. */
  validators: ReadonlyMap<string, ValidateFunction>;
}

const ajv = new Ajv({
  strict: false,
  allErrors: true,
  // Without it Ajv refuses 0.3 as a multiple of 0.1.
  multipleOfPrecision: 6,
  formats: {
    'date-time': (text: string) =>
      /^\d{4}-\d\d-\d\dT[\d:]{8}(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
    uri: (text: string) => !text.includes(' ') && URL.canParse(text),
  },
});

export const officialV16 = official(schemasV16);
export const officialV201 = official(schemasV201);

function official(files: object[]): Official {
  const schemas = new Map(
    (files as Schema[]).map(({ $id = '', $schema: _, definitions = {}, ...schema }) => [
      $id.replace(/^urn:/, ''),
      resolve(schema, definitions),
    ]),
  );
  return { schemas, validators: new Map([...schemas].map(([name, schema]) => [name, ajv.compile(schema)])) };
}

function resolve(schema: Schema, definitions: Record<string, Schema>): Schema {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.replace('#/definitions/', '')];
    if (!target) throw new Error(`no definition for ${schema.$ref}`);
    return resolve(target, definitions);
  }
  // No validator acts on these: what a default means for a field left out is the charger's matter.
  const { properties, items, description: _, default: __, additionalItems: ___, ...rest } = schema;
  return {
    ...rest,
    ...(properties && { properties: mapValues(properties, (property) => resolve(property, definitions)) }),
    ...(items && { items: resolve(items, definitions) }),
  };
}

function mapValues<T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
