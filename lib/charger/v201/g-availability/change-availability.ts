// ChangeAvailability (G03, G04): of the station, an EVSE or a connector; at once, or when the transactions that run have ended.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { type Context, touch } from '../../context';
import { disarm } from '../../timers';
import { type Bay, bays, findBay, type Place, placesOf, v201 } from '../places';
import type { Operational } from './state';
import { bayKey, isOutOfService, placeKey, stationKey } from './status';

/** What it is about: a key of the state, and the EVSEs that it concerns. */
interface Scope {
  key: string;
  concerned: Bay[];
}

export function changeAvailability(
  context: Context,
  { evse, operationalStatus }: RequestV201<'ChangeAvailability'>,
): ResponseV201<'ChangeAvailability'> {
  const { charger } = context;
  const scope = scopeOf(charger, evse);
  if (!scope) {
    const additionalInfo = 'there is no such EVSE or connector';
    return { status: 'Rejected', statusInfo: { reasonCode: 'UnknownEvse', additionalInfo } };
  }
  const { key, concerned } = scope;
  forgetSchedule(charger, key);
  touch(context);
  // G03.FR.05 to .07: what runs goes on, and the change takes effect when it has ended.
  const waits = operationalStatus === 'Inoperative' && concerned.some(({ state }) => state.transaction);
  if (!waits) {
    setOperational(charger, scope, operationalStatus);
    return { status: 'Accepted' };
  }
  const state = v201(charger);
  state.scheduled = { ...state.scheduled, [key]: operationalStatus };
  return { status: 'Scheduled' };
}

function scopeOf(charger: Charger, evse: RequestV201<'ChangeAvailability'>['evse']): Scope | undefined {
  if (!evse || evse.id === 0) return { key: stationKey, concerned: bays(charger) };
  const bay = findBay(charger, evse.id);
  if (!bay || evse.connectorId === undefined) return bay && { key: bayKey(bay), concerned: [bay] };
  const place = placesOf(bay).find(({ connector }) => connector.id === evse.connectorId);
  if (!place) return undefined;
  // The other connectors of the EVSE are not in the way.
  const inUse = bay.state.transaction?.connectorId ?? place.connector.id;
  return { key: placeKey(place), concerned: inUse === place.connector.id ? [bay] : [] };
}

function setOperational(charger: Charger, { key, concerned }: Scope, wanted: Operational): void {
  const state = v201(charger);
  state.inoperative = state.inoperative.filter((other) => other !== key);
  if (wanted === 'Operative') return;
  state.inoperative.push(key);
  for (const bay of concerned) if (placesOf(bay).every((place) => isOutOfService(charger, place))) vacate(charger, bay);
}

/** Out of service: there is no session left to finish, and none is about to begin. */
export function vacate(charger: Charger, bay: Bay): void {
  if (bay.state.transaction) return;
  delete bay.state.finishing;
  delete bay.state.authorization;
  disarm(charger, `evConnectionTimeout/${bay.evseId}`);
}

function forgetSchedule(charger: Charger, key: string): void {
  const state = v201(charger);
  if (!state.scheduled) return;
  delete state.scheduled[key];
  if (Object.keys(state.scheduled).length === 0) delete state.scheduled;
}

/** A transaction has ended: changes that waited for it take effect, the station's when none is left. */
export function applyScheduled({ charger }: Context): void {
  const { scheduled } = v201(charger);
  for (const key of Object.keys(scheduled ?? {})) {
    const [evseId = 0, connectorId] = key.split('/').map(Number);
    const scope = scopeOf(charger, { id: evseId, ...(connectorId === undefined ? {} : { connectorId }) });
    if (!scope || scope.concerned.some(({ state }) => state.transaction)) continue;
    forgetSchedule(charger, key);
    setOperational(charger, scope, 'Inoperative');
  }
}

/** Where a trigger or a tester asks for a connector by number: only if there is one. */
export function placeAt(charger: Charger, evseId: unknown, connectorId: unknown): Place | undefined {
  const bay = typeof evseId === 'number' ? findBay(charger, evseId) : undefined;
  return bay && placesOf(bay).find(({ connector }) => connector.id === connectorId);
}
