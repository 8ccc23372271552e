// Registration of 1.6 (§4.2): BootNotification and its retries, Heartbeat, and what a restart of the charger means.
import { forgetWaiting } from '../bent-answers';
import { enqueue, giveUpForbidden } from '../calls';
import type { Charger, QueuedCall } from '../charger';
import type { Refusal } from '../command';
import { type Context, note, record, touch } from '../context';
import { firmwarePowerOff, firmwareStarted } from '../firmware-update';
import { closeLink } from '../link';
import { uploadsStarted } from '../log-upload';
import { realTime } from '../pace';
import { registrationFailed, registrationKnown, waitsForRegistration } from '../pending';
import { random } from '../random';
import { raiseSecurityEvent } from '../security-events';
import { interruptTasks } from '../tasks';
import { arm, disarm } from '../timers';
import { armRenewal, switchCertificate } from './certificates';
import { setClock } from './clock';
import { armHeartbeat, settingIsTrue } from './configuration';
import { armClockAligned, armSampling } from './meter-values';
import { bootInfoOf, type Place, places, rebootMs, v16 } from './places';
import type { StopReason } from './state';
import { forgetReports, updateStatuses } from './status';
import { endTransaction } from './transactions';
import { tellTransfers } from './transfer-statuses';

/** Wait before a next BootNotification where the CSMS gave none, without flooding it (§4.2). */
const ownRetrySeconds = 30;

/** A week: what the CSMS asks for beyond is a slip, and HeartbeatInterval takes no more. */
const longestIntervalSeconds = 604_800;

/** How long an on-demand charger stays reachable for a CSMS that says Pending and wants to configure it (§4.2). */
const pendingHoldSeconds = 60;

export function bootPayload(charger: Charger): Record<string, unknown> {
  const boot = bootInfoOf(charger);
  const payload = {
    chargePointVendor: boot.vendor,
    chargePointModel: boot.model,
    chargePointSerialNumber: boot.serialNumber ?? charger.id.slice(0, 25),
    chargeBoxSerialNumber: boot.chargeBoxSerialNumber,
    firmwareVersion: boot.firmwareVersion,
    iccid: boot.iccid,
    imsi: boot.imsi,
    meterType: boot.meterType,
    meterSerialNumber: boot.meterSerialNumber,
  };
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
}

/** The link is up: boot if that is due, else tell what changed while offline (§4.9). */
export function greet(context: Context): void {
  const { charger } = context;
  const state = v16(charger);
  // Nothing has been logged yet: this is its first start.
  if (!charger.security?.log) raiseSecurityEvent(context, 'StartupOfTheDevice');
  if (state.registration.status === 'Accepted' && !state.bootDue) {
    updateStatuses(context);
    return tellTransfers(context);
  }
  if (charger.timers.boot === undefined) queueBoot(context);
}

/** Queues a BootNotification unless one is on its way. */
export function queueBoot(context: Context): void {
  const { charger } = context;
  const { inFlight, queue } = charger.calls;
  v16(charger).bootDue = true;
  if ([inFlight, ...queue].some((call) => call?.action === 'BootNotification')) return;
  const before = context.cause;
  const cause = before ?? waitsForRegistration(context);
  if (cause !== undefined) context.cause = cause;
  enqueue(context, { action: 'BootNotification', payload: bootPayload(charger), kind: 'plain', urgent: true });
  if (before === undefined) delete context.cause;
}

interface BootAnswer {
  status: 'Accepted' | 'Pending' | 'Rejected';
  currentTime: string;
  interval: number;
}

/** BootNotification.conf. */
export function bootAnswered(context: Context, answer: BootAnswer): void {
  const { charger, wall } = context;
  const state = v16(charger);
  const { status } = answer;
  const interval = Math.min(answer.interval, longestIntervalSeconds);
  if (interval < answer.interval) note(context, 'warn', `an interval of ${answer.interval} s is taken for a week`);
  state.registration = { status, at: wall, intervalSeconds: interval };
  delete state.bootDue;
  record(context, { kind: 'registration', at: wall, status });
  touch(context);
  if (status === 'Accepted') accepted(context, { ...answer, interval });
  else postponed(context, { ...answer, interval });
  registrationKnown(context);
}

function accepted(context: Context, answer: BootAnswer): void {
  const { charger } = context;
  const state = v16(charger);
  disarm(charger, 'boot');
  setClock(context, answer.currentTime);
  if (answer.interval > 0) state.configuration.HeartbeatInterval = String(answer.interval);
  armHeartbeat(context);
  armClockAligned(context);
  forgetReports(charger);
  updateStatuses(context);
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
  giveUpForbidden(context, { kind: 'wrongState', detail, extra: { registration: registrationOf(charger) } });
}

/** No usable answer to BootNotification: try again after a while of our own, or with the next connection if this one broke. */
export function bootFailed(context: Context, _call: QueuedCall, why: Refusal): void {
  const { charger, present } = context;
  if (why.kind === 'unreachable') return;
  // One that was only asked for (TriggerMessage, §5.17): the registration stands.
  if (v16(charger).registration.status === 'Accepted' && !v16(charger).bootDue) return;
  const seconds = v16(charger).registration.intervalSeconds || ownRetrySeconds;
  arm(charger, 'boot', present + seconds * 1000 * (1 + random(charger) / 10));
  registrationFailed(context, why);
  giveUpForbidden(context, why);
}

/** Another CSMS, or another identity there: the charger boots with the next connection (§4.2.1). */
export function forgetRegistration(context: Context): void {
  const { charger } = context;
  v16(charger).registration = { status: 'none' };
  disarm(charger, 'boot');
  forgetReports(charger);
}

/** Timer `boot`: the retry interval has passed. */
export function bootRetryDue(context: Context): void {
  if (context.charger.link.state === 'up') queueBoot(context);
  else v16(context.charger).bootDue = true;
}

export function registrationOf(charger: Charger): Record<string, unknown> {
  const { status, at, intervalSeconds } = v16(charger).registration;
  const retryAt = charger.timers.boot;
  return {
    status: status === 'none' ? 'None' : status,
    ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
    ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    ...(retryAt === undefined ? {} : { retryAt: new Date(realTime(charger, retryAt)).toISOString() }),
  };
}

/** Timer `heartbeat` (§4.6). Heartbeats that were missed are not made up for. */
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
  if (setClock(context, answer.currentTime)) clockChanged(context);
}

/** What follows the clock follows it anew: clock-aligned samples, charging schedules. */
export function clockChanged(context: Context): void {
  if (v16(context.charger).registration.status === 'Accepted') armClockAligned(context);
  context.touched = true;
  // A sample taken again after a crash must carry the same time.
  context.save = true;
}

/** The mains are gone: what is not in non-volatile memory is lost; delivery ends with the last volt (§4.2). */
export function powerOff(context: Context): void {
  // Told after the restart, but as of now: nothing was delivered while the charger was dark (TC_032_2_CS).
  const resumes = settingIsTrue(context.charger, 'x-ResumeTransactionsAfterPowerLoss');
  if (!resumes) endAll(context, 'PowerLoss');
  loseVolatile(context);
  touch(context);
}

/** The mains are back: the charger starts up and boots. */
export function powerOn(context: Context): void {
  startUp(context);
}

/** Ends every running transaction. */
export function endAll(context: Context, reason: StopReason): void {
  for (const place of places(context.charger)) if (place.state.transaction) endTransaction(context, place, { reason });
}

function loseVolatile(context: Context): void {
  const { charger } = context;
  const state = v16(charger);
  state.registration = { status: 'none' };
  firmwarePowerOff(context);
  delete state.reset;
  for (const connector of state.connectors) {
    delete connector.authorization;
    delete connector.info;
  }
  forgetReports(charger);
}

function startUp(context: Context): void {
  const { charger } = context;
  v16(charger).bootDue = true;
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

/** Timer `reboot`: the charger is up again. Transactions that survived go on. */
export function rebootDue(context: Context): void {
  raiseSecurityEvent(context, 'StartupOfTheDevice');
  armRenewal(context.charger);
  switchCertificate(context);
  for (const place of places(context.charger)) if (place.state.transaction) resume(context, place);
  firmwareStarted(context);
  uploadsStarted(context);
  touch(context);
}

/** An EV that was taken off meanwhile has ended its transaction, if the configuration wants it so (§4.10). */
function resume(context: Context, place: Place): void {
  const { charger } = context;
  if (place.connector.cable !== 'connected' && settingIsTrue(charger, 'StopTransactionOnEVSideDisconnect')) {
    const keepLocked = !settingIsTrue(charger, 'UnlockConnectorOnEVSideDisconnect');
    endTransaction(context, place, { reason: 'EVDisconnected', keepLocked });
  } else if (charger.timers[`meterValues/${place.connectorId}`] === undefined) {
    armSampling(context, place);
  }
}

/** Reset (§5.14): answered first, then carried out. */
export function reset(context: Context, request: { type: 'Hard' | 'Soft' }): Record<string, unknown> {
  v16(context.charger).reset = request.type;
  touch(context);
  return { status: 'Accepted' };
}

/** How long a soft reset waits for the CSMS to take the StopTransactions. */
const softResetPatienceMs = 30_000;

/**
 * Carries a reset on as far as it can go now: transactions end (§5.14: a soft reset reports them before it restarts,
 * a hard one may do so after).
 */
export function proceedWithReset(context: Context): void {
  const { charger } = context;
  const state = v16(charger);
  if (!state.reset) return;
  const running = places(charger).some((place) => place.state.transaction);
  if (running) endAll(context, state.reset === 'Soft' ? 'SoftReset' : 'HardReset');
  if (state.reset === 'Soft' && owesMessages(charger)) {
    if (charger.timers.resetPatience === undefined) arm(charger, 'resetPatience', context.wall + softResetPatienceMs);
    return;
  }
  delete state.reset;
  disarm(charger, 'resetPatience');
  restart(context);
}

function owesMessages(charger: Charger): boolean {
  if (charger.link.state !== 'up') return false;
  const owed = (call: QueuedCall | undefined) => call?.kind === 'transaction';
  return owed(charger.calls.inFlight) || charger.calls.queue.some(owed);
}

/** Timer `resetPatience`: the messages are kept and go out after the boot. */
export function resetPatienceOver(context: Context): void {
  if (!v16(context.charger).reset) return;
  delete v16(context.charger).reset;
  restart(context);
}
