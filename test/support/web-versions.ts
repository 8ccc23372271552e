// What suites of the web platform that go through both OCPP versions have in common: their messages as pages know them, and the least of each.
import { schemas } from '../../web/data';
import type { Messages, Schema } from '../../web/lib/schema';

export const protocols = ['ocpp1.6', 'ocpp2.0.1'] as const;

/** Messages by action, as the pages get them. */
export function messagesOf(protocol: (typeof protocols)[number]): Messages {
  return schemas[protocol] as Messages;
}

/** The least payload that fits a schema. */
export function least(schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, least(schema.properties?.[name] ?? {})]));
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => least(schema.items ?? {}));
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return texts[schema.format ?? ''] ?? 'x';
  }
}

const texts: Record<string, string> = { 'date-time': '2030-01-01T00:00:00Z', uri: 'http://127.0.0.1:9/file' };
