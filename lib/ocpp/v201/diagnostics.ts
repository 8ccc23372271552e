// Messages of OCPP 2.0.1 block N, Diagnostics: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';
import { certificateHashData } from './datatypes/certificate';
import { object } from './datatypes/custom-data';
import { component, componentVariable, variable } from './datatypes/device-model';
import { idToken } from './datatypes/id-token';
import { genericDeviceModelStatus, genericStatus, statusInfo, statusResponse } from './datatypes/status-info';

const clearMonitoringResult = object({
  status: z.enum(['Accepted', 'Rejected', 'NotFound']),
  id: integer,
  statusInfo: statusInfo.optional(),
});

const logParameters = object({
  remoteLocation: text(512),
  oldestTimestamp: dateTime.optional(),
  latestTimestamp: dateTime.optional(),
});

const eventData = object({
  eventId: integer,
  timestamp: dateTime,
  trigger: z.enum(['Alerting', 'Delta', 'Periodic']),
  cause: integer.optional(),
  actualValue: text(2500),
  techCode: text(50).optional(),
  techInfo: text(500).optional(),
  cleared: z.boolean().optional(),
  transactionId: text(36).optional(),
  component: component,
  variableMonitoringId: integer.optional(),
  eventNotificationType: z.enum(['HardWiredNotification', 'HardWiredMonitor', 'PreconfiguredMonitor', 'CustomMonitor']),
  variable: variable,
});

const monitorEnum = z.enum(['UpperThreshold', 'LowerThreshold', 'Delta', 'Periodic', 'PeriodicClockAligned']);

const variableMonitoring = object({
  id: integer,
  transaction: z.boolean(),
  value: z.number(),
  type: monitorEnum,
  severity: integer,
});

const monitoringData = object({
  component: component,
  variable: variable,
  variableMonitoring: z.array(variableMonitoring).min(1),
});

const setMonitoringData = object({
  id: integer.optional(),
  transaction: z.boolean().optional(),
  value: z.number(),
  type: monitorEnum,
  severity: integer,
  component: component,
  variable: variable,
});

const setMonitoringResult = object({
  id: integer.optional(),
  statusInfo: statusInfo.optional(),
  status: z.enum([
    'Accepted',
    'UnknownComponent',
    'UnknownVariable',
    'UnsupportedMonitorType',
    'Rejected',
    'Duplicate',
  ]),
  type: monitorEnum,
  component: component,
  variable: variable,
  severity: integer,
});

export const diagnostics = {
  ClearVariableMonitoring: {
    from: 'csms',
    block: 'N',
    request: object({ id: z.array(integer).min(1) }),
    response: object({ clearMonitoringResult: z.array(clearMonitoringResult).min(1) }),
  },
  CustomerInformation: {
    from: 'csms',
    block: 'N',
    request: object({
      customerCertificate: certificateHashData.optional(),
      idToken: idToken.optional(),
      requestId: integer,
      report: z.boolean(),
      clear: z.boolean(),
      customerIdentifier: text(64).optional(),
    }),
    response: statusResponse(['Accepted', 'Rejected', 'Invalid']),
  },
  GetLog: {
    from: 'csms',
    block: 'N',
    request: object({
      log: logParameters,
      logType: z.enum(['DiagnosticsLog', 'SecurityLog']),
      requestId: integer,
      retries: integer.optional(),
      retryInterval: integer.optional(),
    }),
    response: object({
      status: z.enum(['Accepted', 'Rejected', 'AcceptedCanceled']),
      statusInfo: statusInfo.optional(),
      filename: text(255).optional(),
    }),
  },
  GetMonitoringReport: {
    from: 'csms',
    block: 'N',
    request: object({
      componentVariable: z.array(componentVariable).min(1).optional(),
      requestId: integer,
      monitoringCriteria: z
        .array(z.enum(['ThresholdMonitoring', 'DeltaMonitoring', 'PeriodicMonitoring']))
        .min(1)
        .max(3)
        .optional(),
    }),
    response: statusResponse(genericDeviceModelStatus),
  },
  LogStatusNotification: {
    from: 'charger',
    block: 'N',
    request: object({
      status: z.enum([
        'BadMessage',
        'Idle',
        'NotSupportedOperation',
        'PermissionDenied',
        'Uploaded',
        'UploadFailure',
        'Uploading',
        'AcceptedCanceled',
      ]),
      requestId: integer.optional(),
    }),
    response: object({}),
  },
  NotifyCustomerInformation: {
    from: 'charger',
    block: 'N',
    request: object({
      data: text(512),
      tbc: z.boolean().optional(),
      seqNo: integer,
      generatedAt: dateTime,
      requestId: integer,
    }),
    response: object({}),
  },
  NotifyEvent: {
    from: 'charger',
    block: 'N',
    request: object({
      generatedAt: dateTime,
      tbc: z.boolean().optional(),
      seqNo: integer,
      eventData: z.array(eventData).min(1),
    }),
    response: object({}),
  },
  NotifyMonitoringReport: {
    from: 'charger',
    block: 'N',
    request: object({
      monitor: z.array(monitoringData).min(1).optional(),
      requestId: integer,
      tbc: z.boolean().optional(),
      seqNo: integer,
      generatedAt: dateTime,
    }),
    response: object({}),
  },
  SetMonitoringBase: {
    from: 'csms',
    block: 'N',
    request: object({ monitoringBase: z.enum(['All', 'FactoryDefault', 'HardWiredOnly']) }),
    response: statusResponse(genericDeviceModelStatus),
  },
  SetMonitoringLevel: {
    from: 'csms',
    block: 'N',
    request: object({ severity: integer }),
    response: statusResponse(genericStatus),
  },
  SetVariableMonitoring: {
    from: 'csms',
    block: 'N',
    request: object({ setMonitoringData: z.array(setMonitoringData).min(1) }),
    response: object({ setMonitoringResult: z.array(setMonitoringResult).min(1) }),
  },
} as const;
