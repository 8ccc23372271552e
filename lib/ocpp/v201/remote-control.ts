// Messages of OCPP 2.0.1 block F, Remote Control: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { integer, text } from '../fields';
import { chargingProfile } from './datatypes/charging-profile';
import { object } from './datatypes/custom-data';
import { evse } from './datatypes/device-model';
import { idToken } from './datatypes/id-token';
import { statusInfo, statusResponse } from './datatypes/status-info';

/** RequestStartStopStatusEnumType. */
const requestStartStopStatus = ['Accepted', 'Rejected'] as const;

export const remoteControl = {
  RequestStartTransaction: {
    from: 'csms',
    block: 'F',
    request: object({
      evseId: integer.optional(),
      groupIdToken: idToken.optional(),
      idToken: idToken,
      remoteStartId: integer,
      chargingProfile: chargingProfile.optional(),
    }),
    response: object({
      status: z.enum(requestStartStopStatus),
      statusInfo: statusInfo.optional(),
      transactionId: text(36).optional(),
    }),
  },
  RequestStopTransaction: {
    from: 'csms',
    block: 'F',
    request: object({ transactionId: text(36) }),
    response: statusResponse(requestStartStopStatus),
  },
  TriggerMessage: {
    from: 'csms',
    block: 'F',
    request: object({
      evse: evse.optional(),
      requestedMessage: z.enum([
        'BootNotification',
        'LogStatusNotification',
        'FirmwareStatusNotification',
        'Heartbeat',
        'MeterValues',
        'SignChargingStationCertificate',
        'SignV2GCertificate',
        'StatusNotification',
        'TransactionEvent',
        'SignCombinedCertificate',
        'PublishFirmwareStatusNotification',
      ]),
    }),
    response: statusResponse(['Accepted', 'Rejected', 'NotImplemented']),
  },
  UnlockConnector: {
    from: 'csms',
    block: 'F',
    request: object({
      evseId: integer,
      connectorId: integer,
    }),
    response: statusResponse(['Unlocked', 'UnlockFailed', 'OngoingAuthorizedTransaction', 'UnknownConnector']),
  },
} as const;
