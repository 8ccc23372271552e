// What in calls and answers of the CSMS goes against OCPP 1.6 though it fits the schemas. Nothing follows from it here: what the charger
// does about it is in the files that handle the messages.
import type { RequestV16, ResponseV16 } from '../../ocpp/v16/messages';
import type { QueuedCall } from '../charger';
import { isPlausible } from '../clock';
import type { Context } from '../context';
import { registrationStatus } from '../registration';
import { violate } from '../violations';
import type { RuleV16 } from './rules';
import { allTransactions } from './transactions';

const against = (context: Context, rule: RuleV16, detail: string) => violate(context, rule, detail);

function notWhilePending(context: Context): void {
  if (registrationStatus(context.charger) === 'Pending')
    against(context, 'remoteWhilePending', 'the registration is Pending');
}

function aboveZero(context: Context, connectorId: number | undefined): void {
  if (connectorId !== undefined && connectorId <= 0)
    against(context, 'badConnectorId', `connectorId is ${connectorId}`);
}

function plausible(context: Context, currentTime: string): void {
  if (!isPlausible(Date.parse(currentTime))) against(context, 'badCurrentTime', `currentTime is ${currentTime}`);
}

/** By action of the call, whose payload fits its schema. */
const calls = {
  RemoteStartTransaction(context: Context, request: RequestV16<'RemoteStartTransaction'>) {
    notWhilePending(context);
    aboveZero(context, request.connectorId);
    const profile = request.chargingProfile;
    if (!profile) return;
    const { chargingProfilePurpose: purpose, transactionId } = profile;
    if (purpose !== 'TxProfile') against(context, 'remoteStartProfile', `chargingProfilePurpose is ${purpose}`);
    if (transactionId !== undefined) against(context, 'remoteStartProfile', 'the profile has a transactionId');
  },
  RemoteStopTransaction: notWhilePending,
  UnlockConnector: (context: Context, request: RequestV16<'UnlockConnector'>) =>
    aboveZero(context, request.connectorId),
};

/** By action of the call that is answered; the known fields of the answer fit its schema. */
const answers = {
  Authorize(context: Context, _call: QueuedCall, { idTagInfo }: ResponseV16<'Authorize'>) {
    if (idTagInfo.status === 'ConcurrentTx') against(context, 'concurrentTxUnasked', 'an Authorize starts nothing');
  },
  BootNotification(context: Context, _call: QueuedCall, answer: ResponseV16<'BootNotification'>) {
    const { interval, currentTime } = answer;
    if (interval < 0) against(context, 'badInterval', `interval is ${interval}`);
    plausible(context, currentTime);
  },
  DataTransfer(context: Context, _call: QueuedCall, { status, data }: ResponseV16<'DataTransfer'>) {
    if (status === 'UnknownVendorId' && data !== undefined)
      against(context, 'vendorDataUnasked', 'UnknownVendorId comes with data');
  },
  Heartbeat: (context: Context, _call: QueuedCall, { currentTime }: ResponseV16<'Heartbeat'>) =>
    plausible(context, currentTime),
  StartTransaction(context: Context, call: QueuedCall, answer: ResponseV16<'StartTransaction'>) {
    const { transactionId, idTagInfo } = answer;
    if (transactionId <= 0 && idTagInfo.status === 'Accepted')
      against(context, 'transactionIdNotPositive', `transactionId is ${transactionId}`);
    // Whoever sends a StartTransaction of their own may send one that the CSMS knows already.
    if (call.raw) return;
    const other = allTransactions(context.charger).find(
      (transaction) => transaction.transactionId === transactionId && transaction.id !== call.transaction,
    );
    if (other) against(context, 'transactionIdReused', `transactionId ${transactionId} is that of ${other.id}`);
  },
  StopTransaction(context: Context, call: QueuedCall, { idTagInfo }: ResponseV16<'StopTransaction'>) {
    if (!idTagInfo) return;
    const { idTag } = call.payload as { idTag?: unknown };
    if (idTag === undefined) against(context, 'idTagInfoUnasked', 'the request has no idTag');
    if (idTagInfo.status === 'ConcurrentTx')
      against(context, 'concurrentTxUnasked', 'a StopTransaction starts nothing');
  },
};

/** What the dialect looks at in each message before it is handled. */
export const judgesV16 = { calls, answers };
