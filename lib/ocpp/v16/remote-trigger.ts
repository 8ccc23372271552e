// Messages of OCPP 1.6 Remote Trigger: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { integer } from '../fields';

export const remoteTrigger = {
  TriggerMessage: {
    from: 'csms',
    profile: 'RemoteTrigger',
    request: z.strictObject({
      requestedMessage: z.enum([
        'BootNotification',
        'DiagnosticsStatusNotification',
        'FirmwareStatusNotification',
        'Heartbeat',
        'MeterValues',
        'StatusNotification',
      ]),
      connectorId: integer.optional(),
    }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected', 'NotImplemented']) }),
  },
} as const;
