// Messages of the security whitepaper for OCPP 1.6 (edition 3): schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';
import { certificateHashData } from './data-types';

export const security = {
  CertificateSigned: {
    from: 'csms',
    profile: 'Security',
    request: z.strictObject({ certificateChain: text(10000) }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected']) }),
  },
  DeleteCertificate: {
    from: 'csms',
    profile: 'Security',
    request: z.strictObject({ certificateHashData: certificateHashData }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Failed', 'NotFound']) }),
  },
  ExtendedTriggerMessage: {
    from: 'csms',
    profile: 'Security',
    request: z.strictObject({
      requestedMessage: z.enum([
        'BootNotification',
        'LogStatusNotification',
        'FirmwareStatusNotification',
        'Heartbeat',
        'MeterValues',
        'SignChargePointCertificate',
        'StatusNotification',
      ]),
      connectorId: integer.optional(),
    }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected', 'NotImplemented']) }),
  },
  GetInstalledCertificateIds: {
    from: 'csms',
    profile: 'Security',
    request: z.strictObject({
      certificateType: z.enum(['CentralSystemRootCertificate', 'ManufacturerRootCertificate']),
    }),
    response: z.strictObject({
      certificateHashData: z.array(certificateHashData).min(1).optional(),
      status: z.enum(['Accepted', 'NotFound']),
    }),
  },
  GetLog: {
    from: 'csms',
    profile: 'Security',
    request: z.strictObject({
      log: z.strictObject({
        remoteLocation: text(512),
        oldestTimestamp: dateTime.optional(),
        latestTimestamp: dateTime.optional(),
      }),
      logType: z.enum(['DiagnosticsLog', 'SecurityLog']),
      requestId: integer,
      retries: integer.optional(),
      retryInterval: integer.optional(),
    }),
    response: z.strictObject({
      status: z.enum(['Accepted', 'Rejected', 'AcceptedCanceled']),
      filename: text(255).optional(),
    }),
  },
  InstallCertificate: {
    from: 'csms',
    profile: 'Security',
    request: z.strictObject({
      certificateType: z.enum(['CentralSystemRootCertificate', 'ManufacturerRootCertificate']),
      certificate: text(5500),
    }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Failed', 'Rejected']) }),
  },
  LogStatusNotification: {
    from: 'charger',
    profile: 'Security',
    request: z.strictObject({
      status: z.enum([
        'BadMessage',
        'Idle',
        'NotSupportedOperation',
        'PermissionDenied',
        'Uploaded',
        'UploadFailure',
        'Uploading',
      ]),
      requestId: integer.optional(),
    }),
    response: z.strictObject({}),
  },
  SecurityEventNotification: {
    from: 'charger',
    profile: 'Security',
    request: z.strictObject({ type: text(50), timestamp: dateTime, techInfo: text(255).optional() }),
    response: z.strictObject({}),
  },
  SignCertificate: {
    from: 'charger',
    profile: 'Security',
    request: z.strictObject({ csr: text(5500) }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected']) }),
  },
  SignedFirmwareStatusNotification: {
    from: 'charger',
    profile: 'Security',
    request: z.strictObject({
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
    response: z.strictObject({}),
  },
  SignedUpdateFirmware: {
    from: 'csms',
    profile: 'Security',
    request: z.strictObject({
      retries: integer.optional(),
      retryInterval: integer.optional(),
      requestId: integer,
      firmware: z.strictObject({
        location: text(512),
        retrieveDateTime: dateTime,
        installDateTime: dateTime.optional(),
        signingCertificate: text(5500),
        signature: text(800),
      }),
    }),
    response: z.strictObject({
      status: z.enum(['Accepted', 'Rejected', 'AcceptedCanceled', 'InvalidCertificate', 'RevokedCertificate']),
    }),
  },
} as const;
