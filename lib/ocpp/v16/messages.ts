// All 39 messages of OCPP 1.6, by action, and the types of their payloads.
import type { z } from 'zod';
import { core } from './core';
import { firmwareManagement } from './firmware-management';
import { localAuthList } from './local-auth-list';
import { remoteTrigger } from './remote-trigger';
import { reservation } from './reservation';
import { security } from './security';
import { smartCharging } from './smart-charging';

/** Who sends the request, which feature profile it belongs to, and the schemas of its two payloads. */
export interface MessageV16 {
  from: 'charger' | 'csms' | 'both';
  profile:
    | 'Core'
    | 'FirmwareManagement'
    | 'LocalAuthListManagement'
    | 'Reservation'
    | 'SmartCharging'
    | 'RemoteTrigger'
    | 'Security';
  request: z.ZodType;
  response: z.ZodType;
}

export const messagesV16 = {
  ...core,
  ...firmwareManagement,
  ...localAuthList,
  ...reservation,
  ...smartCharging,
  ...remoteTrigger,
  ...security,
} as const satisfies Record<string, MessageV16>;

export type ActionV16 = keyof typeof messagesV16;
export type RequestV16<A extends ActionV16> = z.infer<(typeof messagesV16)[A]['request']>;
export type ResponseV16<A extends ActionV16> = z.infer<(typeof messagesV16)[A]['response']>;
