// Transactions of 1.6: how one begins and ends, what the CSMS's answers change in it, and when it ends by itself
// (OCPP 1.6 §4.8, §4.10, §3.5.4). How a session gets this far is in session.ts.
import { blame, enqueue } from '../calls';
import type { Charger, QueuedCall } from '../charger';
import { timestamp } from '../clock';
import { type Context, record, touch } from '../context';
import { advance, lock, nextChange, offersEnough, read, setContactor, unlock } from '../hardware/evse';
import { isUp } from '../link';
import { wholeWh } from '../measurands';
import { isSatisfied, stopTimes } from '../stop-when';
import { arm, disarm } from '../timers';
import { type IdTagInfo, learn } from './authorization';
import { forgetTxProfiles, installForTransaction } from './charging-profiles';
import { settingIsTrue, settingNumber } from './configuration';
import { armSampling, disarmSampling, keepForStop, toldWh } from './meter-values';
import { findPlace, isActive, type Place, places, v16 } from './places';
import { takeReservation } from './reservation';
import type { StopReason, Transaction } from './state';
import { hasFault, isFaulted } from './status';

/** Ended transactions the document remembers; more as long as messages of theirs are queued. */
const endedKept = 10;

/** A lock that fails keeps a transaction from starting (TC_024). A fixed cable has no lock on this side. */
export function lockFails(charger: Charger, place: Place): boolean {
  return !place.connectorSpec.fixedCable && hasFault(charger, place, 'ConnectorLockFailure');
}

/** Begins a transaction on the authorization of the connector: lock, register, StartTransaction, samples. */
export function beginTransaction(context: Context, place: Place): void {
  const { charger, now } = context;
  const { authorization } = place.state;
  if (!authorization) return;
  if (place.state.transaction) throw new Error(`connector ${place.connectorId} is in a transaction already`);
  lock(place.evse, place.connector.id);
  const reading = read(place.evse, place.evseSpec, now);
  const { idTag, parentIdTag, remote, offline, chargingProfile, intervalSeconds, stopWhen } = authorization;
  const transaction: Transaction = {
    id: `${charger.id}-T${++charger.lastId}`,
    connectorId: place.connectorId,
    idTag,
    startedAt: now,
    meterStartWh: wholeWh(reading.energyWh),
    ...(parentIdTag === undefined ? {} : { parentIdTag }),
    ...(reading.soc === undefined ? {} : { startSoc: reading.soc }),
    ...(remote ? { remote } : {}),
    ...(offline ? { offline } : {}),
    ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    ...(stopWhen === undefined ? {} : { stopWhen }),
  };
  const reservationId = takeReservation(context, place, authorization);
  place.state.transaction = transaction;
  if (chargingProfile) installForTransaction(charger, place.connectorId, chargingProfile);
  delete place.state.authorization;
  delete place.state.info;
  disarm(charger, `connectionTimeout/${place.connectorId}`);
  queueStart(context, place, transaction, reservationId);
  armSampling(context, place);
  keepForStop(context, place, 'StopTxnSampledData', 'Transaction.Begin');
  record(context, { kind: 'transaction', at: now, id: transaction.id, change: 'started' });
  touch(context);
}

function queueStart(context: Context, place: Place, transaction: Transaction, reservationId?: number): void {
  const payload = {
    connectorId: place.connectorId,
    idTag: transaction.idTag,
    meterStart: toldWh(context, place.connectorId, transaction.meterStartWh),
    timestamp: timestamp(context),
    ...(reservationId === undefined ? {} : { reservationId }),
  };
  enqueue(context, { action: 'StartTransaction', payload, kind: 'transaction', transaction: transaction.id });
}

export interface StopOrder {
  reason: StopReason;
  idTag?: string;
  /** The cable stays locked until the owner presents the token (§3.5.4), or the configuration wants it so. */
  keepLocked?: boolean;
}

/** Ends the transaction of a connector: delivery off, last reading, StopTransaction, unlock (§4.10). */
export function endTransaction(context: Context, place: Place, order: StopOrder): void {
  const { charger, now } = context;
  const { transaction } = place.state;
  if (!transaction) return;
  openContactor(context, place);
  keepForStop(context, place, 'StopTxnSampledData', 'Transaction.End');
  const reading = read(place.evse, place.evseSpec, now);
  transaction.stoppedAt = now;
  transaction.meterStopWh = wholeWh(reading.energyWh);
  if (reading.soc !== undefined) transaction.stopSoc = reading.soc;
  transaction.stopReason = order.reason;
  if (order.idTag !== undefined) transaction.stopIdTag = order.idTag;
  queueStop(context, transaction);
  delete place.state.transaction;
  forgetTxProfiles(charger, place.connectorId);
  place.state.finishing = {
    idTag: transaction.idTag,
    ...(transaction.parentIdTag === undefined ? {} : { parentIdTag: transaction.parentIdTag }),
  };
  if (!order.keepLocked && !lockFails(charger, place)) unlock(place.evse, place.connector.id);
  forgetTimers(charger, place);
  remember(charger, transaction);
  applyScheduled(charger, place);
  record(context, { kind: 'transaction', at: now, id: transaction.id, change: 'ended' });
  touch(context);
}

function openContactor(context: Context, place: Place): void {
  const open = isActive(place) && place.evse.contactor === 'closed';
  if (open) setContactor(place.evse, place.evseSpec, 'open', context.now);
  else advance(place.evse, place.evseSpec, context.now);
}

function queueStop(context: Context, transaction: Transaction): void {
  const { connectorId, stopIdTag, data, meterStopWh = 0, stopReason } = transaction;
  const payload = {
    ...(stopIdTag === undefined ? {} : { idTag: stopIdTag }),
    meterStop: toldWh(context, connectorId, meterStopWh),
    timestamp: timestamp(context),
    reason: stopReason,
    ...(data && data.length > 0 ? { transactionData: data } : {}),
  };
  forgetRunning(transaction);
  enqueue(context, { action: 'StopTransaction', payload, kind: 'transaction', transaction: transaction.id });
}

/** What only a running transaction needs does not weigh on the document until its messages are delivered. */
function forgetRunning(transaction: Transaction): void {
  delete transaction.data;
  delete transaction.dataBytes;
  delete transaction.dataThinned;
  delete transaction.phases;
  delete transaction.stopWhen;
  delete transaction.intervalSeconds;
  delete transaction.intervalFromWh;
  delete transaction.allowedUntilWh;
}

function forgetTimers(charger: Charger, place: Place): void {
  disarmSampling(charger, place.connectorId);
  disarm(charger, `stopWhen/${place.connectorId}`);
  disarm(charger, `ev/${place.connectorId}`);
}

function remember(charger: Charger, transaction: Transaction): void {
  const state = v16(charger);
  state.ended.push(transaction);
  const owed = new Set([charger.calls.inFlight, ...charger.calls.queue].map((call) => call?.transaction));
  const surplus = state.ended.length - endedKept;
  state.ended = state.ended.filter((ended, at) => at >= surplus || owed.has(ended.id));
}

/** ChangeAvailability that waited for the transaction takes effect (§5.2). */
function applyScheduled(charger: Charger, place: Place): void {
  const state = v16(charger);
  if (!state.scheduled) return;
  const wanted = state.scheduled[place.connectorId];
  delete state.scheduled[place.connectorId];
  if (wanted !== undefined) setInoperative(charger, place.connectorId, wanted);
  const stillCharging = places(charger).some((other) => other.state.transaction);
  const whole = state.scheduled['0'];
  if (whole !== undefined && !stillCharging) {
    setInoperative(charger, 0, whole);
    delete state.scheduled['0'];
  }
  if (Object.keys(state.scheduled).length === 0) delete state.scheduled;
}

/** Marks a connector (0: the charger) as operative or not; an inoperative one has no session left to finish. */
export function setInoperative(charger: Charger, connectorId: number, wanted: 'Operative' | 'Inoperative'): void {
  const state = v16(charger);
  state.inoperative = state.inoperative.filter((id) => id !== connectorId);
  if (wanted === 'Operative') return;
  state.inoperative.push(connectorId);
  vacate(charger, connectorId);
}

/** Out of service: there is no session left to finish, and none is about to begin. */
export function vacate(charger: Charger, connectorId: number): void {
  const connector = v16(charger).connectors[connectorId - 1];
  if (!connector) return;
  delete connector.finishing;
  delete connector.authorization;
  disarm(charger, `connectionTimeout/${connectorId}`);
}

/** StartTransaction.conf: the id, and the CSMS's word on the token (§4.8, §3.5.4). */
export function startAnswered(
  context: Context,
  call: QueuedCall,
  answer: { transactionId: number; idTagInfo: IdTagInfo },
): void {
  const { charger } = context;
  const transaction = findById(charger, call.transaction);
  touch(context);
  if (!transaction) return;
  transaction.transactionId = answer.transactionId;
  transaction.authorization = answer.idTagInfo.status;
  learn(context, transaction.idTag, answer.idTagInfo);
  if (answer.idTagInfo.parentIdTag !== undefined) transaction.parentIdTag = answer.idTagInfo.parentIdTag;
  if (answer.idTagInfo.status === 'Accepted') return;
  const detail = `the CSMS does not accept the token of the transaction: ${answer.idTagInfo.status}`;
  blame(context, call, { kind: 'refusedByCsms', detail, extra: { authorization: answer.idTagInfo } });
  const place = findPlace(charger, transaction.connectorId);
  if (place?.state.transaction === transaction) deauthorize(context, place, transaction);
}

/** The CSMS does not accept the token: MaxEnergyOnInvalidId first, if any, then stop or suspend (§3.5.4, §9.1). */
function deauthorize(context: Context, place: Place, transaction: Transaction): void {
  const { charger, now } = context;
  const allowedWh = settingNumber(charger, 'MaxEnergyOnInvalidId');
  const register = wholeWh(read(place.evse, place.evseSpec, now).energyWh);
  const until = transaction.meterStartWh + allowedWh;
  if (allowedWh > 0 && register < until) {
    transaction.allowedUntilWh = until;
    return;
  }
  delete transaction.allowedUntilWh;
  if (settingIsTrue(charger, 'StopTransactionOnInvalidId')) {
    endTransaction(context, place, { reason: 'DeAuthorized', keepLocked: true });
  } else {
    transaction.deauthorized = true;
    touch(context);
  }
}

/** StartTransaction was given up: the CSMS will never know the transaction (§3.7.1). */
export function startGivenUp(charger: Charger, call: QueuedCall): void {
  const transaction = findById(charger, call.transaction);
  if (transaction) transaction.lost = true;
}

export function stopAnswered(context: Context, call: QueuedCall, answer: { idTagInfo?: IdTagInfo | undefined }): void {
  const transaction = findById(context.charger, call.transaction);
  touch(context);
  if (!transaction || !answer.idTagInfo) return;
  learn(context, transaction.stopIdTag ?? transaction.idTag, answer.idTagInfo);
}

/** Running and remembered transactions, oldest first. */
export function allTransactions(charger: Charger): Transaction[] {
  const running = v16(charger).connectors.flatMap((connector) => connector.transaction ?? []);
  return [...v16(charger).ended, ...running].sort((a, b) => a.startedAt - b.startedAt);
}

function findById(charger: Charger, id: string | undefined): Transaction | undefined {
  if (id === undefined) return undefined;
  const { connectors, ended } = v16(charger);
  const running = connectors.find(({ transaction }) => transaction?.id === id)?.transaction;
  return running ?? ended.find((transaction) => transaction.id === id);
}

/** By our id, or by the CSMS's; the latest where the CSMS used one twice. */
export function findTransaction(charger: Charger, id: string): Transaction | undefined {
  const all = allTransactions(charger);
  return all.find((t) => t.id === id) ?? all.reverse().find((t) => String(t.transactionId) === id);
}

export function placeOfTransaction(charger: Charger, transaction: Transaction): Place | undefined {
  return places(charger).find((place) => place.state.transaction === transaction);
}

/** A transaction call as it leaves: with the CSMS's id, which the charger may not have known when the call was queued. */
export function completeCall(charger: Charger, call: QueuedCall): unknown {
  if (call.transaction === undefined || call.action === 'StartTransaction') return call.payload;
  const transactionId = findById(charger, call.transaction)?.transactionId;
  return transactionId === undefined ? undefined : { transactionId, ...(call.payload as object) };
}

/** Contactors follow transactions, and deadlines follow the physics: when the EV is full, when a wish is met. */
export function steerDelivery(context: Context): void {
  for (const place of places(context.charger)) {
    if (isActive(place)) steerContactor(context, place);
    armPhysics(context, place);
  }
}

function steerContactor(context: Context, place: Place): void {
  const { charger, now } = context;
  const { transaction } = place.state;
  const allowed = isUp(charger) && !isFaulted(charger, place) && offersEnough(place.evse, place.evseSpec);
  const wanted = allowed && transaction && !transaction.deauthorized;
  const contactor = wanted && place.connector.cable === 'connected' ? 'closed' : 'open';
  if (place.evse.contactor !== contactor) setContactor(place.evse, place.evseSpec, contactor, now);
}

function armPhysics(context: Context, place: Place): void {
  const { charger } = context;
  const name = `ev/${place.connectorId}`;
  const charges = place.state.transaction && isActive(place) && isUp(charger);
  const change = charges ? nextChange(place.evse, place.evseSpec) : undefined;
  if (change === undefined) disarm(charger, name);
  else arm(charger, name, change);
  armStopWhen(context, place);
}

function armStopWhen(context: Context, place: Place): void {
  const { charger } = context;
  const { transaction } = place.state;
  const name = `stopWhen/${place.connectorId}`;
  // While the EV is away the register may serve another connector of the EVSE: only time passes for this one.
  const { evse, evseSpec } = place;
  const counts = transaction && isUp(charger);
  const times = counts ? stopTimes(transaction, evse, evseSpec, context.now, isActive(place)) : [];
  if (times.length === 0) disarm(charger, name);
  else arm(charger, name, Math.min(...times));
}

/** Timer `stopWhen/<connector>`: a wish of the user is met, or the grace of an invalid token is used up. */
export function stopWhenDue(context: Context, argument: string): void {
  const place = findPlace(context.charger, Number(argument));
  const transaction = place?.state.transaction;
  if (!place || !transaction) return;
  const reading = read(place.evse, place.evseSpec, context.now);
  const grace = transaction.allowedUntilWh;
  if (grace !== undefined && wholeWh(reading.energyWh) >= grace) return deauthorize(context, place, transaction);
  if (isSatisfied(transaction, reading.energyWh, reading.soc, context.now)) {
    endTransaction(context, place, { reason: 'Local', idTag: transaction.idTag });
  }
  context.touched = true;
}

/** Timer `ev/<connector>`: the EV stops drawing by itself. */
export function evDue(context: Context, argument: string): void {
  const place = findPlace(context.charger, Number(argument));
  if (place) advance(place.evse, place.evseSpec, context.now);
  context.touched = true;
}
