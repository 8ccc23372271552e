// Where a 1.6 connector is in the hardware: connectors are numbered 1, 2, … over all EVSEs (OCPP 1.6 §3.8).
import type { Charger } from '../charger';
import type { Address } from '../command';
import { type Context, refuse } from '../context';
import type { Connector, Evse } from '../hardware/evse';
import type { ConnectorSpec, EvseSpec } from '../hardware/models';
import { specsOf } from '../specs';
import type { ConnectorState, V16State } from './state';

export interface Place {
  /** The 1.6 connector id. */
  connectorId: number;
  state: ConnectorState;
  evse: Evse;
  evseSpec: EvseSpec;
  connector: Connector;
  connectorSpec: ConnectorSpec;
}

/** The 1.6 part of the document. @throws Error for a charger of another version */
export function v16(charger: Charger): V16State {
  if (!charger.v16) throw new Error(`charger ${charger.id} has no 1.6 state`);
  return charger.v16;
}

/** Every connector of the charger, in the order of its ids. */
export function places(charger: Charger): Place[] {
  const state = v16(charger);
  const specs = specsOf(charger);
  const found: Place[] = [];
  charger.evses.forEach((evse, index) => {
    const evseSpec = specs[index];
    evse.connectors.forEach((connector, at) => {
      const connectorSpec = evseSpec?.connectors[at];
      const connectorState = state.connectors[found.length];
      if (!evseSpec || !connectorSpec || !connectorState) return;
      found.push({ connectorId: found.length + 1, state: connectorState, evse, evseSpec, connector, connectorSpec });
    });
  });
  return found;
}

export function findPlace(charger: Charger, connectorId: number): Place | undefined {
  return places(charger)[connectorId - 1];
}

/** The connector that a command addresses; left out, it is 1. @throws CommandRefused (notFound) */
export function addressed(context: Pick<Context, 'charger'>, address: Address): Place {
  const all = places(context.charger);
  const place = all.find((candidate) => matches(candidate, address));
  if (place) return place;
  const what = address.evseId === undefined ? `connector ${address.connectorId}` : `EVSE ${address.evseId}`;
  return refuse(
    'notFound',
    `no ${what}: the charger has connectors 1 to ${all.length} on ${context.charger.evses.length} EVSEs`,
  );
}

function matches(place: Place, address: Address): boolean {
  if (address.evseId === undefined) return place.connectorId === (address.connectorId ?? 1);
  return place.evse.id === address.evseId && place.connector.id === (address.connectorId ?? place.connector.id);
}

/** The connector on which an EV hangs, or would be charged: an EVSE charges one EV at a time. */
export function isActive(place: Place): boolean {
  return place.evse.activeConnectorId === place.connector.id;
}
