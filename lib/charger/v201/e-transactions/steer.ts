// What follows by itself: contactors from authorizations, charging states from contactors and EVs, deadlines from physics. Called after
// every step that touched something.
import { type Context, touch } from '../../context';
import { advance, nextChange, read, setContactor } from '../../hardware/evse';
import { isUp } from '../../link';
import { wholeWh } from '../../measurands';
import { isSatisfied, stopTimes } from '../../stop-when';
import { arm, disarm } from '../../timers';
import { isFaulted } from '../g-availability/faults';
import { activePlace, type Bay, bays, findBay, isConnected } from '../places';
import { queueEvent } from './event';
import { begin, connectionTimedOut, deauthorize, endTransaction } from './lifecycle';
import { chargingState, mayDeliver, pointsOf, startPoints, stopPoints } from './points';
import type { StoppedReason, Transaction, TriggerReason } from './state';

/** Brings contactors, charging states and physical deadlines in line with the state. */
export function steer(context: Context): void {
  for (const bay of bays(context.charger)) {
    steerContactor(context, bay);
    const { transaction } = bay.state;
    if (transaction) followState(context, bay, transaction);
    else beginByEnergy(context, bay);
    armPhysics(context, bay);
  }
}

function steerContactor(context: Context, bay: Bay): void {
  const contactor = mayDeliver(context.charger, bay) ? 'closed' : 'open';
  if (bay.evse.contactor !== contactor) setContactor(bay.evse, bay.evseSpec, contactor, context.now);
}

/** TxStartPoint may be the moment at which energy flows, or at which the meter has signed where it begins (E01.FR.04, E01.FR.06). */
function beginByEnergy(context: Context, bay: Bay): void {
  const { charger } = context;
  if (bay.evse.contactor === 'open') return;
  const points = pointsOf(charger, bay);
  const wanted = startPoints(charger);
  if (wanted.includes('EnergyTransfer') && points.has('EnergyTransfer')) {
    return begin(context, bay, { trigger: 'ChargingStateChanged' });
  }
  if (wanted.includes('DataSigned')) begin(context, bay, { trigger: 'SignedDataReceived' });
}

/** A charging state that the CSMS has not heard of is told, or ends the transaction (E06.FR.07). */
function followState(context: Context, bay: Bay, transaction: Transaction): void {
  const { charger } = context;
  const state = chargingState(charger, bay);
  const before = transaction.chargingState;
  if (state === before) return;
  touch(context);
  if (before === 'Charging' && stopPoints(charger).includes('EnergyTransfer')) {
    const reason: StoppedReason = state === 'SuspendedEV' ? 'StoppedByEV' : 'Other';
    return endTransaction(context, bay, { trigger: 'ChargingStateChanged', reason });
  }
  const place = activePlace(bay);
  const broken = state === 'SuspendedEVSE' && place !== undefined && isFaulted(charger, place);
  const trigger: TriggerReason = broken ? 'AbnormalCondition' : 'ChargingStateChanged';
  queueEvent(context, bay, transaction, 'Updated', { trigger });
}

function armPhysics(context: Context, bay: Bay): void {
  const { charger, now } = context;
  const { evse, evseSpec, state } = bay;
  const charges = isConnected(bay) && isUp(charger) && state.authorization !== undefined;
  armOr(context, `ev/${bay.evseId}`, charges ? nextChange(evse, evseSpec) : undefined);
  const { transaction } = state;
  const times = transaction && isUp(charger) ? stopTimes(transaction, evse, evseSpec, now, isConnected(bay)) : [];
  armOr(context, `stopWhen/${bay.evseId}`, times.length > 0 ? Math.min(...times) : undefined);
}

function armOr({ charger }: Context, name: string, at: number | undefined): void {
  if (at === undefined) disarm(charger, name);
  else arm(charger, name, at);
}

/** Timer `ev/<EVSE>`: the EV stops drawing by itself. */
export function evDue(context: Context, argument: string): void {
  const bay = findBay(context.charger, Number(argument));
  if (bay) advance(bay.evse, bay.evseSpec, context.now);
  context.touched = true;
}

/** Timer `stopWhen/<EVSE>`: a wish of the user is met, or the grace of a token that is not accepted is used up. */
export function stopWhenDue(context: Context, argument: string): void {
  const bay = findBay(context.charger, Number(argument));
  const transaction = bay?.state.transaction;
  if (!bay || !transaction) return;
  const { energyWh, soc } = read(bay.evse, bay.evseSpec, context.now);
  context.touched = true;
  const grace = transaction.allowedUntilWh;
  if (grace !== undefined && wholeWh(energyWh) >= grace) {
    delete transaction.allowedUntilWh;
    transaction.deauthorized = true;
    return touch(context);
  }
  if (isSatisfied(transaction, energyWh, soc, context.now)) stopByWish(context, bay, transaction);
}

/** As if its user had presented the token (E07). */
function stopByWish(context: Context, bay: Bay, transaction: Transaction): void {
  delete transaction.stopWhen;
  deauthorize(context, bay, 'StopAuthorized', 'Local', transaction.idToken);
}

/** Timer `evConnectionTimeout/<EVSE>`. */
export function timeoutDue(context: Context, argument: string): void {
  const bay = findBay(context.charger, Number(argument));
  if (bay) connectionTimedOut(context, bay);
}
