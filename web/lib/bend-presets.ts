// Common ways to bend a charger, for one click each.
import type { Bend } from './bending';

export interface Preset extends Bend {
  title: string;
}

const anywhere: Preset[] = [
  { title: 'Answer nothing', kind: 'incoming', rule: { noAnswer: true } },
  { title: 'Answer 5 s late', kind: 'incoming', rule: { delayMs: 5_000 } },
  { title: 'Answer InternalError', kind: 'incoming', rule: { callError: { code: 'InternalError' } } },
  { title: 'Meter shows no power', kind: 'meter', rule: { measurand: 'Power.Active.Import', value: 0 } },
  { title: 'Overvoltage of 265 V', kind: 'meter', rule: { measurand: 'Voltage', value: 265 } },
  {
    title: 'Energy drifts by 500 Wh an hour',
    kind: 'meter',
    rule: { measurand: 'Energy.Active.Import.Register', driftPerHour: 500 },
  },
  { title: 'Download fails once', kind: 'failures', rule: { kind: 'download', times: 1 } },
  { title: 'Signature does not fit', kind: 'failures', rule: { kind: 'signature' } },
  { title: 'Installation fails', kind: 'failures', rule: { kind: 'installation' } },
  { title: 'Log upload fails once', kind: 'failures', rule: { kind: 'upload', times: 1 } },
  { title: 'Clock 10 minutes ahead', kind: 'clock', rule: { skewSeconds: 600 } },
  { title: 'Time runs 60 times faster', kind: 'clock', rule: { speed: 60 } },
  { title: 'Slow network', kind: 'network', rule: { kind: 'latency', delayMs: 1_000, jitterMs: 500 } },
  { title: 'Network loses one frame in ten', kind: 'network', rule: { kind: 'drop', probability: 0.1 } },
  { title: 'What is sent arrives twice', kind: 'network', rule: { kind: 'duplicate', direction: 'sent' } },
  { title: 'Connection breaks in a frame, once', kind: 'network', rule: { kind: 'cutMidFrame', times: 1 } },
  { title: 'Half-open connection', kind: 'network', rule: { kind: 'halfOpen', times: 1 } },
];

const own: Record<string, Preset[]> = {
  'ocpp1.6': [
    { title: 'Refuse remote starts', kind: 'incoming', rule: { action: 'RemoteStartTransaction', status: 'Rejected' } },
    { title: 'Refuse remote stops', kind: 'incoming', rule: { action: 'RemoteStopTransaction', status: 'Rejected' } },
    { title: 'Refuse charging profiles', kind: 'incoming', rule: { action: 'SetChargingProfile', status: 'Rejected' } },
    {
      title: 'Stop with reason EmergencyStop',
      kind: 'outgoing',
      rule: { action: 'StopTransaction', fields: { reason: 'EmergencyStop' } },
    },
    {
      title: 'Lose one answer to StartTransaction',
      kind: 'network',
      rule: { kind: 'drop', direction: 'received', action: 'StartTransaction', times: 1 },
    },
  ],
  'ocpp2.0.1': [
    {
      title: 'Refuse remote starts',
      kind: 'incoming',
      rule: { action: 'RequestStartTransaction', status: 'Rejected' },
    },
    { title: 'Refuse remote stops', kind: 'incoming', rule: { action: 'RequestStopTransaction', status: 'Rejected' } },
    { title: 'Refuse charging profiles', kind: 'incoming', rule: { action: 'SetChargingProfile', status: 'Rejected' } },
    {
      title: 'End with reason EmergencyStop',
      kind: 'outgoing',
      rule: {
        action: 'TransactionEvent',
        match: { eventType: 'Ended' },
        fields: { 'transactionInfo.stoppedReason': 'EmergencyStop' },
      },
    },
    {
      title: 'Lose one answer to TransactionEvent',
      kind: 'network',
      rule: { kind: 'drop', direction: 'received', action: 'TransactionEvent', times: 1 },
    },
  ],
};

export function presetsOf(protocol: string): Preset[] {
  return [...(own[protocol] ?? []), ...anywhere];
}
