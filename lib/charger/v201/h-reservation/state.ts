// What the reservation block remembers, as part of the charger document.
import type { Reservation } from '../../reservations';

export interface ReservationState {
  /** Oldest first; absent: none. Places are EVSEs, tokens and groups are spelled as by `keyOf`. */
  reservations?: Reservation[];
}
