// Operations on transactions: whole sessions started and stopped in one go, and what is known of them.
import { z } from 'zod';
import { findTransaction, listTransactions as listAll } from '../charger/view';
import { existing } from './chargers';
import {
  address,
  addressOf,
  chargerId,
  evSchema,
  given,
  idToken,
  idTokenType,
  presentedToken,
  wrongToken,
} from './fields';
import { defineOperation, waited } from './operation';
import { answered, commandProblems } from './outcome';
import { ProblemError } from './problem';
import { transactionSchema } from './views';

const subject = 'Transactions';

const transactionId = z.string().min(1).max(100).describe("Ours or the CSMS's.");

const exampleTransaction = {
  id: 'T1',
  transactionId: 17,
  connectorId: 1,
  idToken: 'TAG-1',
  state: 'running',
  startedAt: '2025-01-31T12:00:00.000Z',
  energyWh: 0,
  powerW: 11000,
  soc: 20,
};

const stopWhen = z
  .strictObject({
    energyWh: z.number().positive().max(10_000_000).optional(),
    soc: z.number().min(0).max(100).optional(),
    durationSeconds: z.number().positive().max(31_536_000).optional(),
  })
  .refine((value) => Object.values(value).some((part) => part !== undefined), 'needs energyWh, soc or durationSeconds')
  .describe('Stops by itself at the first of these.');

export const startTransaction = defineOperation({
  name: 'startTransaction',
  method: 'POST',
  route: 'chargers/{chargerId}/transactions',
  subject,
  summary: 'Starts a whole session: plugs in, authorizes, starts',
  waits: true,
  input: {
    chargerId,
    ...address,
    idToken: presentedToken,
    type: idTokenType,
    ev: evSchema.optional(),
    meterValuesIntervalSeconds: z.int().min(0).max(86_400).optional().describe('Of this transaction; 0: none.'),
    stopWhen: stopWhen.optional(),
  },
  output: waited({
    transactionId: z.union([z.number(), z.string()]).optional(),
    transaction: transactionSchema.optional(),
  }),
  problems: [...commandProblems, 'not-found'],
  example: {
    input: { chargerId: 'CP-1', connectorId: 1, idToken: 'TAG-1', stopWhen: { energyWh: 5000 } },
    output: { transactionId: 17, transaction: exampleTransaction, exchange: [] },
  },
  check: wrongToken,
  async run(input, call) {
    const { ev, stopWhen: until, type, meterValuesIntervalSeconds } = input;
    const more = given({ type, meterValuesIntervalSeconds });
    const nested = { ...(ev ? { ev: given(ev) } : {}), ...(until ? { stopWhen: given(until) } : {}) };
    const command = {
      kind: 'startTransaction',
      address: addressOf(input),
      idToken: input.idToken,
      ...more,
      ...nested,
    } as const;
    return answered(await call.submit(input.chargerId, command));
  },
});

export const stopTransaction = defineOperation({
  name: 'stopTransaction',
  method: 'POST',
  route: 'chargers/{chargerId}/transactions/{transactionId}/stop',
  subject,
  summary: 'Stops a transaction',
  waits: true,
  input: {
    chargerId,
    transactionId,
    reason: z
      .string()
      .min(1)
      .max(50)
      .optional()
      .describe('As OCPP spells it: Local, Remote, EVDisconnected, EmergencyStop, … Default Local.'),
    idToken: idToken.optional().describe('The token that stops it.'),
    unplug: z.boolean().optional().describe('Unplugs the EV afterwards.'),
  },
  output: waited({ transaction: transactionSchema.optional() }),
  problems: [...commandProblems, 'not-found'],
  example: {
    input: { chargerId: 'CP-1', transactionId: '17', reason: 'Local', unplug: true },
    output: { transaction: { ...exampleTransaction, state: 'ended', stopReason: 'Local' }, exchange: [] },
  },
  async run({ chargerId: id, transactionId: transaction, ...options }, call) {
    return answered(await call.submit(id, { kind: 'stopTransaction', transactionId: transaction, ...given(options) }));
  },
});

export const listTransactions = defineOperation({
  name: 'listTransactions',
  method: 'GET',
  route: 'chargers/{chargerId}/transactions',
  subject,
  summary: 'Lists running transactions and the last ended ones, oldest first',
  input: { chargerId, state: z.enum(['running', 'ended']).optional() },
  output: z.strictObject({ transactions: z.array(transactionSchema) }),
  problems: ['unknown-charger'],
  example: { input: { chargerId: 'CP-1' }, output: { transactions: [exampleTransaction] } },
  async run(input, call) {
    const { charger, now } = await existing(call, input.chargerId);
    const all = listAll(charger, now).filter(({ state }) => input.state === undefined || state === input.state);
    return { body: { transactions: all } };
  },
});

export const getTransaction = defineOperation({
  name: 'getTransaction',
  method: 'GET',
  route: 'chargers/{chargerId}/transactions/{transactionId}',
  subject,
  summary: 'Tells all about a transaction: energy, power, state of charge, start and stop',
  input: { chargerId, transactionId },
  output: transactionSchema,
  problems: ['unknown-charger', 'not-found'],
  example: { input: { chargerId: 'CP-1', transactionId: '17' }, output: exampleTransaction },
  async run(input, call) {
    const { charger, now } = await existing(call, input.chargerId);
    const found = findTransaction(charger, input.transactionId, now);
    if (!found)
      throw new ProblemError('not-found', `charger ${input.chargerId} knows no transaction ${input.transactionId}`);
    return { body: found };
  },
});

export const transactionOperations = [startTransaction, stopTransaction, listTransactions, getTransaction];
