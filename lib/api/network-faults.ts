// The operation that makes the network between a charger and its CSMS bad. What each fault does is in lib/charger/network-faults.ts.
import { z } from 'zod';
import { delayingKinds, networkFaultKinds } from '../charger/network-faults';
import { chargerId, given } from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';
import type { FieldError } from './problem';

const count = z.int().min(0).max(1_000_000);

const faultSchema = z.strictObject({
  kind: z
    .enum(networkFaultKinds)
    .describe(
      'latency: delayed, and what follows waits behind it. drop: lost. duplicate: arrives twice. reorder: overtaken by the next frame, where there is one: a call of the charger is the last until it is answered (OCPP-J 1.6 §4.1.1), and is late only. ' +
        'truncate: arrives without its end. corrupt: arrives with characters changed. wrongMessageId: arrives under another message id. ' +
        'lateAnswer: an answer that comes too late. halfOpen: from here on every byte vanishes, both ways, and nobody is told. ' +
        'cutMidFrame: the connection breaks in the middle of the frame. refuseTls: the charger refuses the TLS handshake (wss only).',
    ),
  direction: z.enum(['sent', 'received']).optional().describe('As the charger sees it. Default: both.'),
  action: z.string().min(1).max(100).optional().describe('Only frames of this action: the CALL and its answers.'),
  probability: z.number().min(0).max(1).optional().describe("Default 1. By dice of the network's own, from `seed`."),
  skip: count.optional().describe('Leaves so many fitting frames alone first. Default 0.'),
  times: count.optional().describe('Happens so often at most. Default: for ever.'),
  delayMs: z
    .int()
    .min(0)
    .max(600_000)
    .optional()
    .describe('For latency (default 500), reorder (1,000) and lateAnswer (35,000).'),
  jitterMs: z.int().min(0).max(600_000).optional().describe('Milliseconds more, at most, by the dice.'),
});

/** What the network does, with how often each fault fitted and happened. */
export const networkFaultsSchema = z.looseObject({
  seed: z.number(),
  faults: z.array(faultSchema.extend({ seen: z.number(), done: z.number() })),
  onTheWay: z.number().describe('Frames that are delayed now.'),
});

export const setNetworkFaults = defineOperation({
  name: 'setNetworkFaults',
  method: 'PUT',
  route: 'chargers/{chargerId}/network-faults',
  subject: 'Bending',
  summary: 'Makes the network between a charger and its CSMS bad, or good again',
  description:
    'Replaces the faults there were; an empty list makes the network good. Faults apply to each fitting frame in the order of the list. The ' +
    'same seed and the same conversation give the same faults. They last until they are replaced; getCharger shows them with how often each has ' +
    'happened, and frames in an exchange name what was done to them.',
  waits: true,
  input: {
    chargerId,
    faults: z.array(faultSchema).max(20),
    seed: z.int().min(0).max(4_294_967_295).optional().describe("Default: the charger's."),
  },
  output: waited({ networkFaults: networkFaultsSchema.nullable() }),
  problems: commandProblems,
  example: {
    input: {
      chargerId: 'CP-1',
      faults: [{ kind: 'drop', direction: 'received', action: 'StartTransaction', times: 1 }],
    },
    output: {
      networkFaults: {
        seed: 7,
        faults: [{ kind: 'drop', direction: 'received', action: 'StartTransaction', times: 1, seen: 0, done: 0 }],
        onTheWay: 0,
      },
      exchange: [],
    },
  },
  check({ faults }) {
    return faults.flatMap(({ kind, delayMs, jitterMs }, at): FieldError[] => {
      if ((delayMs === undefined && jitterMs === undefined) || delayingKinds.includes(kind)) return [];
      return [
        {
          path: `faults.${at}`,
          message: `${kind} delays nothing: delayMs and jitterMs are for ${delayingKinds.join(', ')}`,
        },
      ];
    });
  },
  async run({ chargerId: id, faults, ...options }, call) {
    const wanted = faults.map((fault) => given(fault));
    return answered(await call.submit(id, { kind: 'setNetworkFaults', faults: wanted, ...given(options) }));
  },
});

export const networkFaultOperations = [setNetworkFaults];
