// How a charger reaches its CSMS (OCPP 2.0.1 part 2, B09).
import { z } from 'zod';
import { integer, text } from '../../fields';
import { object } from './custom-data';

export const apn = object({
  apn: text(512),
  apnUserName: text(20).optional(),
  apnPassword: text(20).optional(),
  simPin: integer.optional(),
  preferredNetwork: text(6).optional(),
  useOnlyPreferredNetwork: z.boolean().optional(),
  apnAuthentication: z.enum(['CHAP', 'NONE', 'PAP', 'AUTO']),
});

export const vpn = object({
  server: text(512),
  user: text(20),
  group: text(20).optional(),
  password: text(20),
  key: text(255),
  type: z.enum(['IKEv2', 'IPSec', 'L2TP', 'PPTP']),
});

export const networkConnectionProfile = object({
  apn: apn.optional(),
  ocppVersion: z.enum(['OCPP12', 'OCPP15', 'OCPP16', 'OCPP20']),
  ocppTransport: z.enum(['JSON', 'SOAP']),
  ocppCsmsUrl: text(512),
  messageTimeout: integer,
  securityProfile: integer,
  ocppInterface: z.enum(['Wired0', 'Wired1', 'Wired2', 'Wired3', 'Wireless0', 'Wireless1', 'Wireless2', 'Wireless3']),
  vpn: vpn.optional(),
});
