// TransactionEvent: one event of a transaction as it is queued, numbered when it leaves (E01 to E15). When there is one is decided
// elsewhere.
import { enqueue } from '../../calls';
import type { Charger, QueuedCall } from '../../charger';
import { timestamp } from '../../clock';
import type { Context } from '../../context';
import { isOnline } from '../c-authorization/decide';
import { tell } from '../extensions';
import type { IdToken } from '../id-token';
import { type Bay, v201 } from '../places';
import { chargingState } from './points';
import type { MeterValue, StoppedReason, Transaction, TransactionEvent, TriggerReason } from './state';

/** What has happened to a transaction. */
export interface Happening {
  trigger: TriggerReason;
  /** Why the transaction ends, if this ends it. */
  reason?: StoppedReason;
  /** The token that was presented, or that the CSMS has named. */
  idToken?: IdToken;
  meterValue?: MeterValue[];
  /** If this ends the transaction: the cable stays locked until its owner presents the token (E05, E09.FR.03). */
  keepLocked?: boolean;
  /** It changes nothing: a charger set back by a crash takes the same sample again (see docs/adr/0002). */
  intermediate?: true;
}

/** Queues one event of a transaction on its EVSE. */
export function queueEvent(
  context: Context,
  bay: Bay,
  transaction: Transaction,
  eventType: TransactionEvent['eventType'],
  { trigger, idToken, meterValue = [], intermediate }: Happening,
): void {
  const { charger } = context;
  takeState(transaction, eventType === 'Ended' ? undefined : chargingState(charger, bay), context.now);
  const [fields] = [Object.assign({}, ...tell('eventFields', context, bay, transaction)) as Partial<TransactionEvent>];
  const payload: Omit<TransactionEvent, 'seqNo'> = {
    eventType,
    timestamp: timestamp(context),
    triggerReason: trigger,
    ...(isOnline(charger) ? {} : { offline: true }),
    transactionInfo: infoOf(transaction, eventType),
    ...placeOf(bay, transaction, eventType),
    ...(idToken ? { idToken } : {}),
    ...(meterValue.length > 0 ? { meterValue } : {}),
    ...fields,
  };
  enqueue(context, {
    action: 'TransactionEvent',
    payload,
    kind: 'transaction',
    transaction: transaction.id,
    ...(intermediate ? { intermediate } : {}),
  });
}

/** The charging state that the CSMS now hears of, and the time in it. */
function takeState(transaction: Transaction, state: Transaction['chargingState'] | undefined, now: number): void {
  if (state !== 'Charging' && transaction.chargingSince !== undefined) {
    transaction.chargedMs = (transaction.chargedMs ?? 0) + now - transaction.chargingSince;
    delete transaction.chargingSince;
  }
  if (state === 'Charging') transaction.chargingSince ??= now;
  if (state !== undefined) transaction.chargingState = state;
}

function infoOf(
  transaction: Transaction,
  eventType: TransactionEvent['eventType'],
): TransactionEvent['transactionInfo'] {
  const { id, remoteStartId, toldRemoteStart, stoppedReason } = transaction;
  const tellsRemote = remoteStartId !== undefined && !toldRemoteStart;
  if (tellsRemote) transaction.toldRemoteStart = true;
  return {
    transactionId: id,
    chargingState: transaction.chargingState,
    ...(eventType === 'Ended' ? { timeSpentCharging: Math.round((transaction.chargedMs ?? 0) / 1000) } : {}),
    ...(stoppedReason === undefined ? {} : { stoppedReason }),
    ...(tellsRemote ? { remoteStartId } : {}),
  };
}

/** The EVSE is told with the first event, the connector as soon as it is known (E02.FR.02, E03.FR.02). */
function placeOf(
  bay: Bay,
  transaction: Transaction,
  eventType: TransactionEvent['eventType'],
): Pick<TransactionEvent, 'evse'> {
  const { connectorId, toldConnector } = transaction;
  if (eventType !== 'Started' && (toldConnector || connectorId === undefined)) return {};
  if (connectorId !== undefined) transaction.toldConnector = true;
  return { evse: { id: bay.evseId, ...(connectorId === undefined ? {} : { connectorId }) } };
}

/** An event as it leaves: numbered, so that the numbers have no gap whatever has been given up before (E01.FR.07). */
export function completeEvent(charger: Charger, call: QueuedCall): unknown {
  const payload = call.payload as Partial<TransactionEvent>;
  const id = call.raw ? payload.transactionInfo?.transactionId : call.transaction;
  const transaction = findTransaction(charger, id);
  if (payload.seqNo !== undefined) {
    // A tester's own event takes the number that comes next.
    if (call.raw && transaction && payload.seqNo === transaction.seqNo) transaction.seqNo += 1;
    return payload;
  }
  if (!transaction) return undefined;
  call.payload = { ...payload, seqNo: transaction.seqNo };
  transaction.seqNo += 1;
  return call.payload;
}

/** Running and remembered transactions, oldest first. */
export function allTransactions(charger: Charger): Transaction[] {
  const { evses, ended } = v201(charger);
  return [...ended, ...evses.flatMap(({ transaction }) => transaction ?? [])].sort((a, b) => a.startedAt - b.startedAt);
}

export function findTransaction(charger: Charger, id: string | undefined): Transaction | undefined {
  return id === undefined ? undefined : allTransactions(charger).find((transaction) => transaction.id === id);
}
