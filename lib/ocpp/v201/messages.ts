// All 64 messages of OCPP 2.0.1, by action, and the types of their payloads.
import type { z } from 'zod';
import { authorization } from './authorization';
import { availability } from './availability';
import { dataTransfer } from './data-transfer';
import { diagnostics } from './diagnostics';
import { displayMessage } from './display-message';
import { firmwareManagement } from './firmware-management';
import { iso15118CertificateManagement } from './iso-15118-certificate-management';
import { localAuthorizationListManagement } from './local-authorization-list-management';
import { meterValues } from './meter-values';
import { provisioning } from './provisioning';
import { remoteControl } from './remote-control';
import { reservation } from './reservation';
import { security } from './security';
import { smartCharging } from './smart-charging';
import { tariffAndCost } from './tariff-and-cost';
import { transactions } from './transactions';

/** Who sends the request, which functional block it belongs to, and the schemas of its two payloads. */
export interface MessageV201 {
  from: 'charger' | 'csms' | 'both';
  block: 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M' | 'N' | 'O' | 'P';
  request: z.ZodType;
  response: z.ZodType;
}

export const messagesV201 = {
  ...security,
  ...provisioning,
  ...authorization,
  ...localAuthorizationListManagement,
  ...transactions,
  ...remoteControl,
  ...availability,
  ...reservation,
  ...tariffAndCost,
  ...meterValues,
  ...smartCharging,
  ...firmwareManagement,
  ...iso15118CertificateManagement,
  ...diagnostics,
  ...displayMessage,
  ...dataTransfer,
} as const satisfies Record<string, MessageV201>;

export type ActionV201 = keyof typeof messagesV201;
export type RequestV201<A extends ActionV201> = z.infer<(typeof messagesV201)[A]['request']>;
export type ResponseV201<A extends ActionV201> = z.infer<(typeof messagesV201)[A]['response']>;
