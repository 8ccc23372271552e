// Messages of OCPP 1.6 Reservation: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';

export const reservation = {
  CancelReservation: {
    from: 'csms',
    profile: 'Reservation',
    request: z.strictObject({ reservationId: integer }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected']) }),
  },
  ReserveNow: {
    from: 'csms',
    profile: 'Reservation',
    request: z.strictObject({
      connectorId: integer,
      expiryDate: dateTime,
      idTag: text(20),
      parentIdTag: text(20).optional(),
      reservationId: integer,
    }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable']) }),
  },
} as const;
