// The EVSEs of a 2.0.1 station as reservations see them (H01): free or not, and which types of connector they have. Reservations themselves
// are not looked at here.
import type { Charger } from '../../charger';
import type { Bay as ReservableBay } from '../../reservations';
import { isFaulted } from '../g-availability/faults';
import { isOutOfService } from '../g-availability/status';
import { type Bay, bays, placesOf } from '../places';

export type BareStatus = 'Available' | 'Occupied' | 'Unavailable' | 'Faulted';

/** What an EVSE would be without reservations; with a type of connector, as far as connectors of that type are concerned. */
export function bareStatus(charger: Charger, bay: Bay, type?: string): BareStatus {
  const all = placesOf(bay).filter(({ connectorSpec }) => type === undefined || connectorSpec.type === type);
  if (all.every((place) => isFaulted(charger, place))) return 'Faulted';
  if (all.every((place) => isFaulted(charger, place) || isOutOfService(charger, place))) return 'Unavailable';
  const { authorization, transaction } = bay.state;
  const used = placesOf(bay).some(({ connector }) => connector.cable !== 'none');
  return used || authorization || transaction ? 'Occupied' : 'Available';
}

/** Every EVSE for the arithmetic of reservations. */
export function reservableBays(charger: Charger): ReservableBay[] {
  return bays(charger).map((bay) => ({
    id: bay.evseId,
    evseId: bay.evseId,
    available: bareStatus(charger, bay) === 'Available',
    kinds: usableTypes(charger, bay),
  }));
}

/** Types of the connectors that somebody could use. */
function usableTypes(charger: Charger, bay: Bay): string[] {
  const usable = placesOf(bay).filter((place) => !isFaulted(charger, place) && !isOutOfService(charger, place));
  return usable.map(({ connectorSpec }) => connectorSpec.type);
}
