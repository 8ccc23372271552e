// A firmware update from the request to the restart into the new version, the same for every OCPP version: phases, retries, deadlines.
// How its statuses are told, what it must wait for and how the charger restarts is the dialect's; fetching the file is a task.
import { type Context, note } from './context';
import { failsOnDemand } from './failures';
import type { FirmwareStatus, FirmwareUpdate, FirmwareWish, Phase } from './firmware';
import { isUp } from './link';
import { raiseSecurityEvent } from './security-events';
import type { PendingTask, TaskOutcome } from './task';
import { cancelTasks, startTask } from './tasks';
import { arm, disarm } from './timers';

const timer = 'firmware';
const farewell = 'farewell';
const subject = 'firmware';

/** How long an installation takes. */
export const installMs = 5_000;

/** How long a download that fails on demand pretends to be trying. */
const pretendMs = 1_000;

/** How long the restart waits for the CSMS to hear of it, real milliseconds. */
const farewellMs = 10_000;

/** Begins an update, in place of the one that may be under way. Not to be called while that is being installed. */
export function beginUpdate(context: Context, wish: FirmwareWish): void {
  const { charger, now } = context;
  cancelTasks(context, subject);
  disarm(charger, timer);
  const { retrieveAt, ...rest } = wish;
  charger.firmware = { ...rest, phase: 'scheduled' };
  delete charger.firmwareFailure;
  context.touched = true;
  context.save = true;
  if (retrieveAt <= now) return download(context, charger.firmware);
  wait(context, charger.firmware, 'scheduled', retrieveAt);
  enter(context, charger.firmware, 'DownloadScheduled');
}

function enter(context: Context, update: FirmwareUpdate, status: FirmwareStatus): void {
  update.status = status;
  context.save = true;
  context.dialect.firmware.tell(context, update);
}

/** The phase lasts until `until`. */
function wait({ charger }: Context, update: FirmwareUpdate, phase: Phase, until: number): void {
  update.phase = phase;
  update.dueAt = until;
  arm(charger, timer, until);
}

function proceed(update: FirmwareUpdate, phase: Phase): void {
  update.phase = phase;
  delete update.dueAt;
}

function end(context: Context, update: FirmwareUpdate, status: FirmwareStatus): void {
  proceed(update, 'over');
  delete update.signing;
  context.touched = true;
  enter(context, update, status);
}

function download(context: Context, update: FirmwareUpdate): void {
  proceed(update, 'downloading');
  enter(context, update, 'Downloading');
  const { location, signing } = update;
  if (failsOnDemand(context, 'download')) wait(context, update, 'downloading', context.now + pretendMs);
  else startTask(context, subject, { kind: 'download', location, ...signing });
}

/** Timer `firmware`: what was waited for has come. */
export function firmwareDue(context: Context): void {
  const update = context.charger.firmware;
  // A charger that starts up does so again when it has.
  if (!update || !isUp(context.charger)) return;
  context.touched = true;
  context.save = true;
  due[update.phase]?.(context, update);
}

const due: Partial<Record<Phase, (context: Context, update: FirmwareUpdate) => void>> = {
  scheduled: download,
  paused: download,
  downloading: (context, update) => downloadFailed(context, update, 'on demand'),
  waiting: (_context, update) => proceed(update, 'waiting'),
  installing: installed,
};

/** Outcome of the task that fetched the file. */
export function downloadEnded(context: Context, outcome: TaskOutcome<'download'>, _pending: PendingTask): void {
  const update = context.charger.firmware;
  if (update?.phase !== 'downloading') return;
  if (outcome.ok) return downloaded(context, update, outcome);
  // A charger that lost its power or restarts goes on when it is back: that was no try.
  if (!isUp(context.charger)) return wait(context, update, 'paused', context.now);
  downloadFailed(context, update, outcome.detail);
}

function downloadFailed(context: Context, update: FirmwareUpdate, why: string): void {
  note(context, 'warn', `firmware not downloaded: ${why}`);
  if (update.retries.left === 0) return end(context, update, 'DownloadFailed');
  update.retries = { ...update.retries, left: update.retries.left - 1 };
  wait(context, update, 'paused', context.now + update.retries.intervalMs);
  enter(context, update, 'DownloadPaused');
}

type Downloaded = Extract<TaskOutcome<'download'>, { ok: true }>;

function downloaded(context: Context, update: FirmwareUpdate, { version, signature }: Downloaded): void {
  enter(context, update, 'Downloaded');
  update.version = version;
  if (update.signing) {
    const wrong = failsOnDemand(context, 'signature') ? 'on demand' : signature;
    if (wrong !== 'valid') return invalid(context, update, wrong ?? 'it was not checked');
    enter(context, update, 'SignatureVerified');
  }
  const { installAt } = update;
  if (installAt === undefined || installAt <= context.now) return proceed(update, 'waiting');
  wait(context, update, 'waiting', installAt);
  enter(context, update, 'InstallScheduled');
}

function invalid(context: Context, update: FirmwareUpdate, why: string): void {
  note(context, 'warn', `firmware not installed: its signature is invalid (${why})`);
  raiseSecurityEvent(context, 'InvalidFirmwareSignature', why);
  end(context, update, 'InvalidSignature');
}

/**
 * Carries an update on as far as it can go now; called after every step that touched something. An installation waits until no
 * transaction runs, and connectors that are free are out of service meanwhile, as OCPP 1.6 §5.19 recommends (2.0.1: L01.FR.06, .07).
 */
export function proceedWithFirmware(context: Context): void {
  const { charger, dialect } = context;
  const update = charger.firmware;
  if (!update || !isUp(charger)) return;
  if (update.phase === 'waiting' && update.dueAt === undefined) {
    dialect.firmware.vacate(context);
    if (!dialect.firmware.isBusy(charger)) install(context, update);
  }
  if (update.phase === 'restarting' && !dialect.firmware.isTelling(charger)) restartInto(context);
}

function install(context: Context, update: FirmwareUpdate): void {
  if (failsOnDemand(context, 'verification')) return end(context, update, 'InstallVerificationFailed');
  wait(context, update, 'installing', context.now + installMs);
  enter(context, update, 'Installing');
}

/** The new firmware is in place; it runs after a restart. */
function installed(context: Context, update: FirmwareUpdate): void {
  if (failsOnDemand(context, 'installation')) return end(context, update, 'InstallationFailed');
  proceed(update, 'restarting');
  arm(context.charger, farewell, context.wall + farewellMs);
  enter(context, update, 'InstallRebooting');
}

/** Timer `farewell`: the CSMS does not answer. */
export function farewellOver(context: Context): void {
  const { charger } = context;
  if (charger.firmware?.phase === 'restarting' && isUp(charger)) restartInto(context);
}

function restartInto(context: Context): void {
  disarm(context.charger, farewell);
  context.dialect.firmware.restart(context);
}

/** Losing power, or restarting for another reason, in the middle of an installation spoils it: the charger comes up with the firmware it had. */
export function firmwarePowerOff(context: Context): void {
  const update = context.charger.firmware;
  if (update?.phase === 'installing') end(context, update, 'InstallationFailed');
}

/** The charger has started up: after an installation with the new firmware, which the BootNotification is to name. */
export function firmwareStarted(context: Context): void {
  const { charger } = context;
  const update = charger.firmware;
  if (!update) return;
  if (update.phase === 'restarting') {
    charger.boot = { ...charger.boot, ...(update.version === undefined ? {} : { firmwareVersion: update.version }) };
    raiseSecurityEvent(context, 'FirmwareUpdated', update.version);
    end(context, update, 'Installed');
  } else if (update.dueAt !== undefined) {
    arm(charger, timer, update.dueAt);
  }
}

/** The CSMS has heard how the update ended: nothing is left to remember but that a signed one failed. */
export function forgetFirmware({ charger }: Context): void {
  if (charger.firmware?.phase !== 'over') return;
  const { status, requestId } = charger.firmware;
  if (status !== undefined && status !== 'Installed' && requestId !== undefined) {
    charger.firmwareFailure = { status, requestId };
  }
  delete charger.firmware;
}
