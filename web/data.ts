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
}

function jsonSchemas(messages: Record<string, Message>) {
  const entries = Object.entries(messages).map(([action, { from, request }]) => [
    action,
    { from, request: z.toJSONSchema(request, { unrepresentable: 'any', io: 'input' }) },
  ]);
  return Object.fromEntries(entries);
}

/** By subprotocol and action: who sends it, and the schema of its request. */
export const schemas = { 'ocpp1.6': jsonSchemas(messagesV16), 'ocpp2.0.1': jsonSchemas(messagesV201) };
