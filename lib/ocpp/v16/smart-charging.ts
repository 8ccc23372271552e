// Messages of OCPP 1.6 Smart Charging: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer } from '../fields';
import { chargingProfile, chargingSchedule } from './data-types';

export const smartCharging = {
  ClearChargingProfile: {
    from: 'csms',
    profile: 'SmartCharging',
    request: z.strictObject({
      id: integer.optional(),
      connectorId: integer.optional(),
      chargingProfilePurpose: z.enum(['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile']).optional(),
      stackLevel: integer.optional(),
    }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Unknown']) }),
  },
  GetCompositeSchedule: {
    from: 'csms',
    profile: 'SmartCharging',
    request: z.strictObject({
      connectorId: integer,
      duration: integer,
      chargingRateUnit: z.enum(['A', 'W']).optional(),
    }),
    response: z.strictObject({
      status: z.enum(['Accepted', 'Rejected']),
      connectorId: integer.optional(),
      scheduleStart: dateTime.optional(),
      chargingSchedule: chargingSchedule.optional(),
    }),
  },
  SetChargingProfile: {
    from: 'csms',
    profile: 'SmartCharging',
    request: z.strictObject({ connectorId: integer, csChargingProfiles: chargingProfile }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected', 'NotSupported']) }),
  },
} as const;
