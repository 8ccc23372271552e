// Which places of a charger are kept for whom: what a token may use, what a reservation leaves to others. How places come to be free,
// what is answered and told is the dialect's. OCPP 1.6 §5.13; 2.0.1 H01 has the same rules.

export interface Reservation {
  id: number;
  /** A place; 0: one of them, whichever. */
  place: number;
  token: string;
  /** Whoever belongs to it may come, too. */
  group?: string;
  /** As the CSMS has written the token, where `token` is how it is compared. */
  shown?: string;
  /** Any place of this kind; absent: of any kind. */
  kind?: string;
  /** When it ends, in the CSMS's clock. Epoch milliseconds. */
  until: number;
}

/** A place as far as reservations are concerned. */
export interface Bay {
  id: number;
  /** Bays of one EVSE exclude each other. */
  evseId: number;
  /** Nobody uses it or is about to, and anybody could. */
  available: boolean;
  /** Kinds of place that it is; absent: nobody asks. */
  kinds?: readonly string[];
}

/** Who asks: `group` is absent as long as nobody has told. */
export interface Visitor {
  token: string;
  group?: string;
}

/**
 * What reservations mean to a visitor at a place: nothing (`none`), that it is kept for him (`holder`), for others (`barred`), or for
 * others unless he is of their group (`perhaps`).
 */
export type Claim = 'none' | 'holder' | 'barred' | 'perhaps';

const same = (one: string | undefined, other: string | undefined) =>
  one !== undefined && one.toLowerCase() === other?.toLowerCase();

/** What the reservations there are mean to a visitor at a bay. */
export function claimAt(
  reservations: readonly Reservation[],
  bays: readonly Bay[],
  bayId: number,
  visitor: Visitor,
): Claim {
  const specific = reservations.find(({ place }) => place !== 0 && sharesEvse(bays, place, bayId));
  if (specific) return claimOf(specific, visitor);
  const bay = bays.find(({ id }) => id === bayId);
  const claims = reservations.filter((one) => one.place === 0 && suits(bay, one)).map((one) => claimOf(one, visitor));
  if (claims.includes('holder')) return 'holder';
  if (!reservations.some(({ place }) => place === 0) || hasSpare(reservations, bays, bayId)) return 'none';
  return claims.includes('perhaps') ? 'perhaps' : 'barred';
}

const suits = (bay: Pick<Bay, 'kinds'> | undefined, { kind }: Reservation) =>
  kind === undefined || bay?.kinds?.includes(kind) === true;

/** 1.6 §5.13: token or parent of who comes are those of the reservation, one way or the other. */
function claimOf({ token, group }: Reservation, visitor: Visitor): Claim {
  const own = [visitor.token, visitor.group];
  if (own.some((one) => same(one, token) || same(one, group))) return 'holder';
  return group !== undefined && visitor.group === undefined ? 'perhaps' : 'barred';
}

/** Without the bay (0: with all of them), is one left for each who has reserved one of them? */
export function hasSpare(reservations: readonly Reservation[], bays: readonly Bay[], bayId: number): boolean {
  const free = bays.filter(
    (bay) => bay.available && !sharesEvse(bays, bay.id, bayId) && !isKept(reservations, bays, bay.id),
  );
  const givenTo = new Map<number, Reservation>();
  return reservations.filter(({ place }) => place === 0).every((one) => findRoom(one, free, givenTo, new Set()));
}

/** Gives the reservation an EVSE, moving others on where they have a choice (a matching by augmenting paths). */
function findRoom(one: Reservation, free: Bay[], givenTo: Map<number, Reservation>, tried: Set<number>): boolean {
  for (const bay of free) {
    const { evseId } = bay;
    if (tried.has(evseId) || !suits(bay, one)) continue;
    tried.add(evseId);
    const holder = givenTo.get(evseId);
    if (holder && !findRoom(holder, free, givenTo, tried)) continue;
    givenTo.set(evseId, one);
    return true;
  }
  return false;
}

/** Reserved by itself, or with another bay of its EVSE. */
export function isKept(reservations: readonly Reservation[], bays: readonly Bay[], bayId: number): boolean {
  return reservations.some(({ place }) => place !== 0 && sharesEvse(bays, place, bayId));
}

/** To be shown as reserved: by itself, or as the last that is left for who has reserved one of them (2.0.1 H01.FR.20). */
export function isReserved(reservations: readonly Reservation[], bays: readonly Bay[], bayId: number): boolean {
  if (reservations.some(({ place }) => place === bayId)) return true;
  if (!reservations.some(({ place }) => place === 0) || isKept(reservations, bays, bayId)) return false;
  return bays.some(({ id, available }) => id === bayId && available) && !hasSpare(reservations, bays, bayId);
}

/** The reservation that a visitor who starts at a bay uses up: of this very bay, else one of any. */
export function usedBy(
  reservations: readonly Reservation[],
  bay: Pick<Bay, 'id' | 'kinds'>,
  visitor: Visitor,
): Reservation | undefined {
  const his = reservations.filter((reservation) => claimOf(reservation, visitor) === 'holder');
  return his.find(({ place }) => place === bay.id) ?? his.find((one) => one.place === 0 && suits(bay, one));
}

function sharesEvse(bays: readonly Bay[], one: number, other: number): boolean {
  const evseOf = (id: number) => bays.find((bay) => bay.id === id)?.evseId;
  return one === other || (evseOf(one) !== undefined && evseOf(one) === evseOf(other));
}
