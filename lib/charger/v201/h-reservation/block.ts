// Block H, Reservation, as a value.
import { touch } from '../../context';
import type { Block } from '../block';
import { v201 } from '../places';
import {
  cancelReservation,
  reservedStatus,
  reserveNow,
  steerReservations,
  takeReservation,
  viewReservations,
  whyKept,
} from './reservation';

export const reservation: Block = {
  name: 'H Reservation',
  handlers: { CancelReservation: cancelReservation, ReserveNow: reserveNow },
  fill: {
    ReservationStatusUpdate: ({ charger }) => ({
      reservationId: v201(charger).reservations?.[0]?.id ?? 0,
      reservationUpdateStatus: 'Expired',
    }),
  },
  timers: { reservation: touch },
  moments: { clockChanged: touch, reconcile: steerReservations },
  extends: { whyNotStart: whyKept, status: reservedStatus, eventFields: takeReservation },
  view: (charger, now) => ({ reservations: viewReservations(charger, now) }),
};
