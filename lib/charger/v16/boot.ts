// What booting, losing power and restarting mean in 1.6 (§4.2, §5.14). Registration itself is in ../registration.ts, restarting in
// ../restart.ts.
import type { Charger, QueuedCall } from '../charger';
import { type Context, touch } from '../context';
import { armRenewal, switchCertificate } from '../own-certificate';
import { type RegistrationRules, registrationStatus } from '../registration';
import { restart } from '../restart';
import { bootInfoOf } from '../specs';
import { arm, disarm } from '../timers';
import { settingIsTrue, settingNumber } from './configuration';
import { armClockAligned, armSampling } from './meter-values';
import { type Place, places, v16 } from './places';
import type { StopReason } from './state';
import { forgetReports, updateStatuses } from './status';
import { endTransaction } from './transactions';
import { tellTransfers } from './transfer-statuses';

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

export const registrationRules: RegistrationRules = {
  bootPayload,
  heartbeatSeconds: (charger) => settingNumber(charger, 'HeartbeatInterval'),
  adoptHeartbeat(context, seconds) {
    v16(context.charger).configuration.HeartbeatInterval = String(seconds);
  },
  accepted(context) {
    armClockAligned(context);
    forgetReports(context.charger);
    updateStatuses(context);
  },
  /** §4.2: the charge point does not respond to any message. */
  whileRejected: () => 'unanswered',
  /** §4.9: statuses that changed while offline. */
  reconnected(context) {
    updateStatuses(context);
    tellTransfers(context);
  },
};

/** What follows the clock follows it anew: clock-aligned samples, charging schedules. */
export function clockChanged(context: Context): void {
  if (registrationStatus(context.charger) === 'Accepted') armClockAligned(context);
  context.touched = true;
  // A sample taken again after a crash must carry the same time.
  context.save = true;
}

/** Delivery ends with the last volt (§4.2): told after the restart, but as of now (TC_032_2_CS). */
export function powerOff(context: Context): void {
  if (!settingIsTrue(context.charger, 'x-ResumeTransactionsAfterPowerLoss')) endAll(context, 'PowerLoss');
}

/** Ends every running transaction. */
export function endAll(context: Context, reason: StopReason): void {
  for (const place of places(context.charger)) if (place.state.transaction) endTransaction(context, place, { reason });
}

/** Authorizations that wait for an EV, and a reset under way, are in volatile memory. */
export function loseVolatile({ charger }: Context): void {
  const state = v16(charger);
  delete state.reset;
  for (const connector of state.connectors) {
    delete connector.authorization;
    delete connector.info;
  }
}

/** Transactions that survived go on. */
export function startedUp(context: Context): void {
  armRenewal(context.charger);
  switchCertificate(context);
  for (const place of places(context.charger)) if (place.state.transaction) resume(context, place);
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
