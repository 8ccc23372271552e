// Operations on a charger's power, network and connection to the CSMS.
import { z } from 'zod';
import { chargerId, given } from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';

const subject = 'Connection';

export const connect = defineOperation({
  name: 'connect',
  method: 'POST',
  route: 'chargers/{chargerId}/connect',
  subject,
  summary: 'Connects to the CSMS, boots if it must, answers with the registration',
  waits: true,
  input: {
    chargerId,
    holdSeconds: z
      .number()
      .min(0)
      .max(86_400)
      .optional()
      .describe('Keeps the socket for calls that the CSMS initiates.'),
  },
  output: waited({ registration: z.looseObject({}) }),
  problems: commandProblems,
  example: {
    input: { chargerId: 'CP-1', holdSeconds: 60 },
    output: { registration: { status: 'Accepted', intervalSeconds: 300 }, exchange: [] },
  },
  async run({ chargerId: id, ...options }, call) {
    return answered(await call.submit(id, { kind: 'connect', ...given(options) }));
  },
});

export const disconnect = defineOperation({
  name: 'disconnect',
  method: 'POST',
  route: 'chargers/{chargerId}/disconnect',
  subject,
  summary: 'Closes the connection to the CSMS',
  description:
    'A persistent charger stays disconnected until it is told to connect, unless `reconnect` says otherwise.',
  waits: true,
  input: {
    chargerId,
    abrupt: z.boolean().optional().describe('Cuts the TCP connection without a close frame.'),
    reconnect: z
      .boolean()
      .optional()
      .describe('As if the connection had been lost: a persistent charger comes back after its back-off.'),
  },
  output: waited({ wasConnected: z.boolean() }),
  problems: commandProblems,
  example: { input: { chargerId: 'CP-1', abrupt: true }, output: { wasConnected: true, exchange: [] } },
  async run({ chargerId: id, ...options }, call) {
    return answered(await call.submit(id, { kind: 'disconnect', ...given(options) }));
  },
});

export const power = defineOperation({
  name: 'power',
  method: 'POST',
  route: 'chargers/{chargerId}/power',
  subject,
  summary: 'Switches the mains of a charger',
  description: 'Off is pulling the mains: nothing is sent, the state survives.',
  waits: true,
  input: { chargerId, state: z.enum(['off', 'on', 'cycle']) },
  output: waited(),
  problems: commandProblems,
  example: {
    input: { chargerId: 'CP-1', state: 'cycle' },
    output: { registration: { status: 'Accepted' }, exchange: [] },
  },
  async run({ chargerId: id, state }, call) {
    return answered(await call.submit(id, { kind: 'power', state }));
  },
});

export const network = defineOperation({
  name: 'network',
  method: 'POST',
  route: 'chargers/{chargerId}/network',
  subject,
  summary: 'Takes the network of a charger away or gives it back',
  description: 'Offline queues what the specification wants queued; online replays it.',
  waits: true,
  input: { chargerId, state: z.enum(['offline', 'online']) },
  output: waited(),
  problems: commandProblems,
  example: { input: { chargerId: 'CP-1', state: 'offline' }, output: { exchange: [] } },
  async run({ chargerId: id, state }, call) {
    return answered(await call.submit(id, { kind: 'network', state }));
  },
});

export const connectionOperations = [connect, disconnect, power, network];
