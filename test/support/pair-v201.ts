// A 2.0.1 charging station and a scripted CSMS joined by a fake link: the pair, with a CSMS that answers in 2.0.1's words and takes every
// token, and with names for what tests look at most.

import type { VariableSetting } from '../../lib/charger/create';
import { check } from '../../lib/ocpp/check';
import { messagesV201 } from '../../lib/ocpp/v201/messages';
import { createPair, type Pair, type PairOptions, type SeenCall } from './pair';

export interface PairOptionsV201 extends Omit<PairOptions, 'configuration' | 'protocol'> {
  /** Values by `Component.Variable` or `Component.Variable[Instance]`. */
  variables?: Record<string, string>;
}

const accepted = { status: 'Accepted' };

const friendly: NonNullable<PairOptions['answers']> = {
  Authorize: () => ({ idTokenInfo: accepted }),
  SignCertificate: () => accepted,
  TransactionEvent: ({ idToken }) => (idToken === undefined ? {} : { idTokenInfo: accepted }),
};

/** `TxCtrlr.TxStartPoint` as a preset. */
function preset(key: string, value: string): VariableSetting {
  const [, component = '', name = '', instance] = /^(\w+)\.(\w+)(?:\[(\w+)\])?$/.exec(key) ?? [];
  return { component: { name: component }, variable: { name, ...(instance ? { instance } : {}) }, value };
}

/** The two, not yet connected: the first command or `settle` makes them. */
export function createPairV201({ variables = {}, answers = {}, ...options }: PairOptionsV201 = {}): Pair {
  const configuration = Object.entries(variables).map(([key, value]) => preset(key, value));
  return createPair({ ...options, protocol: 'ocpp2.0.1', configuration, answers: { ...friendly, ...answers } });
}

/** A pair whose station has booted and told its statuses; what it sent meanwhile is forgotten. */
export function bootedPairV201(options: PairOptionsV201 = {}): Pair {
  const pair = createPairV201(options);
  pair.command({ kind: 'connect' });
  pair.clear();
  return pair;
}

export interface Event {
  eventType: string;
  triggerReason: string;
  seqNo: number;
  offline?: boolean;
  timestamp: string;
  transactionInfo: Record<string, unknown> & { transactionId: string; chargingState?: string; stoppedReason?: string };
  evse?: { id: number; connectorId?: number };
  idToken?: { idToken: string; type: string };
  meterValue?: { timestamp: string; sampledValue: Record<string, unknown>[] }[];
}

/** Every event of transactions that the CSMS has seen, of one transaction or all. */
export function eventsOf(pair: Pair, transactionId?: string): Event[] {
  const all = pair.calls('TransactionEvent').map(({ payload }) => payload as unknown as Event);
  return all.filter(
    ({ transactionInfo }) => transactionId === undefined || transactionInfo.transactionId === transactionId,
  );
}

/** Events in a line each: `Started Authorized Charging`, with the reason where one ends. */
export function storyOf(pair: Pair): string[] {
  return eventsOf(pair).map(({ eventType, triggerReason, transactionInfo: { chargingState, stoppedReason } }) =>
    [eventType, triggerReason, chargingState, stoppedReason].filter((word) => word !== undefined).join(' '),
  );
}

/** The statuses of a connector that the CSMS has heard of. */
export function statusesOf(pair: Pair, evseId = 1, connectorId = 1): unknown[] {
  return pair
    .calls('StatusNotification')
    .filter(({ payload }) => payload.evseId === evseId && payload.connectorId === connectorId)
    .map(({ payload }) => payload.connectorStatus);
}

/** Messages that do not fit their schemas: a test wants none. */
export function misfits(pair: Pair): string[] {
  return pair.seen.flatMap(({ action, payload }: SeenCall) => {
    const message = messagesV201[action as keyof typeof messagesV201];
    const problem = message ? check(message.request, payload) : { message: 'no such action' };
    return problem ? [`${action}: ${problem.message}`] : [];
  });
}
