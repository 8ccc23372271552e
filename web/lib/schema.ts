// Messages of an OCPP version as JSON schemas, written by the build from the schemas that the simulator itself checks with.
export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: string[];
  format?: string;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  description?: string;
}

export interface Message {
  from: 'charger' | 'csms' | 'both';
  request: Schema;
}

/** @throws Error when the file is not there */
export async function loadMessages(protocol: string): Promise<Record<string, Message>> {
  const answer = await fetch(`/schemas/${protocol}.json`);
  if (!answer.ok) throw new Error(`the schemas of ${protocol} cannot be loaded (status ${answer.status})`);
  return (await answer.json()) as Record<string, Message>;
}

/** The least that a form begins with: what is required inside, texts and numbers still empty. */
export function blank(schema: Schema): unknown {
  if (schema.type === 'object') {
    const required = (schema.required ?? []).flatMap((name): [string, unknown][] => {
      const part = schema.properties?.[name];
      const value = part && blank(part);
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(required);
  }
  if (schema.type === 'array') return schema.minItems && schema.items ? [blank(schema.items) ?? ''] : [];
  return undefined;
}
