// SignedUpdateFirmware of the security whitepaper (L01): the certificate that the firmware was signed with is checked by a task before the
// answer, its signature after the download. What happens in between is in lib/charger/firmware-update.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import { rootsOf } from '../certificates';
import { chargerTime, hostTime } from '../clock';
import { type Context, note } from '../context';
import { failsOnDemand } from '../failures';
import { isInstalling, isUpdating, type SignedWish } from '../firmware';
import { beginUpdate } from '../firmware-update';
import { answerOwed } from '../incoming';
import { AnswerLater } from '../owed-answers';
import { retriesOf } from '../retries';
import { raiseSecurityEvent } from '../security-events';
import type { PendingTask, TaskOutcome } from '../task';
import { isUnderWay, startTask } from '../tasks';

const subject = 'signedUpdate';
const rejected = { status: 'Rejected' };

/** Checked by a task, answered after it. Rejected while other firmware is being installed, or another request is being checked. */
export function signedUpdateFirmware(
  context: Context,
  request: RequestV16<'SignedUpdateFirmware'>,
): Record<string, unknown> | AnswerLater {
  const { charger, now } = context;
  if (isInstalling(charger) || isUnderWay(charger, subject)) return rejected;
  if (failsOnDemand(context, 'revokedCertificate')) return refuse(context, 'RevokedCertificate', 'has been revoked');
  if (failsOnDemand(context, 'signingCertificate')) return refuse(context, 'InvalidCertificate', 'fails on demand');
  startTask(context, subject, {
    kind: 'checkSigner',
    wish: wishOf(context, request),
    roots: rootsOf(charger, 'manufacturer'),
    at: chargerTime(charger, now),
  });
  return new AnswerLater(subject);
}

function wishOf({ charger }: Context, request: RequestV16<'SignedUpdateFirmware'>): SignedWish {
  const { firmware, requestId, retries, retryInterval } = request;
  const { location, retrieveDateTime, installDateTime, signingCertificate, signature } = firmware;
  const time = (text: string) => hostTime(charger, Date.parse(text));
  return {
    location,
    retrieveAt: time(retrieveDateTime),
    ...(installDateTime === undefined ? {} : { installAt: time(installDateTime) }),
    retries: retriesOf(retries, retryInterval),
    requestId,
    signing: { certificate: signingCertificate, signature },
  };
}

/** Task `checkSigner` has ended. */
export function signerChecked(
  context: Context,
  outcome: TaskOutcome<'checkSigner'>,
  { task }: PendingTask<'checkSigner'>,
): void {
  const { charger } = context;
  if (!outcome.ok || isInstalling(charger)) return void answerOwed(context, subject, rejected);
  const { problem } = outcome;
  if (problem !== undefined) return void answerOwed(context, subject, refuse(context, 'InvalidCertificate', problem));
  answerOwed(context, subject, { status: isUpdating(charger) ? 'AcceptedCanceled' : 'Accepted' });
  beginUpdate(context, task.wish);
}

/** L01.FR.02: an event. An update that is under way goes on. */
function refuse(context: Context, status: string, problem: string): Record<string, unknown> {
  note(context, 'warn', `SignedUpdateFirmware: ${status}: the certificate ${problem}`);
  raiseSecurityEvent(context, 'InvalidFirmwareSigningCertificate', `the certificate ${problem}`);
  return { status };
}
