// Messages of OCPP 2.0.1 block H, Reservation: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer } from '../fields';
import { object } from './datatypes/custom-data';
import { idToken } from './datatypes/id-token';
import { statusResponse } from './datatypes/status-info';

export const reservation = {
  CancelReservation: {
    from: 'csms',
    block: 'H',
    request: object({ reservationId: integer }),
    response: statusResponse(['Accepted', 'Rejected']),
  },
  ReservationStatusUpdate: {
    from: 'charger',
    block: 'H',
    request: object({
      reservationId: integer,
      reservationUpdateStatus: z.enum(['Expired', 'Removed']),
    }),
    response: object({}),
  },
  ReserveNow: {
    from: 'csms',
    block: 'H',
    request: object({
      id: integer,
      expiryDateTime: dateTime,
      connectorType: z
        .enum([
          'cCCS1',
          'cCCS2',
          'cG105',
          'cTesla',
          'cType1',
          'cType2',
          's309-1P-16A',
          's309-1P-32A',
          's309-3P-16A',
          's309-3P-32A',
          'sBS1361',
          'sCEE-7-7',
          'sType2',
          'sType3',
          'Other1PhMax16A',
          'Other1PhOver16A',
          'Other3Ph',
          'Pan',
          'wInductive',
          'wResonant',
          'Undetermined',
          'Unknown',
        ])
        .optional(),
      idToken: idToken,
      evseId: integer.optional(),
      groupIdToken: idToken.optional(),
    }),
    response: statusResponse(['Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable']),
  },
} as const;
