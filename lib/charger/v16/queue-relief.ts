// What 1.6 messages carry that may be given up when the queue weighs too much: MeterValues, and the transactionData of StopTransaction. How it is
// given up is in ../queue-relief.ts.
import type { QueuedCall } from '../charger';
import { queueRelief } from '../queue-relief';
import type { MeterValue } from './meter-values';

interface Payload {
  connectorId?: number;
  meterValue?: MeterValue[];
  transactionData?: MeterValue[];
}

const payloadOf = (call: QueuedCall) => call.payload as Payload;
const isOf = (call: QueuedCall, action: string) => call.kind === 'transaction' && call.action === action;

export const { relieve, whyNoRoom } = queueRelief({
  isSample: (call) => isOf(call, 'MeterValues'),
  // What was on the wire before is left as it was.
  isUnseen: ({ attempts }) => attempts === undefined,
  placeOf: (call) => payloadOf(call).connectorId,
  valuesOf: (call) => payloadOf(call).meterValue ?? payloadOf(call).transactionData ?? [],
  isEnd: (call) => isOf(call, 'StopTransaction'),
  withValues(call, values) {
    const { transactionData: _, ...payload } = payloadOf(call);
    return values ? { ...payload, transactionData: values } : payload;
  },
  samples: 'MeterValues',
  ends: 'StopTransaction',
  endValues: 'transactionData',
});
