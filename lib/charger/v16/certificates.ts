// Certificates over OCPP 1.6 (security whitepaper A02, A03, M03 to M05): a new one for the charger, and the roots that it trusts. Reading
// and checking them is done by tasks; what is kept of them is in ../certificates.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import { enqueue, restoreCause } from '../calls';
import {
  type CertificateUse,
  connectionRoots,
  countRoots,
  demoteRoots,
  findRoot,
  hashDataOf,
  holdsRoot,
  installRoot,
  isOwn,
  type OwnCertificate,
  ownCertificate,
  type RootCertificate,
  rootsOf,
  updateSecurity,
} from '../certificates';
import type { Charger, QueuedCall } from '../charger';
import { chargerTime, hostTime } from '../clock';
import type { Refusal } from '../command';
import { type Context, note, refuse, touch } from '../context';
import { answerOwed } from '../incoming';
import { AnswerLater } from '../owed-answers';
import { conclude } from '../pending';
import { profileOf, tryCertificate } from '../security';
import { raiseSecurityEvent } from '../security-events';
import { bootInfoOf } from '../specs';
import type { PendingTask, TaskOutcome } from '../task';
import { isUnderWay, startTask } from '../tasks';
import { arm, disarm } from '../timers';
import { setting, settingIsTrue, settingNumber } from './configuration';

/** A03.FR.02: one month before the certificate expires. */
const renewBeforeMs = 30 * 24 * 3_600_000;

const uses: Record<RequestV16<'InstallCertificate'>['certificateType'], CertificateUse> = {
  CentralSystemRootCertificate: 'csms',
  ManufacturerRootCertificate: 'manufacturer',
};

const typeNames = { csms: 'CentralSystemRootCertificate', manufacturer: 'ManufacturerRootCertificate' } as const;

// The charger's own certificate

/** Why no CSR can be made now; `undefined`: one can. */
export function whyNoCsr(charger: Charger): string | undefined {
  if (setting(charger, 'CpoName') === '') return 'a CSR needs the CpoName, which is not set';
  return isUnderWay(charger, 'createCsr') ? 'a CSR is being made' : undefined;
}

/** Makes a key pair and sends its CSR as soon as that is done (A02.FR.02, A02.FR.03, A02.FR.13). Call only where `whyNoCsr` finds nothing. */
export function beginCsr(context: Context): void {
  const { charger } = context;
  startTask(context, 'createCsr', {
    kind: 'createCsr',
    commonName: serialNumberOf(charger),
    organization: setting(charger, 'CpoName'),
  });
}

/** The unique serial number, which is not an address (A00.FR.511). */
const serialNumberOf = (charger: Charger) => bootInfoOf(charger).serialNumber ?? charger.id.slice(0, 25);

/** Command `requestCertificate`: its outcome is the CSMS's answer to the CSR. */
export function requestCertificate(context: Context, _command: unknown, id: string): void {
  const { charger } = context;
  const why = whyNoCsr(charger);
  if (why !== undefined) refuse('wrongState', why);
  const pending = charger.commands[id];
  if (pending) pending.waitingFor = 'csr';
  beginCsr(context);
}

/** Task `createCsr` has ended. Sent also before the charger is accepted: the CSMS may want it first (A00.FR.806). */
export function csrCreated(
  context: Context,
  outcome: TaskOutcome<'createCsr'>,
  { task }: PendingTask<'createCsr'>,
): void {
  const { charger } = context;
  const [cause, pending] = Object.entries(charger.commands).find(([, one]) => one.waitingFor === 'csr') ?? [];
  if (pending) delete pending.waitingFor;
  if (!outcome.ok) {
    if (pending) pending.failure ??= { kind: 'wrongState', detail: `no CSR was made: ${outcome.detail}` };
    return;
  }
  const { commonName, organization } = task;
  updateSecurity(charger, { csr: { key: outcome.key, commonName, organization } });
  const before = context.cause;
  if (cause !== undefined) context.cause = cause;
  const payload = { csr: outcome.csr };
  enqueue(context, { action: 'SignCertificate', payload, kind: 'kept', note: { forced: true } });
  restoreCause(context, before);
}

/** SignCertificate was not answered: only with a CALLERROR is it sure that no certificate will come. */
export function csrFailed(context: Context, _call: QueuedCall, { kind }: Refusal): void {
  if (kind === 'refusedByCsms') forgetCsr(context);
}

/** A newer CSR that waits to be sent is not meant. */
function forgetCsr(context: Context): void {
  const { charger } = context;
  if (charger.calls.queue.some(({ action }) => action === 'SignCertificate')) return;
  updateSecurity(charger, { csr: undefined });
  context.save = true;
}

/** SignCertificate.conf. The certificate itself comes in a call of its own, or never. */
export function csrAnswered(context: Context, _call: QueuedCall, answer: { status: 'Accepted' | 'Rejected' }): void {
  conclude(context, { status: answer.status });
  if (answer.status === 'Accepted') return;
  note(context, 'warn', 'the CSMS has rejected the CSR: the charger keeps its certificate');
  forgetCsr(context);
}

const rejected = { status: 'Rejected' };

/** CertificateSigned (§5.1): checked by a task, answered after it. */
export function certificateSigned(
  context: Context,
  { certificateChain: chain }: RequestV16<'CertificateSigned'>,
): Record<string, unknown> | AnswerLater {
  const { charger, now } = context;
  const subject = 'certificateSigned';
  const most = settingNumber(charger, 'CertificateSignedMaxChainSize');
  const { csr } = charger.security ?? {};
  if (isUnderWay(charger, subject)) return rejected;
  if (chain.length > most) return refuseCertificate(context, `is longer than ${most} characters with its chain`);
  if (!csr) return refuseCertificate(context, 'was not asked for: there is no CSR that waits for it');
  const roots = rootsOf(charger, 'csms');
  startTask(context, subject, { kind: 'checkChain', chain, ...csr, roots, at: chargerTime(charger, now) });
  return new AnswerLater(subject);
}

/** A02.FR.07: discarded, and an event. */
function refuseCertificate(context: Context, problem: string): Record<string, unknown> {
  note(context, 'warn', `CertificateSigned rejected: the certificate ${problem}`);
  raiseSecurityEvent(context, 'InvalidChargePointCertificate', `the certificate ${problem}`);
  return rejected;
}

/** Task `checkChain` has ended. */
export function chainChecked(
  context: Context,
  outcome: TaskOutcome<'checkChain'>,
  { task }: PendingTask<'checkChain'>,
): void {
  const response = 'details' in outcome ? acceptCertificate(context, outcome, task.key) : refuseChain(context, outcome);
  answerOwed(context, 'certificateSigned', response);
}

function refuseChain(context: Context, outcome: Exclude<TaskOutcome<'checkChain'>, { details: unknown }>) {
  return outcome.ok ? refuseCertificate(context, outcome.problem) : rejected;
}

function acceptCertificate(
  context: Context,
  { details, chain }: Extract<TaskOutcome<'checkChain'>, { details: unknown }>,
  key: string,
): Record<string, unknown> {
  const { charger } = context;
  const certificate: OwnCertificate = { ...details, chain, key };
  updateSecurity(charger, { csr: undefined, next: certificate });
  raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', `certificate ${details.serialNumber} was signed`);
  switchCertificate(context);
  touch(context);
  return { status: 'Accepted' };
}

/** Timer `certificate`, and whenever one is new: the newest certificate whose time has come is used (A02.FR.08, A02.FR.09). */
export function switchCertificate(context: Context): void {
  const { charger, now } = context;
  const { next, own } = charger.security ?? {};
  if (!next) return;
  if (next.notBefore > chargerTime(charger, now)) return arm(charger, 'certificate', hostTime(charger, next.notBefore));
  if (own && own.notBefore > next.notBefore) {
    note(context, 'warn', `certificate ${next.serialNumber} is older than the one in use, which stays`);
    updateSecurity(charger, { next: undefined });
    return;
  }
  tryCertificate(charger, next);
  armRenewal(charger, now + renewalPauseMs);
  if (profileOf(charger) === 3) context.relink = 'the certificate of the charger is a new one';
  touch(context);
}

/**
 * Plans the renewal of the certificate in use: a month before it expires, or, if it is made for less than two, when half of its time is over. `least`: not before (the host's time).
 */
export function armRenewal(charger: Charger, least = -Infinity): void {
  const own = ownCertificate(charger);
  if (!own) return disarm(charger, 'certificateRenewal');
  const { notBefore, notAfter } = own;
  const at = notAfter - Math.min(renewBeforeMs, (notAfter - notBefore) / 2);
  arm(charger, 'certificateRenewal', Math.max(hostTime(charger, at), least));
}

/** A CSMS that signs what is about to expire is not asked again at once. */
const renewalPauseMs = 3_600_000;

/** Timer `certificateRenewal` (A03). Tried once: what the CSMS does not sign now it is not asked for again (A03, error handling). */
export function renewalDue(context: Context): void {
  const { charger } = context;
  const why = whyNoCsr(charger);
  if (why === undefined) beginCsr(context);
  else note(context, 'warn', `the certificate ${ownCertificate(charger)?.serialNumber} expires soon: ${why}`);
}

// Roots

/** InstallCertificate (§5.11): checked by a task, answered after it. */
export function installCertificate(
  context: Context,
  { certificateType, certificate }: RequestV16<'InstallCertificate'>,
): Record<string, unknown> | AnswerLater {
  const { charger, now } = context;
  const subject = `installCertificate:${uses[certificateType]}`;
  if (isUnderWay(charger, subject)) return rejected;
  const replaces = replacesRoots(charger, uses[certificateType]);
  startTask(context, subject, {
    kind: 'checkRoot',
    certificate,
    issuers: replaces ? connectionRoots(charger) : rootsOf(charger, uses[certificateType]),
    ...(replaces ? { mustHaveIssuer: true } : {}),
    at: chargerTime(charger, now),
  });
  return new AnswerLater(subject);
}

/** M05.FR.09: a new root of the CSMS takes the place of those before. */
function replacesRoots(charger: Charger, use: CertificateUse): boolean {
  return use === 'csms' && settingIsTrue(charger, 'AdditionalRootCertificateCheck') && rootsOf(charger, use).length > 0;
}

/** Task `checkRoot` has ended. */
export function rootChecked(use: CertificateUse) {
  return (context: Context, outcome: TaskOutcome<'checkRoot'>): void => {
    const response =
      'root' in outcome ? acceptRoot(context, { ...outcome.root, use }) : refuseRoot(context, use, outcome);
    answerOwed(context, `installCertificate:${use}`, response);
  };
}

function refuseRoot(
  context: Context,
  use: CertificateUse,
  outcome: Exclude<TaskOutcome<'checkRoot'>, { root: unknown }>,
): Record<string, unknown> {
  if (!outcome.ok) return { status: 'Failed' };
  const words = `the ${typeNames[use]} ${outcome.problem}`;
  note(context, 'warn', `InstallCertificate rejected: ${words}`);
  if (use === 'csms') raiseSecurityEvent(context, 'InvalidCentralSystemCertificate', words);
  return rejected;
}

function acceptRoot(context: Context, root: RootCertificate): Record<string, unknown> {
  const { charger } = context;
  if (holdsRoot(charger, root)) return { status: 'Accepted' };
  const most = settingNumber(charger, 'CertificateStoreMaxLength');
  if (countRoots(charger) >= most) {
    note(
      context,
      'warn',
      `InstallCertificate rejected: there are ${most} root certificates (CertificateStoreMaxLength)`,
    );
    return rejected;
  }
  if (replacesRoots(charger, root.use)) demoteRoots(charger);
  installRoot(charger, root);
  rootsChanged(context, root.use, `${root.subject} was installed`);
  return { status: 'Accepted' };
}

function rootsChanged(context: Context, use: CertificateUse, what: string): void {
  raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', `${typeNames[use]} ${what}`);
  touch(context);
}

/** GetInstalledCertificateIds (§5.7). */
export function getInstalledCertificateIds(
  { charger }: Context,
  { certificateType }: RequestV16<'GetInstalledCertificateIds'>,
): Record<string, unknown> {
  const certificateHashData = hashDataOf(charger, uses[certificateType]);
  return certificateHashData.length > 0 ? { status: 'Accepted', certificateHashData } : { status: 'NotFound' };
}

/** DeleteCertificate (§5.3): not the charger's own (M04.FR.05), nor a root that the connection was checked against (M04.FR.06). */
export function deleteCertificate(
  context: Context,
  { certificateHashData }: RequestV16<'DeleteCertificate'>,
): Record<string, unknown> {
  const { charger } = context;
  if (isOwn(charger, certificateHashData)) return { status: 'Failed' };
  const found = findRoot(charger, certificateHashData);
  if (!found) return { status: 'NotFound' };
  if (found.use === 'csms' && charger.link.state === 'up' && charger.link.root === found.root.fingerprint) {
    note(context, 'warn', `DeleteCertificate failed: ${found.root.subject} is in use for the connection`);
    return { status: 'Failed' };
  }
  found.remove();
  rootsChanged(context, found.use, `${found.root.subject} was deleted`);
  return { status: 'Accepted' };
}
