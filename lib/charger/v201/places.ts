// Where things are on a 2.0.1 charging station: EVSEs numbered 1, 2, …, and connectors numbered 1, 2, … on each (part 1, §3.1).
import type { Charger } from '../charger';
import type { Address } from '../command';
import { type Context, refuse } from '../context';
import type { Connector, Evse } from '../hardware/evse';
import type { ConnectorSpec, EvseSpec } from '../hardware/models';
import { specsOf } from '../specs';
import type { ConnectorState } from './g-availability/state';
import type { EvseState, V201State } from './state';

/** An EVSE: what charges one EV at a time, and what a transaction runs on. */
export interface Bay {
  evseId: number;
  evse: Evse;
  evseSpec: EvseSpec;
  state: EvseState;
}

/** A connector of an EVSE. */
export interface Place {
  bay: Bay;
  connector: Connector;
  connectorSpec: ConnectorSpec;
  state: ConnectorState;
}

/** The 2.0.1 part of the document. @throws Error for a charger of another version */
export function v201(charger: Charger): V201State {
  if (!charger.v201) throw new Error(`charger ${charger.id} has no 2.0.1 state`);
  return charger.v201;
}

/** Every EVSE, in the order of their ids. */
export function bays(charger: Charger): Bay[] {
  const { evses } = v201(charger);
  const specs = specsOf(charger);
  return charger.evses.flatMap((evse, at) => {
    const [evseSpec, state] = [specs[at], evses[at]];
    return evseSpec && state ? [{ evseId: evse.id, evse, evseSpec, state }] : [];
  });
}

export function findBay(charger: Charger, evseId: number | undefined): Bay | undefined {
  return evseId === undefined ? undefined : bays(charger).find((bay) => bay.evseId === evseId);
}

export function placesOf(bay: Bay): Place[] {
  return bay.evse.connectors.flatMap((connector, at) => {
    const [connectorSpec, state] = [bay.evseSpec.connectors[at], bay.state.connectors[at]];
    return connectorSpec && state ? [{ bay, connector, connectorSpec, state }] : [];
  });
}

/** Every connector of the station, EVSE by EVSE. */
export function places(charger: Charger): Place[] {
  return bays(charger).flatMap(placesOf);
}

export function findPlace(charger: Charger, evseId: number, connectorId: number): Place | undefined {
  const bay = findBay(charger, evseId);
  return bay && placesOf(bay).find(({ connector }) => connector.id === connectorId);
}

/** The connector on which an EV hangs; without one, the first. */
export function activePlace(bay: Bay): Place | undefined {
  const all = placesOf(bay);
  return all.find(({ connector }) => connector.id === bay.evse.activeConnectorId) ?? all[0];
}

/** An EV hangs on the EVSE. */
export const isConnected = ({ evse }: Bay) => evse.activeConnectorId !== undefined;

/** How people call it. */
export const nameOf = ({ bay, connector }: Place) => `connector ${connector.id} of EVSE ${bay.evseId}`;

/**
 * The connector that a command addresses: the EVSE is 1 where none is named; the connector is the one in use, else the first.
 * @throws CommandRefused (notFound)
 */
export function addressed(context: Pick<Context, 'charger'>, { evseId = 1, connectorId }: Address): Place {
  const { charger } = context;
  const bay = findBay(charger, evseId);
  if (!bay) return refuse('notFound', `no EVSE ${evseId}: the charger has EVSEs 1 to ${charger.evses.length}`);
  const place = connectorId === undefined ? activePlace(bay) : findPlace(charger, evseId, connectorId);
  if (place) return place;
  const count = bay.evse.connectors.length;
  return refuse('notFound', `no connector ${connectorId} on EVSE ${evseId}: it has 1 to ${count}`);
}
