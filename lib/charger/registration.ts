// Registration with the CSMS, the same in every OCPP version: BootNotification and its retries, Heartbeat (OCPP 1.6 §4.2, §4.6; 2.0.1
// B01 to B03, G02). What the messages carry and what a fresh registration is followed by is the dialect's.
import { enqueue, giveUpForbidden } from './calls';
import type { Charger, QueuedCall } from './charger';
import { setClock } from './clock';
import type { Refusal } from './command';
import { type Context, note, record, touch } from './context';
import { realTime } from './pace';
import { registrationFailed, registrationKnown, waitsForRegistration } from './pending';
import { random } from './random';
import { raiseSecurityEvent } from './security-events';
import { arm, disarm } from './timers';

export type RegistrationStatus = 'none' | 'Accepted' | 'Pending' | 'Rejected';

/** The CSMS's last word. */
export interface Registration {
  status: Exclude<RegistrationStatus, 'none'>;
  /** Epoch milliseconds. */
  at: number;
  intervalSeconds: number;
}

/** What an OCPP version adds. */
export interface RegistrationRules {
  /** BootNotification as things stand. */
  bootPayload(charger: Charger): Record<string, unknown>;
  /** Seconds between Heartbeats; 0: none. */
  heartbeatSeconds(charger: Charger): number;
  /** The CSMS has given the interval with its acceptance. */
  adoptHeartbeat(context: Context, seconds: number): void;
  /** The CSMS has just accepted the charger: it hears how things stand. */
  accepted(context: Context): void;
  /** What becomes of a call of the CSMS while the registration is Rejected, which is against the rules: it goes unanswered, or is refused. `taken`: it is one that may come. */
  whileRejected(action: string, payload: unknown): 'unanswered' | 'refused' | 'taken';
  /** The link is back and the registration stands: the CSMS hears what has changed meanwhile. */
  reconnected(context: Context): void;
}

/** Wait before a next BootNotification where the CSMS gave none, without flooding it (OCPP 1.6 §4.2). */
const ownRetrySeconds = 30;

/** A week: what the CSMS asks for beyond is a slip, and no heartbeat interval takes more. */
const longestIntervalSeconds = 604_800;

/** How long an on-demand charger stays reachable for a CSMS that says Pending and wants to configure it (OCPP 1.6 §4.2). */
const pendingHoldSeconds = 60;

export function registrationStatus(charger: Charger): RegistrationStatus {
  return charger.registration?.status ?? 'none';
}

/** True once the CSMS has accepted the charger and business may be done. */
export function isAccepted(charger: Charger): boolean {
  return charger.registration?.status === 'Accepted' && !charger.bootDue;
}

/** A boot is due: an on-demand charger needs its link for it. */
export function needsBoot(charger: Charger): boolean {
  return charger.bootDue === true && charger.timers.boot === undefined;
}

/** The CSMS has told the charger when to boot again, and that time has not come. */
export function isPostponed(charger: Charger): boolean {
  return charger.registration !== undefined && charger.timers.boot !== undefined;
}

/** Forgets that a boot waits for its retry interval: a person asks to connect now. */
export function bootNow(context: Context): void {
  context.charger.bootDue = true;
  disarm(context.charger, 'boot');
  if (context.charger.link.state === 'up') queueBoot(context);
}

/** The link is up: boot if that is due, else tell what changed while offline. */
export function greet(context: Context): void {
  const { charger } = context;
  // Nothing has been logged yet: this is its first start.
  if (!charger.security?.log) raiseSecurityEvent(context, 'StartupOfTheDevice');
  if (isAccepted(charger)) return context.dialect.registration.reconnected(context);
  if (charger.timers.boot === undefined) queueBoot(context);
}

/** Queues a BootNotification unless one is on its way; the payload as things stand where none is given. */
export function queueBoot(context: Context, payload?: Record<string, unknown>): void {
  const { charger } = context;
  const { inFlight, queue } = charger.calls;
  charger.bootDue = true;
  if ([inFlight, ...queue].some((call) => call?.action === 'BootNotification')) return;
  const before = context.cause;
  const cause = before ?? waitsForRegistration(context);
  if (cause !== undefined) context.cause = cause;
  const told = payload ?? context.dialect.registration.bootPayload(charger);
  enqueue(context, { action: 'BootNotification', payload: told, kind: 'plain', urgent: true });
  if (before === undefined) delete context.cause;
}

export interface BootAnswer {
  status: 'Accepted' | 'Pending' | 'Rejected';
  currentTime: string;
  /** Seconds. */
  interval: number;
}

/** The answer to a BootNotification. */
export function bootAnswered(context: Context, answer: BootAnswer): void {
  const { charger, wall } = context;
  const { status } = answer;
  const interval = Math.min(answer.interval, longestIntervalSeconds);
  if (interval < answer.interval) note(context, 'warn', `an interval of ${answer.interval} s is taken for a week`);
  charger.registration = { status, at: wall, intervalSeconds: interval };
  delete charger.bootDue;
  record(context, { kind: 'registration', at: wall, status });
  touch(context);
  if (status === 'Accepted') accepted(context, { ...answer, interval });
  else postponed(context, { ...answer, interval });
  registrationKnown(context);
}

function accepted(context: Context, answer: BootAnswer): void {
  const { registration } = context.dialect;
  disarm(context.charger, 'boot');
  setClock(context, answer.currentTime);
  if (answer.interval > 0) registration.adoptHeartbeat(context, answer.interval);
  armHeartbeat(context);
  registration.accepted(context);
}

function postponed(context: Context, answer: BootAnswer): void {
  const { charger, present, wall } = context;
  disarm(charger, 'heartbeat');
  const seconds = answer.interval > 0 ? answer.interval : ownRetrySeconds;
  arm(charger, 'boot', present + seconds * 1000);
  if (answer.status === 'Pending' && charger.connection === 'onDemand' && charger.timers.hold === undefined) {
    arm(charger, 'hold', wall + Math.min(seconds, pendingHoldSeconds) * 1000);
  }
  const detail = `the CSMS has not accepted the charger: its registration is ${answer.status}`;
  giveUpForbidden(context, { kind: 'wrongState', detail, extra: { registration: viewRegistration(charger) } });
}

/** No usable answer to BootNotification: try again after a while of our own, or with the next connection if this one broke. */
export function bootFailed(context: Context, _call: QueuedCall, why: Refusal): void {
  const { charger, present } = context;
  if (why.kind === 'unreachable') return;
  // One that was only asked for by a trigger: the registration stands.
  if (isAccepted(charger)) return;
  const seconds = charger.registration?.intervalSeconds || ownRetrySeconds;
  arm(charger, 'boot', present + seconds * 1000 * (1 + random(charger) / 10));
  registrationFailed(context, why);
  giveUpForbidden(context, why);
}

/** Another CSMS, or another identity there: nobody knows the charger yet, and it boots with the next connection (OCPP 1.6 §4.2.1). */
export function forgetRegistration(context: Context): void {
  const { charger, dialect } = context;
  delete charger.registration;
  disarm(charger, 'boot');
  dialect.forgetReports(charger);
}

/** Timer `boot`: the retry interval has passed. */
export function bootRetryDue(context: Context): void {
  if (context.charger.link.state === 'up') queueBoot(context);
  else context.charger.bootDue = true;
}

/** How the registration stands, for people. */
export function viewRegistration(charger: Charger): Record<string, unknown> {
  const { registration } = charger;
  const retryAt = charger.timers.boot;
  return {
    status: registration?.status ?? 'None',
    ...(registration ? { at: new Date(registration.at).toISOString() } : {}),
    ...(registration ? { intervalSeconds: registration.intervalSeconds } : {}),
    ...(retryAt === undefined ? {} : { retryAt: new Date(realTime(charger, retryAt)).toISOString() }),
  };
}

/** Heartbeats go on at their interval from now; 0: none. */
export function armHeartbeat(context: Context): void {
  const { charger, dialect, present } = context;
  const seconds = dialect.registration.heartbeatSeconds(charger);
  if (registrationStatus(charger) === 'Accepted' && seconds > 0) arm(charger, 'heartbeat', present + seconds * 1000);
  else disarm(charger, 'heartbeat');
}

/** Timer `heartbeat`. Heartbeats that were missed are not made up for. */
export function heartbeatDue(context: Context): void {
  const { charger } = context;
  armHeartbeat(context);
  const { inFlight, queue } = charger.calls;
  if ([inFlight, ...queue].some((call) => call?.action === 'Heartbeat' && !call.raw)) return;
  const isOffline = charger.link.state !== 'up' && charger.link.lastDown?.kind !== 'handedOver';
  if (charger.connection === 'persistent' && isOffline) return;
  enqueue(context, { action: 'Heartbeat', payload: {}, kind: 'plain' });
}

export function heartbeatAnswered(context: Context, answer: { currentTime: string }): void {
  if (setClock(context, answer.currentTime)) context.dialect.clockChanged(context);
}
