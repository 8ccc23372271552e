// Reservation of 1.6 (§5.1, §5.13): what ReserveNow and CancelReservation lead to, how a reservation ends, and whom it keeps away.
// Which bay is left for whom is worked out in ../reservations.ts, the status Reserved in status.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { chargerTime, hostTime } from '../clock';
import { type Context, note, touch } from '../context';
import { type Claim, claimAt, hasSpare, isKept, type Reservation, usedBy, type Visitor } from '../reservations';
import { arm, disarm } from '../timers';
import { knownParent, sameTag } from './authorization';
import { settingIsTrue } from './configuration';
import { findPlace, type Place, places, v16 } from './places';
import type { Authorization } from './state';
import { bareStatus, baysOf, chargerStatus } from './status';

type Request = RequestV16<'ReserveNow'>;
type Answer = 'Accepted' | 'Faulted' | 'Occupied' | 'Rejected' | 'Unavailable';

/** ReserveNow (§5.13). A reservation of the same id gives way to it, if it can be made. */
export function reserveNow(context: Context, request: Request): { status: Answer } {
  const { charger } = context;
  const why = whyRejected(context, request);
  if (why !== undefined) {
    note(context, 'warn', `ReserveNow rejected: ${why}`);
    return { status: 'Rejected' };
  }
  const all = v16(charger).reservations ?? [];
  const others = all.filter(({ id }) => id !== request.reservationId);
  const replaced = all.find(({ id }) => id === request.reservationId);
  const { connectorId } = request;
  const reservation = reservationOf(request);
  const place = findPlace(charger, connectorId);
  const status = place ? answerFor(charger, place, others, replaced, reservation) : answerForAny(charger, others);
  if (status !== 'Accepted') return { status };
  keep(charger, [...others, reservation]);
  touch(context);
  return { status };
}

function whyRejected(context: Context, { connectorId, expiryDate }: Request): string | undefined {
  const { charger, now } = context;
  const count = places(charger).length;
  if (!settingIsTrue(charger, 'x-ReservationEnabled')) return 'x-ReservationEnabled is false';
  if (connectorId < 0 || connectorId > count) return `no connector ${connectorId}: the charger has 0 to ${count}`;
  if (connectorId === 0 && !settingIsTrue(charger, 'ReserveConnectorZeroSupported')) {
    return 'ReserveConnectorZeroSupported is false';
  }
  const over = Date.parse(expiryDate) <= chargerTime(charger, now);
  return over ? `its expiryDate ${expiryDate} has passed` : undefined;
}

function reservationOf({ reservationId, connectorId, idTag, parentIdTag, expiryDate }: Request): Reservation {
  return {
    id: reservationId,
    place: connectorId,
    token: idTag,
    ...(parentIdTag === undefined ? {} : { group: parentIdTag }),
    until: Date.parse(expiryDate),
  };
}

/** What becomes of the wish for one connector beside the reservations of others. */
function answerFor(
  charger: Charger,
  place: Place,
  others: Reservation[],
  replaced: Reservation | undefined,
  wish: Reservation,
): Answer {
  const bare = bareStatus(charger, place);
  if (bare === 'Faulted' || bare === 'Unavailable') return bare;
  const goesOn = replaced?.place === place.connectorId && isFreeFor(place, wish);
  if (bare !== 'Available' && !goesOn) return 'Occupied';
  const bays = baysOf(charger);
  if (isKept(others, bays, place.connectorId) || isShared(charger, place)) return 'Occupied';
  const keepsOne = others.some((other) => other.place === 0);
  return keepsOne && !hasSpare(others, bays, place.connectorId) ? 'Occupied' : 'Accepted';
}

/** Its reservation may change hands while nobody but the new holder is about to charge there, whatever cable is in. */
function isFreeFor({ state }: Place, { token, group }: Reservation): boolean {
  if (state.transaction || state.finishing) return false;
  const { authorization } = state;
  if (!authorization) return true;
  return sameTag(authorization.idTag, token) || sameTag(authorization.parentIdTag, group);
}

/** Another connector of its EVSE is in use, or about to be. */
function isShared(charger: Charger, place: Place): boolean {
  return places(charger).some((other) => {
    if (other.evse.id !== place.evse.id || other.connectorId === place.connectorId) return false;
    return !['Available', 'Unavailable', 'Faulted'].includes(bareStatus(charger, other));
  });
}

/** What becomes of the wish for any connector: the charger's own state counts, then whether one is left. */
function answerForAny(charger: Charger, others: Reservation[]): Answer {
  const whole = chargerStatus(charger);
  if (whole !== 'Available') return whole;
  const bays = baysOf(charger);
  if (others.some(({ place }) => place === 0)) return 'Occupied';
  if (bays.some((bay) => bay.available && !isKept(others, bays, bay.id))) return 'Accepted';
  const statuses = places(charger).map((place) => bareStatus(charger, place));
  if (statuses.every((status) => status === 'Faulted')) return 'Faulted';
  return statuses.every((status) => status === 'Faulted' || status === 'Unavailable') ? 'Unavailable' : 'Occupied';
}

/** CancelReservation (§5.1). */
export function cancelReservation(context: Context, request: RequestV16<'CancelReservation'>): { status: string } {
  const all = v16(context.charger).reservations ?? [];
  const left = all.filter(({ id }) => id !== request.reservationId);
  if (left.length === all.length) return { status: 'Rejected' };
  keep(context.charger, left);
  touch(context);
  return { status: 'Accepted' };
}

function keep(charger: Charger, reservations: Reservation[]): void {
  if (reservations.length === 0) delete v16(charger).reservations;
  else v16(charger).reservations = reservations;
}

/**
 * What reservations mean to a token at a connector. Its parent is looked up in list and cache (§5.13); once it is authorized, with the
 * parent that was `told` or none, nobody will tell more.
 */
export function claim(
  context: Context,
  place: Place,
  idTag: string,
  told?: { parentIdTag?: string | undefined },
): Claim {
  const { charger } = context;
  const { reservations } = v16(charger);
  if (!reservations) return 'none';
  const visitor = visitorOf(context, idTag, told?.parentIdTag);
  const found = claimAt(reservations, baysOf(charger), place.connectorId, visitor);
  return told && found === 'perhaps' ? 'barred' : found;
}

function visitorOf(context: Context, idTag: string, parentIdTag = knownParent(context, idTag)): Visitor {
  return { token: idTag, ...(parentIdTag === undefined ? {} : { group: parentIdTag }) };
}

/** A transaction begins: the reservation it is for is used up (§5.13). Its id goes into StartTransaction. */
export function takeReservation(context: Context, place: Place, authorization: Authorization): number | undefined {
  const { charger } = context;
  const { reservations } = v16(charger);
  if (!reservations) return undefined;
  const visitor = visitorOf(context, authorization.idTag, authorization.parentIdTag);
  const used = usedBy(reservations, { id: place.connectorId }, visitor);
  if (!used) return undefined;
  keep(
    charger,
    reservations.filter(({ id }) => id !== used.id),
  );
  return used.id;
}

/** Ends what has expired or lost its connector, and plans the next expiry. Called whenever something has changed. */
export function steerReservations(context: Context): void {
  const { charger, now } = context;
  const { reservations } = v16(charger);
  // A charger without power ends nothing; it catches up when it starts.
  if (!reservations || charger.power === 'off') return disarm(charger, 'reservation');
  const left = reservations.filter((reservation) => {
    const why = whyOver(charger, reservation, now);
    if (why !== undefined) note(context, 'info', `reservation ${reservation.id} has ended: ${why}`);
    return why === undefined;
  });
  keep(charger, left);
  armExpiry(context, left);
}

/** §5.13: a reservation ends when its time is over, or its connector, or the charger, gets Faulted or Unavailable. */
function whyOver(charger: Charger, { place: connectorId, until }: Reservation, now: number): string | undefined {
  if (until <= chargerTime(charger, now)) return 'it has expired';
  const place = findPlace(charger, connectorId);
  const status = place ? bareStatus(charger, place) : chargerStatus(charger);
  return status === 'Faulted' || status === 'Unavailable' ? `connector ${connectorId} is ${status}` : undefined;
}

/** The timer counts in the host's clock, a reservation in the CSMS's. */
function armExpiry({ charger }: Context, reservations: Reservation[]): void {
  if (reservations.length === 0) return disarm(charger, 'reservation');
  arm(charger, 'reservation', hostTime(charger, Math.min(...reservations.map(({ until }) => until))));
}

/** Timer `reservation`: one has expired. */
export function reservationDue(context: Context): void {
  touch(context);
}

/** What is reserved now, as people see it. */
export function viewReservations(charger: Charger, now: number): Record<string, unknown>[] {
  const reservations = v16(charger).reservations ?? [];
  const valid = reservations.filter(({ until }) => until > chargerTime(charger, now));
  return valid.map(({ id, place, token, group, until }) => ({
    reservationId: id,
    connectorId: place,
    idToken: token,
    ...(group === undefined ? {} : { parentIdTag: group }),
    expiryDate: new Date(until).toISOString(),
  }));
}
