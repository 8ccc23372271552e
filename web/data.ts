// What the build writes for pages to use: routes of the API's operations, and the messages of each OCPP version as JSON schemas. Runs in
// the build alone; no page imports it.
import { z } from 'zod';
import { operations } from '../lib/api/table';
import { messagesV16 } from '../lib/ocpp/v16/messages';
import { messagesV201 } from '../lib/ocpp/v201/messages';

/** By name: method and route. */
export const routes = Object.fromEntries(operations.map(({ name, method, route }) => [name, [method, route]]));

interface Message {
  from: 'charger' | 'csms' | 'both';
  request: z.ZodType;
  response: z.ZodType;
}

const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });

function jsonSchemas(messages: Record<string, Message>) {
  const entries = Object.entries(messages).map(([action, { from, request, response }]) => [
    action,
    { from, request: jsonSchema(request), response: jsonSchema(response) },
  ]);
  return Object.fromEntries(entries);
}

/** By subprotocol and action: who sends it, and the schemas of its request and its response. */
export const schemas = { 'ocpp1.6': jsonSchemas(messagesV16), 'ocpp2.0.1': jsonSchemas(messagesV201) };
