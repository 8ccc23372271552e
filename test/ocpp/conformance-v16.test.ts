// Every message schema of OCPP 1.6 against the official JSON Schema of the same message.
import fc from 'fast-check';
import { type MessageV16, messagesV16 } from '../../lib/ocpp/v16/messages';
import { actionsWhere, byName, describeConformance, integerBounds } from './conformance';
import { officialV16 } from './official';

fc.configureGlobal({ seed: 16 });

const messages: Record<string, MessageV16> = messagesV16;
const ours = byName(messages);

describe('the messages of OCPP 1.6', () => {
  it('are the 39 actions of the official schemas, request and response each', () => {
    expect([...ours.keys()].sort()).toEqual([...officialV16.schemas.keys()].sort());
    expect([...ours.keys()]).toHaveLength(78);
  });

  it('OCPP 1.6 §4 and the security whitepaper: those that a charger initiates', () => {
    expect(actionsWhere(messages, ({ from }) => from === 'charger')).toEqual([
      ...['Authorize', 'BootNotification', 'DiagnosticsStatusNotification', 'FirmwareStatusNotification', 'Heartbeat'],
      ...['LogStatusNotification', 'MeterValues', 'SecurityEventNotification', 'SignCertificate'],
      ...['SignedFirmwareStatusNotification', 'StartTransaction', 'StatusNotification', 'StopTransaction'],
    ]);
  });

  it('OCPP 1.6 §4.3, §5.6: DataTransfer goes both ways, the other 25 come from the CSMS', () => {
    expect(actionsWhere(messages, ({ from }) => from === 'both')).toEqual(['DataTransfer']);
    expect(actionsWhere(messages, ({ from }) => from === 'csms')).toHaveLength(25);
  });

  it.each([
    ['Core', 16],
    ['FirmwareManagement', 4],
    ['LocalAuthListManagement', 2],
    ['Reservation', 2],
    ['SmartCharging', 3],
    ['RemoteTrigger', 1],
    ['Security', 11],
  ])('OCPP 1.6 §3.3: profile %s has %d messages', (profile, count) => {
    expect(actionsWhere(messages, (message) => message.profile === profile)).toHaveLength(count);
  });
});

describeConformance(ours, officialV16, [
  {
    only: 'ours',
    rule: /\.unit allows "Hertz"$/,
    messages: ['MeterValues.req', 'StopTransaction.req'],
    reason: 'OCPP 1.6 errata 4.0, 3.84: the unit of the measurand Frequency is Hertz, which the schemas forgot',
  },
  integerBounds,
]);
