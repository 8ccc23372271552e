// Messages of OCPP 2.0.1 block L, Firmware Management: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';
import { object } from './datatypes/custom-data';
import { genericStatus, statusResponse } from './datatypes/status-info';

const firmware = object({
  location: text(512),
  retrieveDateTime: dateTime,
  installDateTime: dateTime.optional(),
  signingCertificate: text(5500).optional(),
  signature: text(800).optional(),
});

export const firmwareManagement = {
  FirmwareStatusNotification: {
    from: 'charger',
    block: 'L',
    request: object({
      status: z.enum([
        'Downloaded',
        'DownloadFailed',
        'Downloading',
        'DownloadScheduled',
        'DownloadPaused',
        'Idle',
        'InstallationFailed',
        'Installing',
        'Installed',
        'InstallRebooting',
        'InstallScheduled',
        'InstallVerificationFailed',
        'InvalidSignature',
        'SignatureVerified',
      ]),
      requestId: integer.optional(),
    }),
    response: object({}),
  },
  PublishFirmware: {
    from: 'csms',
    block: 'L',
    request: object({
      location: text(512),
      retries: integer.optional(),
      checksum: text(32),
      requestId: integer,
      retryInterval: integer.optional(),
    }),
    response: statusResponse(genericStatus),
  },
  PublishFirmwareStatusNotification: {
    from: 'charger',
    block: 'L',
    request: object({
      status: z.enum([
        'Idle',
        'DownloadScheduled',
        'Downloading',
        'Downloaded',
        'Published',
        'DownloadFailed',
        'DownloadPaused',
        'InvalidChecksum',
        'ChecksumVerified',
        'PublishFailed',
      ]),
      location: z.array(text(512)).min(1).optional(),
      requestId: integer.optional(),
    }),
    response: object({}),
  },
  UnpublishFirmware: {
    from: 'csms',
    block: 'L',
    request: object({ checksum: text(32) }),
    response: object({ status: z.enum(['DownloadOngoing', 'NoFirmware', 'Unpublished']) }),
  },
  UpdateFirmware: {
    from: 'csms',
    block: 'L',
    request: object({
      retries: integer.optional(),
      retryInterval: integer.optional(),
      requestId: integer,
      firmware: firmware,
    }),
    response: statusResponse(['Accepted', 'Rejected', 'AcceptedCanceled', 'InvalidCertificate', 'RevokedCertificate']),
  },
} as const;
