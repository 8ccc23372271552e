// TxStartPoint and TxStopPoint (E01, E06): which facts about an EVSE begin a transaction, and which end one when they are no more.
import type { Charger } from '../../charger';
import { evWants, offersEnough } from '../../hardware/evse';
import { isUp } from '../../link';
import { variableList } from '../device-model/read';
import { isFaulted, lockFails } from '../g-availability/faults';
import { activePlace, type Bay, isConnected } from '../places';
import type { ChargingState } from './state';

export type Point =
  | 'ParkingBayOccupancy'
  | 'EVConnected'
  | 'Authorized'
  | 'DataSigned'
  | 'PowerPathClosed'
  | 'EnergyTransfer';

/** Where it does not matter whether a token is accepted: energy is not given. */
export function isWithheld(charger: Charger, bay: Bay): boolean {
  const place = activePlace(bay);
  const broken = place !== undefined && (isFaulted(charger, place) || lockFails(charger, place));
  return bay.state.transaction?.deauthorized === true || broken || !offersEnough(bay.evse, bay.evseSpec);
}

/** Whether energy may flow to the EV on the EVSE. */
export function mayDeliver(charger: Charger, bay: Bay): boolean {
  return isUp(charger) && bay.state.authorization !== undefined && isConnected(bay) && !isWithheld(charger, bay);
}

/** ChargingStateEnumType, as things stand. */
export function chargingState(charger: Charger, bay: Bay): ChargingState {
  if (!isConnected(bay)) return 'Idle';
  if (!bay.state.authorization) return 'EVConnected';
  if (isWithheld(charger, bay)) return 'SuspendedEVSE';
  if (!evWants(bay.evse, bay.evseSpec)) return 'SuspendedEV';
  return bay.evse.contactor === 'closed' ? 'Charging' : 'EVConnected';
}

const facts: Record<Point, (charger: Charger, bay: Bay) => boolean> = {
  ParkingBayOccupancy: (_charger, { state }) => state.parked === true,
  EVConnected: (_charger, bay) => isConnected(bay),
  Authorized: (_charger, { state }) => state.authorization !== undefined,
  // The meter signs its reading when the contactor closes for the first time, and once more when the session is over.
  DataSigned: (_charger, { evse, state }) =>
    evse.contactor === 'closed' || (state.transaction !== undefined && state.authorization !== undefined),
  // The logical AND of EVConnected and Authorized, not the state of the relay (E01.FR.05).
  PowerPathClosed: (_charger, bay) => isConnected(bay) && bay.state.authorization !== undefined,
  EnergyTransfer: (charger, bay) => chargingState(charger, bay) === 'Charging',
};

/** The facts about an EVSE, as they hold now. */
export function pointsOf(charger: Charger, bay: Bay): Set<Point> {
  const all = Object.keys(facts) as Point[];
  return new Set(all.filter((point) => facts[point](charger, bay)));
}

export const startPoints = (charger: Charger) => variableList(charger, 'TxCtrlr', 'TxStartPoint') as Point[];

export const stopPoints = (charger: Charger) => variableList(charger, 'TxCtrlr', 'TxStopPoint') as Point[];

/** A sensor sees whether an EV stands in the bay: only then is there anything to tell of it. */
export function hasBaySensor(charger: Charger): boolean {
  return [...startPoints(charger), ...stopPoints(charger)].includes('ParkingBayOccupancy');
}
