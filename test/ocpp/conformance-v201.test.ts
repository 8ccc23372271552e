// Every message schema of OCPP 2.0.1 against the official JSON Schema of the same message.
import fc from 'fast-check';
import { type MessageV201, messagesV201 } from '../../lib/ocpp/v201/messages';
import { actionsWhere, byName, describeConformance, integerBounds } from './conformance';
import { officialV201 } from './official';

fc.configureGlobal({ seed: 201 });

const messages: Record<string, MessageV201> = messagesV201;
const ours = byName(messages);

describe('the messages of OCPP 2.0.1', () => {
  it('are the 64 actions of the official schemas, request and response each', () => {
    expect([...ours.keys()].sort()).toEqual([...officialV201.schemas.keys()].sort());
    expect([...ours.keys()]).toHaveLength(128);
  });

  it('OCPP 2.0.1 part 2, §1: those that a charging station initiates', () => {
    expect(actionsWhere(messages, ({ from }) => from === 'charger')).toEqual([
      ...['Authorize', 'BootNotification', 'ClearedChargingLimit', 'FirmwareStatusNotification'],
      ...['Get15118EVCertificate', 'GetCertificateStatus', 'Heartbeat', 'LogStatusNotification'],
      ...['MeterValues', 'NotifyChargingLimit', 'NotifyCustomerInformation', 'NotifyDisplayMessages'],
      ...['NotifyEVChargingNeeds', 'NotifyEVChargingSchedule', 'NotifyEvent', 'NotifyMonitoringReport'],
      ...['NotifyReport', 'PublishFirmwareStatusNotification', 'ReportChargingProfiles', 'ReservationStatusUpdate'],
      ...['SecurityEventNotification', 'SignCertificate', 'StatusNotification', 'TransactionEvent'],
    ]);
  });

  it('OCPP 2.0.1 P01, P02: DataTransfer goes both ways, the other 39 come from the CSMS', () => {
    expect(actionsWhere(messages, ({ from }) => from === 'both')).toEqual(['DataTransfer']);
    expect(actionsWhere(messages, ({ from }) => from === 'csms')).toHaveLength(39);
  });

  it.each([
    ['A', 'Security', 3],
    ['B', 'Provisioning', 8],
    ['C', 'Authorization', 2],
    ['D', 'Local Authorization List Management', 2],
    ['E', 'Transactions', 2],
    ['F', 'Remote Control', 4],
    ['G', 'Availability', 3],
    ['H', 'Reservation', 3],
    ['I', 'Tariff And Cost', 1],
    ['J', 'Meter Values', 1],
    ['K', 'Smart Charging', 9],
    ['L', 'Firmware Management', 5],
    ['M', 'ISO 15118 Certificate Management', 5],
    ['N', 'Diagnostics', 11],
    ['O', 'Display Message', 4],
    ['P', 'Data Transfer', 1],
  ])('OCPP 2.0.1 part 2: block %s, %s, has %d messages', (block, _title, count) => {
    expect(actionsWhere(messages, (message) => message.block === block)).toHaveLength(count);
  });
});

describeConformance(ours, officialV201, [
  {
    only: 'ours',
    rule: /^exiResponse maxLength 7500$/,
    messages: ['Get15118EVCertificate.conf'],
    mutations: ['exiResponse has 5601 x', 'exiResponse has 5601 😀'],
    reason: 'OCPP 2.0.1 edition 2, errata: contract certificate chains do not fit into 5600 characters',
  },
  {
    only: 'official',
    rule: /^exiResponse maxLength 5600$/,
    messages: ['Get15118EVCertificate.conf'],
    reason: 'the limit that the errata have raised',
  },
  integerBounds,
]);
