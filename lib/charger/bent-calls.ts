// What a tester's rules make of the charger's own calls as they leave: wrong, extra and missing fields, a DataTransfer that follows.
// The charger itself goes on as if it had sent what it meant to.
import { type OutgoingRule, ruleFor } from './behaviour';
import { enqueue, restoreCause } from './calls';
import type { Context } from './context';
import { withFields } from './field-paths';

/** The rule for a call that is about to be sent; each time it is sent counts. */
export function ruleForCall(context: Context, action: string, payload: unknown): OutgoingRule | undefined {
  return ruleFor(context, context.charger.behaviour?.outgoing, action, payload);
}

export function bentPayload(payload: unknown, rule: OutgoingRule | undefined): unknown {
  return rule?.fields ? withFields(payload, rule.fields) : payload;
}

/** Queues the DataTransfer that is to follow the call; no command waits for it. */
export function followUp(context: Context, rule: OutgoingRule | undefined): void {
  if (!rule?.dataTransfer) return;
  const before = context.cause;
  delete context.cause;
  enqueue(context, { action: 'DataTransfer', payload: rule.dataTransfer, kind: 'plain' });
  restoreCause(context, before);
}
