// Named deadlines of a charger. A host only ever sees the earliest one; names are `subject` or `subject/number`. Which of them are
// in the charger's own time and which in real time, where these differ, is in pace.ts.
import type { Charger } from './charger';
import type { Context } from './context';
import { dueInOwnTime, dueInRealTime } from './pace';

export type TimerHandler = (context: Context, argument: string) => void;

/** Deadlines that one step catches up with at most; what is left stays due and is met by the next wake. */
const catchUpLimit = 1_000;

/** The last moment that a Date can hold. */
export const endOfTime = 8.64e15;

export function arm(charger: Charger, name: string, at: number): void {
  charger.timers[name] = Math.min(Math.round(at), endOfTime);
}

export function disarm(charger: Charger, name: string): void {
  delete charger.timers[name];
}

/** The earliest real time at which the charger wants to be woken; `undefined`: never. Epoch ms. */
export function nextDeadline(charger: Charger): number | undefined {
  let earliest: number | undefined;
  for (const name in charger.timers) {
    const at = dueInRealTime(charger, name, charger.timers[name] ?? endOfTime);
    if (earliest === undefined || at < earliest) earliest = at;
  }
  return earliest;
}

/**
 * Lives through the deadlines that have passed, in the order of their times and at their own times, so that a charger
 * that was asleep has sampled, stopped and timed out when it should have.
 */
export function fireDue(context: Context, handlerOf: (subject: string) => TimerHandler | undefined): void {
  const { charger } = context;
  for (let fired = 0; fired < catchUpLimit; fired++) {
    const name = earliestDue(charger, context.present);
    if (name === undefined) break;
    const at = dueInOwnTime(charger, name, charger.timers[name] ?? context.present);
    disarm(charger, name);
    context.now = Math.min(at, context.present);
    const slash = name.indexOf('/');
    const subject = slash < 0 ? name : name.slice(0, slash);
    handlerOf(subject)?.(context, slash < 0 ? '' : name.slice(slash + 1));
    settlePhysics(context);
  }
  context.now = context.present;
}

/**
 * Lets statuses, contactors and physical deadlines follow from what changed. After each deadline at its own time,
 * or a stop at 10:00 would be metered at 10:05.
 */
export function settlePhysics(context: Context): void {
  if (!context.touched) return;
  context.touched = false;
  context.dialect.reconcile(context);
}

function earliestDue(charger: Charger, present: number): string | undefined {
  let found: string | undefined;
  let earliest = present;
  for (const name in charger.timers) {
    const at = dueInOwnTime(charger, name, charger.timers[name] ?? endOfTime);
    if (at <= earliest && (found === undefined || at < earliest)) {
      found = name;
      earliest = at;
    }
  }
  return found;
}
