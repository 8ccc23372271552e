// What 2.0.1 events carry that may be given up when the queue weighs too much (E04.FR.07 to .09): events with a sample alone, and the values of ends.
// Events are numbered when they leave, so that what is given up leaves no gap. How it is given up is in ../../queue-relief.ts.
import type { QueuedCall } from '../../charger';
import { queueRelief } from '../../queue-relief';
import type { TransactionEvent } from './state';

type Payload = Partial<TransactionEvent> & { evseId?: number };

const payloadOf = (call: QueuedCall) => call.payload as Payload;

export const { relieve, whyNoRoom } = queueRelief({
  // What has been on the wire has its number, and goes out again as it is.
  isSample: (call) => call.intermediate === true && payloadOf(call).seqNo === undefined,
  isUnseen: () => true,
  placeOf: (call) => payloadOf(call).evseId,
  valuesOf: (call) => payloadOf(call).meterValue ?? [],
  isEnd: (call) => payloadOf(call).eventType === 'Ended',
  withValues(call, values) {
    const { meterValue: _, ...payload } = payloadOf(call);
    return values ? { ...payload, meterValue: values } : payload;
  },
  samples: 'samples',
  ends: 'ended transactions',
  endValues: 'meter values',
});
