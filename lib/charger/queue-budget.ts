// What the queue of transaction calls may weigh: it is part of the charger document, which a store bounds (Cosmos DB: 2 MB).
// What is given up when it weighs too much is the dialect's.
import type { Charger, QueuedCall } from './charger';

/** Bytes of queued transaction calls from which on something is given up. */
export const queueBudgetBytes = 256 * 1024;

/** What is left after that, so that it is not due again at the next message; starts and stops alone may not weigh more. */
export const queueTargetBytes = (queueBudgetBytes * 3) / 4;

/** Bytes of a value as JSON: an upper bound, since a character beyond ASCII counts as three. */
export function bytesOf(value: unknown): number {
  const text = JSON.stringify(value) ?? '';
  return text.length + 2 * (text.match(/[^\x20-\x7e]/g)?.length ?? 0);
}

/** Bytes of a queued call, worked out once; again after `weigh`. */
export function weightOf(call: QueuedCall): number {
  return call.bytes ?? weigh(call);
}

/** Works out what a call weighs, when it is queued and when its payload has changed. */
export function weigh(call: QueuedCall): number {
  delete call.bytes;
  call.bytes = bytesOf(call);
  return call.bytes;
}

/** Bytes of all queued transaction calls. */
export function queuedBytes(charger: Charger): number {
  let sum = 0;
  for (const call of charger.calls.queue) if (call.kind === 'transaction') sum += weightOf(call);
  return sum;
}
