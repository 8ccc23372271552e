// Messages of OCPP 1.6 Core: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';
import { chargingProfile, idTagInfo, meterValue } from './data-types';

export const core = {
  Authorize: {
    from: 'charger',
    profile: 'Core',
    request: z.strictObject({ idTag: text(20) }),
    response: z.strictObject({ idTagInfo: idTagInfo }),
  },
  BootNotification: {
    from: 'charger',
    profile: 'Core',
    request: z.strictObject({
      chargePointVendor: text(20),
      chargePointModel: text(20),
      chargePointSerialNumber: text(25).optional(),
      chargeBoxSerialNumber: text(25).optional(),
      firmwareVersion: text(50).optional(),
      iccid: text(20).optional(),
      imsi: text(20).optional(),
      meterType: text(25).optional(),
      meterSerialNumber: text(25).optional(),
    }),
    response: z.strictObject({
      status: z.enum(['Accepted', 'Pending', 'Rejected']),
      currentTime: dateTime,
      interval: integer,
    }),
  },
  ChangeAvailability: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({ connectorId: integer, type: z.enum(['Inoperative', 'Operative']) }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected', 'Scheduled']) }),
  },
  ChangeConfiguration: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({ key: text(50), value: text(500) }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected', 'RebootRequired', 'NotSupported']) }),
  },
  ClearCache: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({}),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected']) }),
  },
  DataTransfer: {
    from: 'both',
    profile: 'Core',
    request: z.strictObject({ vendorId: text(255), messageId: text(50).optional(), data: z.string().optional() }),
    response: z.strictObject({
      status: z.enum(['Accepted', 'Rejected', 'UnknownMessageId', 'UnknownVendorId']),
      data: z.string().optional(),
    }),
  },
  GetConfiguration: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({ key: z.array(text(50)).optional() }),
    response: z.strictObject({
      configurationKey: z
        .array(z.strictObject({ key: text(50), readonly: z.boolean(), value: text(500).optional() }))
        .optional(),
      unknownKey: z.array(text(50)).optional(),
    }),
  },
  Heartbeat: {
    from: 'charger',
    profile: 'Core',
    request: z.strictObject({}),
    response: z.strictObject({ currentTime: dateTime }),
  },
  MeterValues: {
    from: 'charger',
    profile: 'Core',
    request: z.strictObject({
      connectorId: integer,
      transactionId: integer.optional(),
      meterValue: z.array(meterValue),
    }),
    response: z.strictObject({}),
  },
  RemoteStartTransaction: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({
      connectorId: integer.optional(),
      idTag: text(20),
      chargingProfile: chargingProfile.optional(),
    }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected']) }),
  },
  RemoteStopTransaction: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({ transactionId: integer }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected']) }),
  },
  Reset: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({ type: z.enum(['Hard', 'Soft']) }),
    response: z.strictObject({ status: z.enum(['Accepted', 'Rejected']) }),
  },
  StartTransaction: {
    from: 'charger',
    profile: 'Core',
    request: z.strictObject({
      connectorId: integer,
      idTag: text(20),
      meterStart: integer,
      reservationId: integer.optional(),
      timestamp: dateTime,
    }),
    response: z.strictObject({ idTagInfo: idTagInfo, transactionId: integer }),
  },
  StatusNotification: {
    from: 'charger',
    profile: 'Core',
    request: z.strictObject({
      connectorId: integer,
      errorCode: z.enum([
        'ConnectorLockFailure',
        'EVCommunicationError',
        'GroundFailure',
        'HighTemperature',
        'InternalError',
        'LocalListConflict',
        'NoError',
        'OtherError',
        'OverCurrentFailure',
        'PowerMeterFailure',
        'PowerSwitchFailure',
        'ReaderFailure',
        'ResetFailure',
        'UnderVoltage',
        'OverVoltage',
        'WeakSignal',
      ]),
      info: text(50).optional(),
      status: z.enum([
        'Available',
        'Preparing',
        'Charging',
        'SuspendedEVSE',
        'SuspendedEV',
        'Finishing',
        'Reserved',
        'Unavailable',
        'Faulted',
      ]),
      timestamp: dateTime.optional(),
      vendorId: text(255).optional(),
      vendorErrorCode: text(50).optional(),
    }),
    response: z.strictObject({}),
  },
  StopTransaction: {
    from: 'charger',
    profile: 'Core',
    request: z.strictObject({
      idTag: text(20).optional(),
      meterStop: integer,
      timestamp: dateTime,
      transactionId: integer,
      reason: z
        .enum([
          'EmergencyStop',
          'EVDisconnected',
          'HardReset',
          'Local',
          'Other',
          'PowerLoss',
          'Reboot',
          'Remote',
          'SoftReset',
          'UnlockCommand',
          'DeAuthorized',
        ])
        .optional(),
      transactionData: z.array(meterValue).optional(),
    }),
    response: z.strictObject({ idTagInfo: idTagInfo.optional() }),
  },
  UnlockConnector: {
    from: 'csms',
    profile: 'Core',
    request: z.strictObject({ connectorId: integer }),
    response: z.strictObject({ status: z.enum(['Unlocked', 'UnlockFailed', 'NotSupported']) }),
  },
} as const;
