// Reservation of 2.0.1 (H01 to H04): what ReserveNow and CancelReservation lead to, how a reservation ends and is told of, and whom it keeps
// away. Which EVSE is left for whom is worked out in ../../reservations.ts.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import { enqueue } from '../../calls';
import type { Charger } from '../../charger';
import { chargerTime, hostTime } from '../../clock';
import { type Context, note, touch } from '../../context';
import { claimAt, hasSpare, isKept, isReserved, type Reservation, usedBy, type Visitor } from '../../reservations';
import { arm, disarm } from '../../timers';
import type { ConnectorStatus } from '../block';
import { knownGroup } from '../c-authorization/decide';
import type { Authorization } from '../c-authorization/state';
import { variableIsTrue } from '../device-model/read';
import type { Transaction } from '../e-transactions/state';
import { keyOf } from '../id-token';
import { type Bay, bays, findBay, type Place, placesOf, v201 } from '../places';
import { type BareStatus, bareStatus, reservableBays } from './bays';

type Request = RequestV201<'ReserveNow'>;
type Answer = ResponseV201<'ReserveNow'>;

/** ReserveNow (H01). A reservation of the same id gives way to it, if it can be made (H01.FR.02). */
export function reserveNow(context: Context, request: Request): Answer {
  const { charger } = context;
  const why = whyRejected(context, request);
  if (why !== undefined) {
    note(context, 'warn', `ReserveNow rejected: ${why}`);
    return { status: 'Rejected', statusInfo: { reasonCode: 'InvalidValue', additionalInfo: why } };
  }
  const others = (v201(charger).reservations ?? []).filter(({ id }) => id !== request.id);
  const wish = reservationOf(request);
  const status = statusFor(charger, wish, others);
  if (status !== 'Available') return { status };
  keep(charger, [...others, wish]);
  touch(context);
  return { status: 'Accepted' };
}

function whyRejected({ charger, now }: Context, { evseId, connectorType, expiryDateTime }: Request) {
  if (!variableIsTrue(charger, 'ReservationCtrlr', 'Enabled')) return 'ReservationCtrlr.Enabled is false';
  // H01.FR.19.
  if (evseId === undefined && !variableIsTrue(charger, 'ReservationCtrlr', 'NonEvseSpecific')) {
    return 'it names no EVSE, and ReservationCtrlr.NonEvseSpecific is false';
  }
  const bay = findBay(charger, evseId);
  if (evseId !== undefined && !bay) return `there is no EVSE ${evseId}`;
  const wanted = bay ? [bay] : bays(charger);
  if (connectorType !== undefined && !wanted.some((one) => hasType(one, connectorType))) {
    return `there is no connector of type ${connectorType}`;
  }
  const over = Date.parse(expiryDateTime) <= chargerTime(charger, now);
  return over ? `its expiryDateTime ${expiryDateTime} has passed` : undefined;
}

const hasType = (bay: Bay, type: string) => bay.evseSpec.connectors.some((connector) => connector.type === type);

function reservationOf({ id, evseId, connectorType, idToken, groupIdToken, expiryDateTime }: Request): Reservation {
  return {
    id,
    place: evseId ?? 0,
    token: keyOf(idToken),
    shown: idToken.idToken,
    ...(groupIdToken ? { group: keyOf(groupIdToken) } : {}),
    ...(connectorType === undefined ? {} : { kind: connectorType }),
    until: Date.parse(expiryDateTime),
  };
}

/** What becomes of a wish beside the reservations of others; Available: it is fulfilled (H01.FR.11 to .14). */
function statusFor(charger: Charger, wish: Reservation, others: Reservation[]): BareStatus {
  const all = reservableBays(charger);
  const bay = findBay(charger, wish.place);
  const wanted = bay ? [bay] : bays(charger).filter((one) => wish.kind === undefined || hasType(one, wish.kind));
  const statuses = wanted.map((one) => bareStatus(charger, one, wish.kind));
  if (statuses.every((status) => status === 'Faulted')) return 'Faulted';
  if (statuses.every((status) => status === 'Faulted' || status === 'Unavailable')) return 'Unavailable';
  if (!bay) return hasSpare([...others, wish], all, 0) ? 'Available' : 'Occupied';
  const free = statuses[0] === 'Available' && !isKept(others, all, bay.evseId) && hasSpare(others, all, bay.evseId);
  return free ? 'Available' : 'Occupied';
}

/** CancelReservation (H02). */
export function cancelReservation(
  context: Context,
  { reservationId }: RequestV201<'CancelReservation'>,
): ResponseV201<'CancelReservation'> {
  const all = v201(context.charger).reservations ?? [];
  const left = all.filter(({ id }) => id !== reservationId);
  if (left.length === all.length) return { status: 'Rejected' };
  keep(context.charger, left);
  touch(context);
  return { status: 'Accepted' };
}

function keep(charger: Charger, reservations: Reservation[]): void {
  if (reservations.length === 0) delete v201(charger).reservations;
  else v201(charger).reservations = reservations;
}

/** Why a token may not start here: the EVSE is kept for another (H01.FR.15, H01.FR.16, H03). */
export function whyKept(context: Context, bay: Bay, wish: Authorization, told: boolean): string | undefined {
  const { charger } = context;
  const { reservations } = v201(charger);
  if (!reservations) return undefined;
  const claim = claimAt(reservations, reservableBays(charger), bay.evseId, visitorOf(context, wish));
  const kept = claim === 'barred' || (claim === 'perhaps' && told);
  return kept ? `EVSE ${bay.evseId} is reserved for another token` : undefined;
}

function visitorOf(context: Context, { idToken, groupIdToken = knownGroup(context, idToken) }: Authorization): Visitor {
  return { token: keyOf(idToken), ...(groupIdToken ? { group: keyOf(groupIdToken) } : {}) };
}

/** Whoever has reserved charges: the reservation is used up, and the event tells so (H03.FR.09, H03.FR.10). */
export function takeReservation(context: Context, bay: Bay, transaction: Transaction): { reservationId?: number } {
  const { charger } = context;
  const { reservations } = v201(charger);
  const { idToken, groupIdToken } = transaction;
  if (!reservations || !idToken) return {};
  const visitor = visitorOf(context, { idToken, ...(groupIdToken ? { groupIdToken } : {}) });
  const kinds = bay.evseSpec.connectors.map(({ type }) => type);
  const used = usedBy(reservations, { id: bay.evseId, kinds }, visitor);
  if (!used) return {};
  keep(
    charger,
    reservations.filter(({ id }) => id !== used.id),
  );
  return { reservationId: used.id };
}

/** All connectors of an EVSE that is kept for somebody are Reserved, until a cable is in (H01.FR.20, H01.FR.23). */
export function reservedStatus(charger: Charger, { bay }: Place): ConnectorStatus | undefined {
  const { reservations } = v201(charger);
  if (!reservations || bay.state.transaction) return undefined;
  if (placesOf(bay).some(({ connector }) => connector.cable !== 'none')) return undefined;
  return isReserved(reservations, reservableBays(charger), bay.evseId) ? 'Reserved' : undefined;
}

/** Ends what has expired or lost its EVSE, and plans the next expiry. Called whenever something has changed. */
export function steerReservations(context: Context): void {
  const { charger } = context;
  const { reservations } = v201(charger);
  // A station without power ends nothing; it catches up when it starts.
  if (!reservations || charger.power === 'off') return disarm(charger, 'reservation');
  const left = reservations.filter((reservation) => !isOver(context, reservation));
  keep(charger, left);
  if (left.length === 0) return disarm(charger, 'reservation');
  // The timer counts in the host's clock, a reservation in the CSMS's.
  arm(charger, 'reservation', hostTime(charger, Math.min(...left.map(({ until }) => until))));
}

/** H04.FR.01: its time is over. H01.FR.21: nothing is left that could serve it. Either is told. */
function isOver(context: Context, reservation: Reservation): boolean {
  const { charger, now } = context;
  const { id, place, kind, until } = reservation;
  const expired = until <= chargerTime(charger, now);
  const bay = findBay(charger, place);
  const wanted = bay ? [bay] : bays(charger).filter((one) => kind === undefined || hasType(one, kind));
  // What waits for a reset is back after it.
  const lost =
    !v201(charger).reset && wanted.every((one) => ['Faulted', 'Unavailable'].includes(bareStatus(charger, one, kind)));
  if (!expired && !lost) return false;
  tellEnd(context, id, expired ? 'Expired' : 'Removed');
  return true;
}

type End = RequestV201<'ReservationStatusUpdate'>['reservationUpdateStatus'];

function tellEnd(context: Context, reservationId: number, reservationUpdateStatus: End): void {
  note(context, 'info', `reservation ${reservationId} has ended: ${reservationUpdateStatus}`);
  enqueue(context, {
    action: 'ReservationStatusUpdate',
    payload: { reservationId, reservationUpdateStatus },
    kind: 'plain',
  });
}

/** What is reserved now, as people see it. */
export function viewReservations(charger: Charger, now: number): Record<string, unknown>[] {
  const valid = (v201(charger).reservations ?? []).filter(({ until }) => until > chargerTime(charger, now));
  return valid.map(({ id, place, token, shown, group, kind, until }) => ({
    reservationId: id,
    ...(place === 0 ? {} : { evseId: place }),
    ...(kind === undefined ? {} : { connectorType: kind }),
    idToken: shown ?? textOf(token),
    ...(group === undefined ? {} : { groupIdToken: textOf(group) }),
    expiryDate: new Date(until).toISOString(),
  }));
}

const textOf = (key: string) => key.slice(key.indexOf('|') + 1);
