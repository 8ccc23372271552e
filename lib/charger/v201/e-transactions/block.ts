// Block E, Transactions, as a value.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import { timestamp } from '../../clock';
import type { Context } from '../../context';
import { isUp } from '../../link';
import type { Block } from '../block';
import { variableIsTrue } from '../device-model/read';
import { triggeredValues } from '../j-meter-values/sampled';
import { type Bay, bays, findBay, isConnected } from '../places';
import { eventAnswered } from './answers';
import { allTransactions, findTransaction, queueEvent } from './event';
import { begin, deauthorize, endTransaction } from './lifecycle';
import { chargingState, pointsOf, startPoints } from './points';
import { evDue, steer, stopWhenDue, timeoutDue } from './steer';

/** GetTransactionStatus (E14). */
function getTransactionStatus(
  { charger }: Context,
  { transactionId }: RequestV201<'GetTransactionStatus'>,
): ResponseV201<'GetTransactionStatus'> {
  const queued = [charger.calls.inFlight, ...charger.calls.queue].filter((call) => call?.kind === 'transaction');
  if (transactionId === undefined) return { messagesInQueue: queued.length > 0 };
  const messagesInQueue = queued.some((call) => call?.transaction === transactionId);
  const transaction = findTransaction(charger, transactionId);
  // E14.FR.01: what it has never heard of is not ongoing, and has nothing queued.
  return { ongoingIndicator: transaction !== undefined && transaction.stoppedAt === undefined, messagesInQueue };
}

/** TransactionEventRequest about the transaction that runs or ran last, on the EVSE that is named or anywhere. */
function eventPayload(context: Context, wishes: Record<string, unknown>): Record<string, unknown> {
  const { charger } = context;
  const evseId = (wishes.evse as { id?: unknown } | undefined)?.id;
  const wanted = (wishes.transactionInfo as { transactionId?: unknown } | undefined)?.transactionId;
  const all = allTransactions(charger).filter(
    (transaction) =>
      (evseId === undefined || transaction.evseId === evseId) && (wanted === undefined || transaction.id === wanted),
  );
  const transaction = all.findLast(({ stoppedAt }) => stoppedAt === undefined) ?? all.at(-1);
  const bay = findBay(charger, transaction?.evseId);
  const state = transaction && bay ? chargingState(charger, bay) : undefined;
  return {
    eventType: 'Updated',
    timestamp: timestamp(context),
    triggerReason: 'Trigger',
    seqNo: transaction?.seqNo,
    transactionInfo: { transactionId: transaction?.id, ...(state === undefined ? {} : { chargingState: state }) },
  };
}

/** After a start-up: an EV that was taken off meanwhile is gone (E10), and what the outage kept from beginning begins. */
function resume(context: Context, bay: Bay): void {
  const { charger } = context;
  const { transaction, authorization } = bay.state;
  if (!transaction) {
    const points = pointsOf(charger, bay);
    if (authorization && startPoints(charger).some((point) => points.has(point))) {
      begin(context, bay, { trigger: 'AbnormalCondition' });
    }
    return;
  }
  if (isConnected(bay) || !variableIsTrue(charger, 'TxCtrlr', 'StopTxOnEVSideDisconnect')) return;
  if (authorization) deauthorize(context, bay, 'EVCommunicationLost', 'EVDisconnected');
  else endTransaction(context, bay, { trigger: 'EVCommunicationLost', reason: 'EVDisconnected' });
}

export const transactions: Block = {
  name: 'E Transactions',
  handlers: { GetTransactionStatus: getTransactionStatus },
  answers: { TransactionEvent: eventAnswered },
  fill: { TransactionEvent: eventPayload },
  triggers: {
    /** F06.FR.07, F06.FR.08: of the EVSE that is named, else of all that are in a transaction. */
    TransactionEvent(context, { evse }) {
      const concerned = bays(context.charger).filter((bay) => evse === undefined || bay.evseId === evse.id);
      const running = concerned.filter(({ state }) => state.transaction);
      for (const bay of running) {
        const { transaction } = bay.state;
        const meterValue = triggeredValues(context, bay);
        if (transaction) queueEvent(context, bay, transaction, 'Updated', { trigger: 'Trigger', meterValue });
      }
      return running.length > 0 ? 'Accepted' : 'Rejected';
    },
  },
  timers: { ev: evDue, stopWhen: stopWhenDue, evConnectionTimeout: timeoutDue },
  moments: {
    /** Delivery ends with the last volt; told after the restart, but as of now. */
    powerOff(context) {
      for (const bay of bays(context.charger))
        endTransaction(context, bay, { trigger: 'AbnormalCondition', reason: 'PowerLoss' });
    },
    startedUp(context) {
      for (const bay of bays(context.charger)) resume(context, bay);
    },
    faultsChanged: steer,
    reconcile(context) {
      steer(context);
    },
    retire(context) {
      if (!isUp(context.charger)) return;
      for (const bay of bays(context.charger))
        endTransaction(context, bay, { trigger: 'AbnormalCondition', reason: 'Other' });
    },
  },
};
