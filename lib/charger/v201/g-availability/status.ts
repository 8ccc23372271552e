// Connector statuses of 2.0.1 (G01, B04): derived from the state and told to the CSMS.
import { enqueue } from '../../calls';
import type { Charger } from '../../charger';
import { timestamp } from '../../clock';
import { type Context, record } from '../../context';
import { isInstalling } from '../../firmware';
import { reachable } from '../../link';
import { registrationStatus } from '../../registration';
import type { ConnectorStatus } from '../block';
import { variableNumber } from '../device-model/read';
import { ask } from '../extensions';
import { type Bay, bays, findPlace, type Place, places, v201 } from '../places';
import { faultAt, isFaulted } from './faults';

/** As `AvailabilityState.inoperative` names them. */
export const stationKey = '0';
export const bayKey = ({ evseId }: Bay) => String(evseId);
export const placeKey = ({ bay, connector }: Place) => `${bay.evseId}/${connector.id}`;

/** Nobody charges here: ChangeAvailability wants it so at any level (G03, G04), a reset is due (B12), or another block says so. */
export function isOutOfService(charger: Charger, place: Place): boolean {
  const { inoperative, reset } = v201(charger);
  if ([stationKey, bayKey(place.bay), placeKey(place)].some((key) => inoperative.includes(key))) return true;
  const resets = reset !== undefined && (reset.evseId ?? place.bay.evseId) === place.bay.evseId;
  return resets || ask('isOutOfService', charger, place) === true;
}

/** The status that follows from the state, by precedence. */
export function statusOf(charger: Charger, place: Place): ConnectorStatus {
  if (isFaulted(charger, place)) return 'Faulted';
  const { connector, bay } = place;
  const used = connector.cable !== 'none';
  if (used && bay.state.transaction) return 'Occupied';
  if (isOutOfService(charger, place)) return 'Unavailable';
  return ask('status', charger, place) ?? (used ? 'Occupied' : 'Available');
}

/** The station as a whole, in the words of its connectors. */
export function stationStatus(charger: Charger): 'Available' | 'Unavailable' | 'Faulted' {
  if (isFaulted(charger, undefined)) return 'Faulted';
  return v201(charger).inoperative.includes(stationKey) || isInstalling(charger) ? 'Unavailable' : 'Available';
}

/** Takes over changed statuses and tells the CSMS. */
export function updateStatuses(context: Context): void {
  for (const place of places(context.charger)) updateStatus(context, place);
}

function updateStatus(context: Context, place: Place): void {
  const { charger, now } = context;
  const { state, bay, connector } = place;
  const status = statusOf(charger, place);
  if (status !== state.status) {
    state.status = status;
    state.since = now;
    const errorCode = faultAt(charger, place)?.errorCode ?? 'NoError';
    record(context, { kind: 'status', at: now, evseId: bay.evseId, connectorId: connector.id, status, errorCode });
  }
  if (state.reported === status || !mayReport(charger)) return;
  state.reported = status;
  const about = { evseId: bay.evseId, connectorId: connector.id };
  enqueue(context, {
    action: 'StatusNotification',
    payload: statusPayload(context, place),
    kind: 'plain',
    note: about,
  });
}

/** Before acceptance nothing may be told, and while offline only the status at the end of it counts (B04). */
const mayReport = (charger: Charger) => registrationStatus(charger) === 'Accepted' && reachable(charger);

/** StatusNotificationRequest of a connector as it stands. */
export function statusPayload(context: Context, { bay, connector, state }: Place): Record<string, unknown> {
  return {
    timestamp: timestamp(context),
    connectorStatus: state.status,
    evseId: bay.evseId,
    connectorId: connector.id,
  };
}

/** The CSMS has asked for it and gets it: what waited to be told is told with it. */
export function statusTold(charger: Charger, { state }: Place): void {
  if (mayReport(charger)) state.reported = state.status;
}

/** The CSMS may not have heard a StatusNotification: it is due again when the link is back. */
export function statusUnheard(charger: Charger, note: Record<string, unknown> | undefined): void {
  const place = findPlace(charger, Number(note?.evseId), Number(note?.connectorId));
  if (place) delete place.state.reported;
}

/** After a boot the CSMS knows nothing: everything is told anew (B01.FR.05). */
export function forgetReports(charger: Charger): void {
  for (const place of places(charger)) delete place.state.reported;
}

/** B04.FR.01, B04.FR.02: after longer than OfflineThreshold every status is told, else those that have changed. */
export function tellAfterOffline(context: Context): void {
  const { charger, wall } = context;
  const { offlineSince } = charger.link;
  const thresholdMs = variableNumber(charger, 'OCPPCommCtrlr', 'OfflineThreshold') * 1000;
  if (offlineSince !== undefined && wall - offlineSince > thresholdMs) {
    for (const place of places(charger)) if (!isQueued(charger, place)) delete place.state.reported;
  }
  updateStatuses(context);
}

/** Its status is on its way already. */
function isQueued({ calls }: Charger, { bay, connector }: Place): boolean {
  return calls.queue.some(
    ({ action, note }) =>
      action === 'StatusNotification' && note?.evseId === bay.evseId && note.connectorId === connector.id,
  );
}

/** Out of service or not, for people. */
export function operationalOf(charger: Charger, place: Place): 'Operative' | 'Inoperative' {
  const { inoperative } = v201(charger);
  return [bayKey(place.bay), placeKey(place)].some((key) => inoperative.includes(key)) ? 'Inoperative' : 'Operative';
}

/** Is any EVSE in a transaction? */
export const isCharging = (charger: Charger) => bays(charger).some(({ state }) => state.transaction);
