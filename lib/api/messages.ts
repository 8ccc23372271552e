// Operations on OCPP messages themselves: send any, wait for one, read the log.
import { z } from 'zod';
import { draftMessage as draftOf } from '../charger/draft';
import type { MessageFilter } from '../simulator/ports';
import { existing } from './chargers';
import { frameSchema, frameView } from './exchange';
import { addressOf, chargerId, continuation, given, limit, time } from './fields';
import { type Call, defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';

const subject = 'Messages';

const fields = z.record(z.string(), z.unknown());
const action = z
  .string()
  .min(1)
  .max(100)
  .refine((value) => !/\p{Cc}/u.test(value), 'may contain no control characters')
  .describe('The OCPP action.');

const exampleFrame = {
  at: '2025-01-31T12:00:00.000Z',
  direction: 'sent',
  type: 'call',
  action: 'Heartbeat',
  messageId: 'k3f9-1',
  payload: {},
};

export const sendMessage = defineOperation({
  name: 'sendMessage',
  method: 'POST',
  route: 'chargers/{chargerId}/messages/{action}',
  subject,
  summary: 'Sends that action now, answers with the response of the CSMS',
  waits: true,
  input: {
    chargerId,
    action,
    payload: fields.optional().describe("Filled in from the charger's state where left out; null leaves a field out."),
    validate: z.boolean().default(true).describe('false sends what the schema forbids.'),
    fill: z.boolean().default(true).describe('false sends the payload as it is: nothing is filled in.'),
  },
  output: waited({ response: z.unknown().optional().describe("The payload of the CSMS's answer.") }),
  problems: commandProblems,
  example: {
    input: { chargerId: 'CP-1', action: 'Heartbeat' },
    output: { response: { currentTime: '2025-01-31T12:00:00.000Z' }, exchange: [exampleFrame] },
  },
  async run({ chargerId: id, fill, ...message }, call) {
    const asItIs = fill ? {} : { fill };
    return answered(await call.submit(id, { kind: 'sendMessage', ...given(message), ...asItIs }));
  },
});

export const draftMessage = defineOperation({
  name: 'draftMessage',
  method: 'GET',
  route: 'chargers/{chargerId}/messages/{action}/draft',
  subject,
  summary: 'Shows what sendMessage would fill in, and sends nothing',
  description:
    'The payload as the charger would send it now, with what the schema still misses in `problems`. Times, meter readings and sequence numbers ' +
    'in it are those of now: left out of a sendMessage they are filled in anew.',
  input: {
    chargerId,
    action,
    connectorId: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('The connector that it is about; 0 in OCPP 1.6: the charger.'),
    evseId: z.int().min(0).max(1000).optional().describe('OCPP 2.x: the EVSE that it is about.'),
  },
  output: z.strictObject({
    payload: fields,
    problems: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .describe('What the schema misses or minds. Empty: it can be sent as it is.'),
  }),
  problems: ['unknown-charger', 'not-found'],
  example: {
    input: { chargerId: 'CP-1', action: 'StatusNotification', connectorId: 1 },
    output: {
      payload: {
        connectorId: 1,
        errorCode: 'NoError',
        status: 'Available',
        timestamp: '2025-01-31T12:00:00.000Z',
      },
      problems: [],
    },
  },
  async run({ chargerId: id, action: name, connectorId, evseId }, call) {
    const { charger, now } = await existing(call, id);
    return { body: draftOf(charger, name, now, addressOf({ connectorId, evseId })) };
  },
});

export const sendFrame = defineOperation({
  name: 'sendFrame',
  method: 'POST',
  route: 'chargers/{chargerId}/frames',
  subject,
  summary: 'Sends any text as one frame, valid or not',
  description:
    'Waits for the answer to a CALL; after anything else for `waitSeconds`, to see what the CSMS makes of it.',
  waits: true,
  input: {
    chargerId,
    text: z.string().max(65_536).describe('The frame, 64 KiB at most as JSON.'),
    waitSeconds: z.number().min(0).max(60).optional().describe('Default 1.'),
  },
  output: waited(),
  problems: commandProblems,
  example: { input: { chargerId: 'CP-1', text: '[2,"x","Heartbeat",{}]' }, output: { exchange: [exampleFrame] } },
  async run({ chargerId: id, ...frame }, call) {
    return answered(await call.submit(id, { kind: 'sendFrame', ...given(frame) }));
  },
});

export const awaitMessage = defineOperation({
  name: 'awaitMessage',
  method: 'POST',
  route: 'chargers/{chargerId}/await',
  subject,
  summary: 'Waits for a call of the CSMS, answers with it and with what the charger replied',
  waits: true,
  input: { chargerId, action, match: fields.optional().describe('Fields that its payload must have, at any depth.') },
  output: waited({ action: z.string(), request: z.unknown(), response: z.unknown().optional() }),
  problems: commandProblems,
  example: {
    input: { chargerId: 'CP-1', action: 'RemoteStopTransaction', timeoutSeconds: 60 },
    output: {
      action: 'RemoteStopTransaction',
      request: { transactionId: 17 },
      response: { status: 'Accepted' },
      exchange: [],
    },
  },
  async run({ chargerId: id, ...wanted }, call) {
    return answered(await call.submit(id, { kind: 'awaitMessage', ...given(wanted) }));
  },
});

const ndjson = 'application/x-ndjson';

export const listMessages = defineOperation({
  name: 'listMessages',
  method: 'GET',
  route: 'chargers/{chargerId}/messages',
  subject,
  summary: 'Reads the OCPP log, newest first',
  description: 'With `format=ndjson` one frame per line, all there are unless `limit` says less.',
  input: {
    chargerId,
    action: action.optional(),
    direction: z.enum(['sent', 'received']).optional().describe('As the charger sees it.'),
    from: time.optional().describe('The earliest time, inclusive.'),
    to: time.optional().describe('The latest time, inclusive.'),
    format: z.enum(['json', 'ndjson']).default('json'),
    limit: limit.unwrap().optional().describe('Frames at most. Default: 100 as json, all as ndjson.'),
    continuation,
  },
  output: z.strictObject({ messages: z.array(frameSchema), continuation: z.string().optional() }),
  problems: ['unknown-charger'],
  example: { input: { chargerId: 'CP-1', action: 'MeterValues' }, output: { messages: [exampleFrame] } },
  async run({ chargerId: id, action: name, direction, from, to, format, limit: most, continuation: after }, call) {
    await existing(call, id);
    const filter: MessageFilter = given({ action: name, direction, from: epoch(from), to: epoch(to) });
    if (format === 'ndjson') {
      return { text: { contentType: ndjson, content: await lines(call, id, filter, most, after) } };
    }
    const page = await call.simulator.messages(id, filter, most ?? 100, after);
    return { body: { messages: page.items.map(frameView), ...given({ continuation: page.continuation }) } };
  },
});

function epoch(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

const pageSize = 500;

/** Frames as lines of JSON, page by page. The first page is read at once, so that what is wrong is still told by the status. */
async function lines(call: Call, id: string, filter: MessageFilter, most = Number.POSITIVE_INFINITY, after?: string) {
  const first = await call.simulator.messages(id, filter, Math.min(pageSize, most), after);
  async function* all(): AsyncGenerator<string> {
    let page = first;
    let left = most;
    for (;;) {
      if (page.items.length > 0) yield page.items.map((frame) => `${JSON.stringify(frameView(frame))}\n`).join('');
      left -= page.items.length;
      if (page.continuation === undefined || left <= 0) return;
      page = await call.simulator.messages(id, filter, Math.min(pageSize, left), page.continuation);
    }
  }
  return all();
}

export const messageOperations = [sendMessage, draftMessage, sendFrame, awaitMessage, listMessages];
