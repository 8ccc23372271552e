// Messages of OCPP 1.6 Firmware Management: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text, uri } from '../fields';

export const firmwareManagement = {
  DiagnosticsStatusNotification: {
    from: 'charger',
    profile: 'FirmwareManagement',
    request: z.strictObject({ status: z.enum(['Idle', 'Uploaded', 'UploadFailed', 'Uploading']) }),
    response: z.strictObject({}),
  },
  FirmwareStatusNotification: {
    from: 'charger',
    profile: 'FirmwareManagement',
    request: z.strictObject({
      status: z.enum([
        'Downloaded',
        'DownloadFailed',
        'Downloading',
        'Idle',
        'InstallationFailed',
        'Installing',
        'Installed',
      ]),
    }),
    response: z.strictObject({}),
  },
  GetDiagnostics: {
    from: 'csms',
    profile: 'FirmwareManagement',
    request: z.strictObject({
      location: uri,
      retries: integer.optional(),
      retryInterval: integer.optional(),
      startTime: dateTime.optional(),
      stopTime: dateTime.optional(),
    }),
    response: z.strictObject({ fileName: text(255).optional() }),
  },
  UpdateFirmware: {
    from: 'csms',
    profile: 'FirmwareManagement',
    request: z.strictObject({
      location: uri,
      retries: integer.optional(),
      retrieveDate: dateTime,
      retryInterval: integer.optional(),
    }),
    response: z.strictObject({}),
  },
} as const;
