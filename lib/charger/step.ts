// The one function that moves a charger. Whatever happens comes in here; whatever follows goes out as effects.
import { waitingDue } from './bent-answers';
import { failCall, keepBudget, land, pump } from './calls';
import type { Charger } from './charger';
import { commandTimers, runCommand, settleCommands } from './commands';
import { type Context, newContext, record } from './context';
import { dialectOf } from './dialects';
import type { Effect } from './effect';
import { farewellOver, firmwareDue } from './firmware-update';
import { receive } from './incoming';
import type { Input } from './input';
import { rememberGivenUp } from './judgement';
import { linkDown, linkUp, relink, steerLink } from './link';
import { uploadDue } from './log-upload';
import { delayedDue, receiveBadly } from './network-faults';
import { ownTime } from './pace';
import { heardBefore } from './pending';
import { bootRetryDue, heartbeatDue } from './registration';
import { rebootDue } from './restart';
import { taskDone, tasksLost } from './tasks';
import { fireDue, settlePhysics } from './timers';

export { nextDeadline } from './timers';

/**
 * Lives through everything due until `now` (epoch ms), then through `input`. Changes `charger`; returns what the host must do,
 * in order. Deterministic: the same document, input and time give the same effects.
 */
export function step(charger: Charger, input: Input, now: number): Effect[] {
  const dialect = dialectOf(charger);
  const wall = onwards(charger, now);
  const present = ownTime(charger, wall);
  const context = newContext(charger, dialect, present, wall);
  fireDue(context, (subject) => coreTimers[subject] ?? dialect.timers[subject]);
  take(context, input);
  finish(context);
  // A command's outcome is saved before anyone hears of it, so what it has changed so far need not be saved for itself.
  if (context.save && input.kind !== 'command') context.effects.push({ kind: 'save' });
  return context.effects;
}

/** A clock that is behind by more has been set; by less, it is that of another host. */
const differenceMs = 60_000;

/** The charger's time stands still until the clock of its present host has caught up with the former one's: it never runs back. */
function onwards(charger: Charger, now: number): number {
  const { livedTo = now } = charger;
  const wall = now < livedTo && livedTo - now <= differenceMs ? livedTo : now;
  charger.livedTo = wall;
  return wall;
}

function take(context: Context, input: Input): void {
  switch (input.kind) {
    case 'linkUp':
      return linkUp(context, input.nonce, input.root);
    case 'linkDown':
      return linkDown(context, input.reason, input.detail, input.fault);
    case 'frame':
      return context.charger.networkFaults ? receiveBadly(context, input.text) : receive(context, input.text);
    case 'command':
      return runCommand(context, input.id, input.command, input.timeoutMs);
    case 'logged':
      return heardBefore(context, input.id, input.frames);
    case 'taskDone':
      return taskDone(context, input.id, input.outcome);
    case 'tasksLost':
      return tasksLost(context);
    case 'wake':
      return;
  }
}

function finish(context: Context): void {
  settlePhysics(context);
  relink(context);
  steerLink(context);
  pump(context);
  keepBudget(context);
  settleCommands(context);
}

/** Deadlines that every version has. */
const coreTimers: Record<string, (context: Context, argument: string) => void> = {
  callTimeout(context) {
    const call = land(context);
    if (!call) return;
    rememberGivenUp(context.charger, call.messageId);
    record(context, { kind: 'unanswered', at: context.wall, action: call.action, why: 'timeout' });
    const seconds = Math.round((context.wall - call.sentAt) / 1000);
    failCall(context, call, { kind: 'timeout', detail: `the CSMS did not answer ${call.action} within ${seconds} s` });
  },
  // These only open a door: what may go through is decided where it always is.
  reconnect() {},
  retry() {},
  hold() {},
  firmware: firmwareDue,
  farewell: farewellOver,
  upload: uploadDue,
  boot: bootRetryDue,
  heartbeat: heartbeatDue,
  reboot: rebootDue,
  network: delayedDue,
  behaviour: waitingDue,
  ...commandTimers,
};
