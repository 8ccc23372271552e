// What the CSMS's answers to TransactionEvent change: its word on the token (C10, E05). Costs and messages to the driver are other
// blocks'.
import type { ResponseV201 } from '../../../ocpp/v201/messages';
import { blame } from '../../calls';
import type { QueuedCall } from '../../charger';
import { type Context, touch } from '../../context';
import { read } from '../../hardware/evse';
import { wholeWh } from '../../measurands';
import { learn, whyNotAccepted } from '../c-authorization/decide';
import { variableIsTrue, variableNumber } from '../device-model/read';
import { tell } from '../extensions';
import { type Bay, findBay } from '../places';
import { findTransaction } from './event';
import { deauthorize } from './lifecycle';
import type { Transaction, TransactionEvent } from './state';

/** TransactionEventResponse. */
export function eventAnswered(context: Context, call: QueuedCall, answer: ResponseV201<'TransactionEvent'>): void {
  const { charger } = context;
  const transaction = findTransaction(charger, call.transaction);
  const { idToken } = call.payload as Partial<TransactionEvent>;
  const { idTokenInfo } = answer;
  context.touched = true;
  if (idToken && idTokenInfo) learn(context, idToken, idTokenInfo);
  if (!transaction) return;
  tell('eventAnswered', context, transaction, answer);
  if (!idTokenInfo) return;
  touch(context);
  const bay = findBay(charger, transaction.evseId);
  const runs = bay?.state.transaction === transaction;
  transaction.authorization = idTokenInfo.status;
  if (idTokenInfo.groupIdToken) transaction.groupIdToken = idTokenInfo.groupIdToken;
  const why = whyNotAccepted(idTokenInfo, transaction.evseId, 'the CSMS does not accept the token of the transaction:');
  if (why === undefined) return;
  blame(context, call, { kind: 'refusedByCsms', detail: why, extra: { authorization: idTokenInfo } });
  if (bay && runs && bay.state.authorization) notAccepted(context, bay, transaction);
}

/** E05: the transaction is stopped (StopTxOnInvalidId), or its energy withheld, now or when MaxEnergyOnInvalidId has flowed. */
function notAccepted(context: Context, bay: Bay, transaction: Transaction): void {
  const { charger, now } = context;
  if (variableIsTrue(charger, 'TxCtrlr', 'StopTxOnInvalidId')) {
    return deauthorize(context, bay, 'Deauthorized', 'DeAuthorized');
  }
  const until = transaction.meterStartWh + variableNumber(charger, 'TxCtrlr', 'MaxEnergyOnInvalidId');
  const register = wholeWh(read(bay.evse, bay.evseSpec, now).energyWh);
  if (register < until) transaction.allowedUntilWh = until;
  else transaction.deauthorized = true;
}
