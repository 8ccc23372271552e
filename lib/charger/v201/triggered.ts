// Messages that the CSMS has asked for with TriggerMessage: sent also while the registration is Pending (B02.FR.02).
import { enqueue } from '../calls';
import type { Context } from '../context';

/** Queues it as things stand. One that still waits is brought up to date instead: no CSMS can fill the queue with its wishes. */
export function queueTriggered(
  context: Context,
  action: string,
  payload: Record<string, unknown>,
  about: Record<string, number> = {},
): void {
  const note = { ...about, triggered: true };
  const key = JSON.stringify(note);
  const waiting = context.charger.calls.queue.find(
    (call) => call.action === action && JSON.stringify(call.note) === key,
  );
  if (waiting) waiting.payload = payload;
  else enqueue(context, { action, payload, kind: 'plain', note });
}
