// How a transaction begins, goes on and ends: whatever happens at an EVSE is compared with TxStartPoint and TxStopPoint (E01, E06).
import { type Context, record, touch } from '../../context';
import { advance, lock, read, setContactor, unlock } from '../../hardware/evse';
import { wholeWh } from '../../measurands';
import { arm, disarm } from '../../timers';
import type { Authorization } from '../c-authorization/state';
import { variableNumber } from '../device-model/read';
import { tell } from '../extensions';
import { lockFails } from '../g-availability/faults';
import type { IdToken } from '../id-token';
import { armSampling, beginValues, disarmSampling, endValues, keepBegin } from '../j-meter-values/sampled';
import { activePlace, type Bay, isConnected, v201 } from '../places';
import { type Happening, queueEvent } from './event';
import { chargingState, hasBaySensor, type Point, pointsOf, startPoints, stopPoints } from './points';
import type { StoppedReason, Transaction, TriggerReason } from './state';
import { newTransactionId } from './transaction-id';

/** Ended transactions the document remembers; more as long as messages of theirs are queued. */
const endedKept = 10;

/** Something happens at an EVSE: a transaction begins, hears of it, or ends. `change` makes it so. */
export function happen(context: Context, bay: Bay, happening: Happening, change: () => void): void {
  const { charger } = context;
  const before = pointsOf(charger, bay);
  change();
  const after = pointsOf(charger, bay);
  touch(context);
  const { transaction } = bay.state;
  const rises = [...after].some((point) => !before.has(point));
  if (!transaction) {
    if (rises && startPoints(charger).some((point) => after.has(point))) begin(context, bay, happening);
    return;
  }
  const fallen = stopPoints(charger).some((point) => before.has(point) && !after.has(point));
  if (fallen || isDeserted(after)) endTransaction(context, bay, happening);
  else goOn(context, bay, transaction, happening);
}

/** Nobody is here any more: whatever TxStopPoint says, there is nothing left to wait for. */
function isDeserted(points: Set<Point>): boolean {
  return !points.has('EVConnected') && !points.has('Authorized') && !points.has('ParkingBayOccupancy');
}

/** Begins a transaction with what has happened. */
export function begin(context: Context, bay: Bay, happening: Happening): void {
  const { charger, now } = context;
  const reading = read(bay.evse, bay.evseSpec, now);
  const transaction: Transaction = {
    id: newTransactionId(context),
    evseId: bay.evseId,
    startedAt: now,
    seqNo: 0,
    meterStartWh: wholeWh(reading.energyWh),
    ...(reading.soc === undefined ? {} : { startSoc: reading.soc }),
    chargingState: chargingState(charger, bay),
  };
  bay.state.transaction = transaction;
  delete bay.state.finishing;
  adopt(bay, transaction);
  const idToken = bay.state.authorization?.idToken;
  tell('transactionBegun', context, bay, transaction);
  keepBegin(context, bay);
  const meterValue = beginValues(context, bay);
  queueEvent(context, bay, transaction, 'Started', { ...(idToken ? { idToken } : {}), ...happening, meterValue });
  armSampling(context, bay);
  record(context, { kind: 'transaction', at: now, id: transaction.id, change: 'started' });
  touch(context);
}

/** The transaction takes over who is authorized for it, and where its EV hangs. */
function adopt({ evse, state }: Bay, transaction: Transaction): void {
  if (evse.activeConnectorId !== undefined) transaction.connectorId = evse.activeConnectorId;
  const { authorization } = state;
  if (!authorization) return;
  const { idToken, groupIdToken, remoteStartId, offline, intervalSeconds, stopWhen } = authorization;
  transaction.idToken = idToken;
  if (groupIdToken) transaction.groupIdToken = groupIdToken;
  if (remoteStartId !== undefined) transaction.remoteStartId = remoteStartId;
  if (offline) transaction.offline = offline;
  if (intervalSeconds !== undefined) transaction.intervalSeconds = intervalSeconds;
  if (stopWhen) transaction.stopWhen = stopWhen;
}

function goOn(context: Context, bay: Bay, transaction: Transaction, happening: Happening): void {
  const { intervalSeconds } = transaction;
  adopt(bay, transaction);
  if (transaction.intervalSeconds !== intervalSeconds) armSampling(context, bay);
  queueEvent(context, bay, transaction, 'Updated', happening);
}

/** Ends the transaction of an EVSE whatever TxStopPoint says: delivery off, last reading, the last event, unlock. */
export function endTransaction(context: Context, bay: Bay, happening: Happening): void {
  const { charger, now } = context;
  const { transaction } = bay.state;
  if (!transaction) return;
  openContactor(context, bay);
  const state = chargingState(charger, bay);
  transaction.chargingState = state === 'Charging' ? 'EVConnected' : state;
  transaction.stoppedReason = happening.reason ?? 'Local';
  if (happening.idToken) transaction.stopIdToken = happening.idToken;
  const reading = read(bay.evse, bay.evseSpec, now);
  transaction.stoppedAt = now;
  transaction.meterStopWh = wholeWh(reading.energyWh);
  if (reading.soc !== undefined) transaction.stopSoc = reading.soc;
  const meterValue = endValues(context, bay);
  queueEvent(context, bay, transaction, 'Ended', { ...happening, meterValue });
  leave(context, bay, transaction, happening.keepLocked ?? happening.trigger === 'Deauthorized');
  tell('transactionEnded', context, bay, transaction);
  record(context, { kind: 'transaction', at: now, id: transaction.id, change: 'ended' });
  touch(context);
}

function openContactor({ now }: Context, { evse, evseSpec }: Bay): void {
  if (evse.contactor === 'closed') setContactor(evse, evseSpec, 'open', now);
  else advance(evse, evseSpec, now);
}

function leave(context: Context, bay: Bay, transaction: Transaction, keepLocked: boolean): void {
  const { state } = bay;
  delete state.transaction;
  endAuthorization(context, bay);
  const { idToken, groupIdToken } = transaction;
  state.finishing = { ...(idToken ? { idToken } : {}), ...(groupIdToken ? { groupIdToken } : {}) };
  if (!keepLocked) release(context, bay);
  disarmSampling(context.charger, bay.evseId);
  forgetRunning(transaction);
  remember(context, transaction);
}

/** Lets the cable go, unless its lock is broken. */
export function release(context: Context, bay: Bay): void {
  const place = activePlace(bay);
  if (place && !lockFails(context.charger, place)) unlock(bay.evse, place.connector.id);
}

/** What only a running transaction needs does not weigh on the document until its messages are delivered. */
function forgetRunning(transaction: Transaction): void {
  delete transaction.data;
  delete transaction.dataBytes;
  delete transaction.dataThinned;
  delete transaction.stopWhen;
  delete transaction.intervalSeconds;
  delete transaction.intervalFromWh;
  delete transaction.allowedUntilWh;
  delete transaction.phases;
  delete transaction.toldConnector;
  delete transaction.toldRemoteStart;
}

function remember({ charger }: Context, transaction: Transaction): void {
  const state = v201(charger);
  state.ended.push(transaction);
  const owed = new Set([charger.calls.inFlight, ...charger.calls.queue].map((call) => call?.transaction));
  const surplus = state.ended.length - endedKept;
  state.ended = state.ended.filter((ended, at) => at >= surplus || owed.has(ended.id));
}

export function endAuthorization({ charger }: Context, { evseId, state }: Bay): void {
  delete state.authorization;
  disarm(charger, `evConnectionTimeout/${evseId}`);
}

/** A token may charge here from now on: at once if an EV is connected, else when one comes within EVConnectionTimeOut (E02, E03). */
export function authorize(context: Context, bay: Bay, granted: Authorization, trigger: TriggerReason): void {
  const { charger } = context;
  happen(context, bay, { trigger, idToken: granted.idToken }, () => {
    bay.state.authorization = granted;
    delete bay.state.finishing;
    secure(context, bay);
  });
  if (!isConnected(bay)) armConnectionTimeout(context, bay);
  else disarm(charger, `evConnectionTimeout/${bay.evseId}`);
}

/** The cable is locked as long as somebody is authorized for it (E02.FR.04). */
function secure(context: Context, bay: Bay): void {
  const place = activePlace(bay);
  if (!place || !isConnected(bay) || !bay.state.authorization) return;
  if (!lockFails(context.charger, place)) lock(bay.evse, place.connector.id);
}

/** Somebody is authorized, and an EV may come within EVConnectionTimeOut. */
export function armConnectionTimeout({ charger, now }: Context, { evseId }: Bay): void {
  const seconds = variableNumber(charger, 'TxCtrlr', 'EVConnectionTimeOut');
  if (seconds > 0) arm(charger, `evConnectionTimeout/${evseId}`, now + seconds * 1000);
}

/** Timer `evConnectionTimeout/<EVSE>`: no EV came for the token (E03.FR.05). */
export function connectionTimedOut(context: Context, bay: Bay): void {
  if (!bay.state.authorization) return;
  happen(context, bay, { trigger: 'EVConnectTimeout', reason: 'Timeout' }, () => endAuthorization(context, bay));
}

/** The token may not charge any longer: locally (E07), by the CSMS (F03, E05) or otherwise. The cable is free. */
export function deauthorize(
  context: Context,
  bay: Bay,
  trigger: TriggerReason,
  reason: StoppedReason,
  idToken?: IdToken,
): void {
  happen(context, bay, { trigger, reason, ...(idToken ? { idToken } : {}) }, () => {
    openContactor(context, bay);
    endAuthorization(context, bay);
  });
  if (trigger !== 'Deauthorized' && !bay.state.transaction?.deauthorized) release(context, bay);
}

/** An EV has been connected to the EVSE; `plug` does it (E02, E03, E10). */
export function connected(context: Context, bay: Bay, plug: () => void): void {
  park(context, bay);
  happen(context, bay, { trigger: 'CablePluggedIn' }, () => {
    plug();
    secure(context, bay);
  });
  disarm(context.charger, `evConnectionTimeout/${bay.evseId}`);
}

/** An EV comes into the bay (E01.FR.01). */
function park(context: Context, bay: Bay): void {
  if (bay.state.parked) return;
  const come = () => {
    bay.state.parked = true;
  };
  if (hasBaySensor(context.charger)) happen(context, bay, { trigger: 'EVDetected' }, come);
  else come();
}

/** The EV leaves the bay (E06.FR.01). */
export function depart(context: Context, bay: Bay): void {
  if (!bay.state.parked) return;
  const go = () => {
    delete bay.state.parked;
  };
  if (hasBaySensor(context.charger)) happen(context, bay, { trigger: 'EVDeparted', reason: 'Local' }, go);
  else go();
  touch(context);
}
