// A firmware update that is signed, the same for every OCPP version (security whitepaper and 2.0.1, L01): the certificate that the firmware
// was signed with is checked by a task before the answer, its signature after the download. What happens then is in firmware-update.ts.
import { rootsOf } from './certificates';
import { chargerTime } from './clock';
import { type Context, note } from './context';
import { failsOnDemand } from './failures';
import { isInstalling, isUpdating, type SignedWish } from './firmware';
import { beginUpdate } from './firmware-update';
import { answerOwed } from './incoming';
import { AnswerLater } from './owed-answers';
import { raiseSecurityEvent } from './security-events';
import type { PendingTask, TaskOutcome } from './task';
import { isUnderWay, startTask } from './tasks';

const subject = 'signedUpdate';

type Answer = {
  status: 'Accepted' | 'AcceptedCanceled' | 'Rejected' | 'InvalidCertificate' | 'RevokedCertificate';
};

/** Checked by a task, answered after it. Rejected while other firmware is being installed, or another request is being checked. */
export function requestSignedUpdate(context: Context, wish: SignedWish): Answer | AnswerLater {
  const { charger, now } = context;
  if (isInstalling(charger) || isUnderWay(charger, subject)) return { status: 'Rejected' };
  if (failsOnDemand(context, 'revokedCertificate')) return refuse(context, 'RevokedCertificate', 'has been revoked');
  if (failsOnDemand(context, 'signingCertificate')) return refuse(context, 'InvalidCertificate', 'fails on demand');
  const roots = rootsOf(charger, 'manufacturer');
  startTask(context, subject, { kind: 'checkSigner', wish, roots, at: chargerTime(charger, now) });
  return new AnswerLater(subject);
}

/** Task `checkSigner` has ended. */
export function signerChecked(
  context: Context,
  outcome: TaskOutcome<'checkSigner'>,
  { task }: PendingTask<'checkSigner'>,
): void {
  const { charger } = context;
  if (!outcome.ok || isInstalling(charger)) return void answerOwed(context, subject, { status: 'Rejected' });
  const { problem } = outcome;
  if (problem !== undefined) {
    return void answerOwed(context, subject, { ...refuse(context, 'InvalidCertificate', problem) });
  }
  answerOwed(context, subject, { status: isUpdating(charger) ? 'AcceptedCanceled' : 'Accepted' });
  beginUpdate(context, task.wish);
}

/** L01.FR.02: an event. An update that is under way goes on. */
function refuse(context: Context, status: Answer['status'], problem: string): Answer {
  note(context, 'warn', `signed firmware update: ${status}: the certificate ${problem}`);
  raiseSecurityEvent(context, 'InvalidFirmwareSigningCertificate', `the certificate ${problem}`);
  return { status };
}
