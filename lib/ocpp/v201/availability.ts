// Messages of OCPP 2.0.1 block G, Availability: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer } from '../fields';
import { object } from './datatypes/custom-data';
import { evse } from './datatypes/device-model';
import { statusResponse } from './datatypes/status-info';

export const availability = {
  ChangeAvailability: {
    from: 'csms',
    block: 'G',
    request: object({
      evse: evse.optional(),
      operationalStatus: z.enum(['Inoperative', 'Operative']),
    }),
    response: statusResponse(['Accepted', 'Rejected', 'Scheduled']),
  },
  Heartbeat: {
    from: 'charger',
    block: 'G',
    request: object({}),
    response: object({ currentTime: dateTime }),
  },
  StatusNotification: {
    from: 'charger',
    block: 'G',
    request: object({
      timestamp: dateTime,
      connectorStatus: z.enum(['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted']),
      evseId: integer,
      connectorId: integer,
    }),
    response: object({}),
  },
} as const;
