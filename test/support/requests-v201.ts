// A request of each action that an OCPP 2.0.1 charger may send, as a tester would write it: no more than the schemas ask for.
import type { messagesV201, RequestV201 } from '../../lib/ocpp/v201/messages';

type Messages = typeof messagesV201;

/** Actions that a charger may send. */
type Sent = { [A in keyof Messages]: Messages[A]['from'] extends 'csms' ? never : A }[keyof Messages];

const at = '2026-01-01T10:00:00Z';
const idToken = { idToken: 'TAG-1', type: 'ISO14443' } as const;
const chargingSchedule = {
  ...{ id: 1, chargingRateUnit: 'A' as const },
  chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
};

export const requestsV201: { [A in Sent]: RequestV201<A> } = {
  Authorize: { idToken },
  BootNotification: { reason: 'PowerUp', chargingStation: { model: 'Model', vendorName: 'Vendor' } },
  ClearedChargingLimit: { chargingLimitSource: 'EMS' },
  DataTransfer: { vendorId: 'org.charger-simulator', messageId: 'Echo', data: { any: ['thing'] } },
  FirmwareStatusNotification: { status: 'Idle' },
  Get15118EVCertificate: {
    iso15118SchemaVersion: 'urn:iso:15118:2:2013:MsgDef',
    action: 'Install',
    exiRequest: 'AA==',
  },
  GetCertificateStatus: {
    ocspRequestData: {
      ...{ hashAlgorithm: 'SHA256', issuerNameHash: 'ab', issuerKeyHash: 'cd', serialNumber: '1' },
      responderURL: 'http://127.0.0.1/ocsp',
    },
  },
  Heartbeat: {},
  LogStatusNotification: { status: 'Idle' },
  MeterValues: { evseId: 1, meterValue: [{ timestamp: at, sampledValue: [{ value: 1.5 }] }] },
  NotifyChargingLimit: { chargingLimit: { chargingLimitSource: 'EMS' } },
  NotifyCustomerInformation: { data: 'nothing', seqNo: 0, generatedAt: at, requestId: 1 },
  NotifyDisplayMessages: { requestId: 1 },
  NotifyEVChargingNeeds: { evseId: 1, chargingNeeds: { requestedEnergyTransfer: 'DC' } },
  NotifyEVChargingSchedule: { timeBase: at, evseId: 1, chargingSchedule },
  NotifyEvent: {
    ...{ generatedAt: at, seqNo: 0 },
    eventData: [
      {
        ...{ eventId: 1, timestamp: at, trigger: 'Alerting', actualValue: 'true' },
        ...{ component: { name: 'Connector' }, variable: { name: 'Problem' } },
        eventNotificationType: 'HardWiredNotification',
      },
    ],
  },
  NotifyMonitoringReport: { requestId: 1, seqNo: 0, generatedAt: at },
  NotifyReport: { requestId: 1, seqNo: 0, generatedAt: at },
  PublishFirmwareStatusNotification: { status: 'Idle' },
  ReportChargingProfiles: {
    ...{ requestId: 1, chargingLimitSource: 'CSO', evseId: 0 },
    chargingProfile: [
      {
        ...{ id: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative' },
        chargingSchedule: [chargingSchedule],
      },
    ],
  },
  ReservationStatusUpdate: { reservationId: 1, reservationUpdateStatus: 'Expired' },
  SecurityEventNotification: { type: 'SettingSystemTime', timestamp: at },
  SignCertificate: { csr: '-----BEGIN CERTIFICATE REQUEST-----' },
  StatusNotification: { timestamp: at, connectorStatus: 'Available', evseId: 1, connectorId: 1 },
  TransactionEvent: {
    ...{ eventType: 'Started', seqNo: 0, timestamp: at, triggerReason: 'Trigger' },
    transactionInfo: { transactionId: 'T-1' },
  },
};
