// Messages of an OCPP version as JSON schemas, written by the build from the schemas that the simulator itself checks with.
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: Schema;
  enum?: string[];
  format?: string;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
}

export interface Message {
  from: 'charger' | 'csms' | 'both';
  request: Schema;
  response: Schema;
}

export type Messages = Readonly<Record<string, Message>>;

/** The least that an object or a list begins with: what is required inside, texts and numbers still empty. */
export function blank(schema: Schema): unknown {
  if (schema.type === 'object') {
    const required = (schema.required ?? []).flatMap((name): [string, unknown][] => {
      const part = schema.properties?.[name];
      const value = part && blank(part);
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(required);
  }
  if (schema.type === 'array') return schema.items ? [blank(schema.items) ?? ''] : [];
  return undefined;
}
