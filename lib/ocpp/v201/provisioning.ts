// Messages of OCPP 2.0.1 block B, Provisioning: schema of each request and response. What they mean is the charger's matter.
import { z } from 'zod';
import { dateTime, integer, text } from '../fields';
import { object } from './datatypes/custom-data';
import { attributeEnum, component, componentVariable, variable } from './datatypes/device-model';
import { networkConnectionProfile } from './datatypes/network-connection-profile';
import { genericDeviceModelStatus, statusInfo, statusResponse } from './datatypes/status-info';

const modem = object({
  iccid: text(20).optional(),
  imsi: text(20).optional(),
});

const chargingStation = object({
  serialNumber: text(25).optional(),
  model: text(20),
  modem: modem.optional(),
  vendorName: text(50),
  firmwareVersion: text(50).optional(),
});

const getVariableData = object({
  attributeType: attributeEnum.optional(),
  component: component,
  variable: variable,
});

const getVariableResult = object({
  attributeStatusInfo: statusInfo.optional(),
  attributeStatus: z.enum(['Accepted', 'Rejected', 'UnknownComponent', 'UnknownVariable', 'NotSupportedAttributeType']),
  attributeType: attributeEnum.optional(),
  attributeValue: text(2500).optional(),
  component: component,
  variable: variable,
});

const variableAttribute = object({
  type: attributeEnum.optional(),
  value: text(2500).optional(),
  mutability: z.enum(['ReadOnly', 'WriteOnly', 'ReadWrite']).optional(),
  persistent: z.boolean().optional(),
  constant: z.boolean().optional(),
});

const variableCharacteristics = object({
  unit: text(16).optional(),
  dataType: z.enum(['string', 'decimal', 'integer', 'dateTime', 'boolean', 'OptionList', 'SequenceList', 'MemberList']),
  minLimit: z.number().optional(),
  maxLimit: z.number().optional(),
  valuesList: text(1000).optional(),
  supportsMonitoring: z.boolean(),
});

const reportData = object({
  component: component,
  variable: variable,
  variableAttribute: z.array(variableAttribute).min(1).max(4),
  variableCharacteristics: variableCharacteristics.optional(),
});

const setVariableData = object({
  attributeType: attributeEnum.optional(),
  attributeValue: text(1000),
  component: component,
  variable: variable,
});

const setVariableResult = object({
  attributeType: attributeEnum.optional(),
  attributeStatus: z.enum([
    'Accepted',
    'Rejected',
    'UnknownComponent',
    'UnknownVariable',
    'NotSupportedAttributeType',
    'RebootRequired',
  ]),
  attributeStatusInfo: statusInfo.optional(),
  component: component,
  variable: variable,
});

export const provisioning = {
  BootNotification: {
    from: 'charger',
    block: 'B',
    request: object({
      chargingStation: chargingStation,
      reason: z.enum([
        'ApplicationReset',
        'FirmwareUpdate',
        'LocalReset',
        'PowerUp',
        'RemoteReset',
        'ScheduledReset',
        'Triggered',
        'Unknown',
        'Watchdog',
      ]),
    }),
    response: object({
      currentTime: dateTime,
      interval: integer,
      status: z.enum(['Accepted', 'Pending', 'Rejected']),
      statusInfo: statusInfo.optional(),
    }),
  },
  GetBaseReport: {
    from: 'csms',
    block: 'B',
    request: object({
      requestId: integer,
      reportBase: z.enum(['ConfigurationInventory', 'FullInventory', 'SummaryInventory']),
    }),
    response: statusResponse(genericDeviceModelStatus),
  },
  GetReport: {
    from: 'csms',
    block: 'B',
    request: object({
      componentVariable: z.array(componentVariable).min(1).optional(),
      requestId: integer,
      componentCriteria: z
        .array(z.enum(['Active', 'Available', 'Enabled', 'Problem']))
        .min(1)
        .max(4)
        .optional(),
    }),
    response: statusResponse(genericDeviceModelStatus),
  },
  GetVariables: {
    from: 'csms',
    block: 'B',
    request: object({ getVariableData: z.array(getVariableData).min(1) }),
    response: object({ getVariableResult: z.array(getVariableResult).min(1) }),
  },
  NotifyReport: {
    from: 'charger',
    block: 'B',
    request: object({
      requestId: integer,
      generatedAt: dateTime,
      reportData: z.array(reportData).min(1).optional(),
      tbc: z.boolean().optional(),
      seqNo: integer,
    }),
    response: object({}),
  },
  Reset: {
    from: 'csms',
    block: 'B',
    request: object({
      type: z.enum(['Immediate', 'OnIdle']),
      evseId: integer.optional(),
    }),
    response: statusResponse(['Accepted', 'Rejected', 'Scheduled']),
  },
  SetNetworkProfile: {
    from: 'csms',
    block: 'B',
    request: object({
      configurationSlot: integer,
      connectionData: networkConnectionProfile,
    }),
    response: statusResponse(['Accepted', 'Rejected', 'Failed']),
  },
  SetVariables: {
    from: 'csms',
    block: 'B',
    request: object({ setVariableData: z.array(setVariableData).min(1) }),
    response: object({ setVariableResult: z.array(setVariableResult).min(1) }),
  },
} as const;
