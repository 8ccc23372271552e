// The charger goes down and comes up: power lost and back, a restart of its software. What is lost with the volatile memory and how
// transactions go on is the dialect's.
import { forgetWaiting } from './bent-answers';
import { type Context, note, touch } from './context';
import { firmwarePowerOff, firmwareStarted } from './firmware-update';
import { closeLink } from './link';
import { uploadsStarted } from './log-upload';
import { raiseSecurityEvent } from './security-events';
import { rebootMs } from './specs';
import { interruptTasks } from './tasks';
import { arm } from './timers';

/** The mains are gone: what is not in non-volatile memory is lost. */
export function powerOff(context: Context): void {
  context.dialect.powerOff(context);
  loseVolatile(context);
  touch(context);
}

/** The mains are back, or the software begins anew: the charger starts up and boots. */
export function startUp(context: Context): void {
  const { charger } = context;
  charger.bootDue = true;
  arm(charger, 'reboot', context.now + rebootMs(charger));
  touch(context);
}

/** Restarts the charger's software: the link goes down, volatile state is lost, a boot follows. */
export function restart(context: Context): void {
  const { charger } = context;
  const { timers } = charger;
  note(context, 'info', 'the charger restarts');
  forgetWaiting(charger);
  raiseSecurityEvent(context, 'ResetOrReboot');
  startUp(context);
  interruptTasks(context, 'the charger restarts');
  closeLink(context, false, { kind: 'unreachable', detail: 'the charger restarts' });
  loseVolatile(context);
  for (const name of ['heartbeat', 'boot', 'clockAligned', 'reconnect']) delete timers[name];
  charger.link.failures = 0;
}

function loseVolatile(context: Context): void {
  const { charger, dialect } = context;
  delete charger.registration;
  firmwarePowerOff(context);
  dialect.loseVolatile(context);
  dialect.forgetReports(charger);
}

/** Timer `reboot`: the charger is up again. Transactions that survived go on. */
export function rebootDue(context: Context): void {
  raiseSecurityEvent(context, 'StartupOfTheDevice');
  context.dialect.startedUp(context);
  firmwareStarted(context);
  uploadsStarted(context);
  touch(context);
}
