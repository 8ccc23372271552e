// A charger's own certificates, the same for every OCPP version (security whitepaper and 2.0.1, A02, A03): key pair and CSR, the certificate
// that the CSMS sends, its use and its renewal. Making and checking is done by tasks; words and limits are the dialect's.
import { enqueue, restoreCause } from './calls';
import { type OwnCertificate, ownCertificate, rootsOf, updateSecurity } from './certificates';
import type { Charger, QueuedCall } from './charger';
import { chargerTime, hostTime } from './clock';
import type { Refusal } from './command';
import { type Context, note, refuse, touch } from './context';
import { answerOwed } from './incoming';
import { AnswerLater } from './owed-answers';
import { conclude } from './pending';
import { type CertificateKind, type CsrState, profileOf, tryCertificate } from './security';
import { raiseSecurityEvent } from './security-events';
import { serialNumberOf } from './specs';
import type { PendingTask, TaskOutcome } from './task';
import { isUnderWay, startTask } from './tasks';
import { arm, disarm } from './timers';

/** What the versions say of certificates in their own words. */
export interface CertificateRules {
  /** O of the subject, and what it is called where it is configured. */
  organization(charger: Charger, kind: CertificateKind): string;
  organizationName: string;
  /** CN of the subject of one that is not for the CSMS. */
  v2gName(charger: Charger): string;
  /** Characters of a certificate with its chain at most. */
  chainMost(charger: Charger): number;
  /** SignCertificate beside the CSR. */
  request(kind: CertificateKind | 'combined'): Record<string, unknown>;
  /** When a CSR is sent again whose certificate does not come: seconds to the next one, doubling each time, and how many (2.0.1 A02.FR.17 to .19). */
  repeats?(charger: Charger): { waitSeconds: number; times: number };
}

/** A03.FR.02: one month before the certificate expires. */
const renewBeforeMs = 30 * 24 * 3_600_000;

/** A CSMS that signs what is about to expire is not asked again at once. */
const renewalPauseMs = 3_600_000;

const csrSubject = (kind: CertificateKind) => (kind === 'station' ? 'createCsr' : `createCsr:${kind}`);
const chainSubject = (kind: CertificateKind) =>
  kind === 'station' ? 'certificateSigned' : `certificateSigned:${kind}`;
const timerOf = (name: string, kind: CertificateKind) => (kind === 'station' ? name : `${name}/${kind}`);
const kindOf = (argument: string): CertificateKind => (argument === 'v2g' ? 'v2g' : 'station');

function csrOf({ security }: Charger, kind: CertificateKind): CsrState | undefined {
  return kind === 'v2g' ? security?.v2g?.csr : security?.csr;
}

function keepCsr(charger: Charger, kind: CertificateKind, csr: CsrState | undefined): void {
  if (kind === 'station') return updateSecurity(charger, { csr });
  const { csr: _, ...rest } = charger.security?.v2g ?? {};
  const v2g = { ...rest, ...(csr ? { csr } : {}) };
  updateSecurity(charger, { v2g: Object.keys(v2g).length > 0 ? v2g : undefined });
}

/** Why no CSR can be made now; `undefined`: one can. */
export function whyNoCsr(
  { charger, dialect }: Pick<Context, 'charger' | 'dialect'>,
  kind: CertificateKind = 'station',
) {
  const { organization, organizationName } = dialect.certificates;
  if (organization(charger, kind) === '') return `a CSR needs the ${organizationName}, which is not set`;
  return isUnderWay(charger, csrSubject(kind)) ? 'a CSR is being made' : undefined;
}

/**
 * Makes a key pair and sends its CSR, for the unique serial number, as soon as that is done (A02.FR.02, A02.FR.03, A02.FR.13, A00.FR.511). Call only where `whyNoCsr` finds nothing.
 * `combined`: the certificate is to be used for everything.
 */
export function beginCsr(context: Context, kind: CertificateKind = 'station', combined?: true): void {
  const { charger, dialect } = context;
  startTask(context, csrSubject(kind), {
    kind: 'createCsr',
    commonName: kind === 'v2g' ? dialect.certificates.v2gName(charger) : serialNumberOf(charger),
    organization: dialect.certificates.organization(charger, kind),
    ...(combined ? { combined } : {}),
  });
}

/** Command `requestCertificate`: its outcome is the CSMS's answer to the CSR. */
export function requestCertificate(context: Context, command: { use?: 'v2g' }, id: string): void {
  const use: CertificateKind = command.use ?? 'station';
  const { charger, dialect } = context;
  if (use === 'v2g' && dialect.roots.names.v2g === undefined) {
    const message = `${charger.protocol} knows no certificate for EVs`;
    refuse('badInput', `certificateType: ${message}`, { errors: [{ path: 'certificateType', message }] });
  }
  const why = whyNoCsr(context, use);
  if (why !== undefined) refuse('wrongState', why);
  const pending = charger.commands[id];
  if (pending) pending.waitingFor = csrSubject(use);
  beginCsr(context, use);
}

/** A task that made a CSR has ended. Sent also before the charger is accepted: the CSMS may want it first (A00.FR.806). */
export const csrCreated = (kind: CertificateKind = 'station') => {
  return (context: Context, outcome: TaskOutcome<'createCsr'>, { task }: PendingTask<'createCsr'>): void => {
    const { charger, dialect } = context;
    const waiting = Object.entries(charger.commands).find(([, one]) => one.waitingFor === csrSubject(kind));
    const [cause, pending] = waiting ?? [];
    if (pending) delete pending.waitingFor;
    if (!outcome.ok) {
      if (pending) pending.failure ??= { kind: 'wrongState', detail: `no CSR was made: ${outcome.detail}` };
      return;
    }
    const { commonName, organization, combined } = task;
    const repeats = csrOf(charger, kind)?.repeats;
    keepCsr(charger, kind, {
      ...{ key: outcome.key, commonName, organization },
      ...(combined ? { combined } : {}),
      ...(repeats === undefined ? {} : { repeats }),
    });
    const before = context.cause;
    if (cause !== undefined) context.cause = cause;
    const payload = { csr: outcome.csr, ...dialect.certificates.request(combined ? 'combined' : kind) };
    enqueue(context, { action: 'SignCertificate', payload, kind: 'kept', note: { forced: true, certificate: kind } });
    restoreCause(context, before);
  };
};

const kindOfCall = ({ note }: QueuedCall): CertificateKind => kindOf(String(note?.certificate ?? ''));

/** SignCertificate was not answered: only with a CALLERROR is it sure that no certificate will come. */
export function csrFailed(context: Context, call: QueuedCall, { kind }: Refusal): void {
  if (kind === 'refusedByCsms') forgetCsr(context, kindOfCall(call));
}

/** A newer CSR that waits to be sent is not meant. */
function forgetCsr(context: Context, kind: CertificateKind): void {
  const { charger } = context;
  const waits = (call: QueuedCall) => call.action === 'SignCertificate' && kindOfCall(call) === kind;
  if (charger.calls.queue.some(waits)) return;
  keepCsr(charger, kind, undefined);
  disarm(charger, timerOf('certificateRepeat', kind));
  context.save = true;
}

/** SignCertificate.conf. The certificate itself comes in a call of its own, or never: then it is asked for again, where the version does. */
export function csrAnswered(context: Context, call: QueuedCall, answer: { status: 'Accepted' | 'Rejected' }): void {
  const { charger, dialect, wall } = context;
  const kind = kindOfCall(call);
  conclude(context, { status: answer.status });
  if (answer.status !== 'Accepted') {
    note(context, 'warn', 'the CSMS has rejected the CSR: the charger keeps its certificate');
    return forgetCsr(context, kind);
  }
  const csr = csrOf(charger, kind);
  const rule = dialect.certificates.repeats?.(charger);
  if (!csr || !rule || (csr.repeats ?? 0) >= rule.times) return;
  arm(charger, timerOf('certificateRepeat', kind), wall + rule.waitSeconds * 1000 * 2 ** (csr.repeats ?? 0));
}

/** Timer `certificateRepeat`: the certificate has not come (2.0.1 A02.FR.17, A02.FR.18). */
export function repeatDue(context: Context, argument: string): void {
  const { charger } = context;
  const kind = kindOf(argument);
  const csr = csrOf(charger, kind);
  if (!csr || whyNoCsr(context, kind) !== undefined) return;
  note(context, 'warn', 'the CSMS has sent no certificate: it is asked for again');
  keepCsr(charger, kind, { ...csr, repeats: (csr.repeats ?? 0) + 1 });
  beginCsr(context, kind, csr.combined);
}

type Answer = { status: 'Accepted' | 'Rejected' };

/** CertificateSigned: checked by a task, answered after it. */
export function takeSigned(context: Context, chain: string, kind: CertificateKind = 'station'): Answer | AnswerLater {
  const { charger, dialect, now } = context;
  const subject = chainSubject(kind);
  const most = dialect.certificates.chainMost(charger);
  const csr = csrOf(charger, kind);
  if (isUnderWay(charger, subject)) return { status: 'Rejected' };
  if (chain.length > most) return refuseCertificate(context, `is longer than ${most} characters with its chain`);
  if (!csr) return refuseCertificate(context, 'was not asked for: there is no CSR that waits for it');
  const { key, commonName, organization } = csr;
  const roots = rootsOf(charger, kind === 'v2g' ? 'v2g' : 'csms');
  const at = chargerTime(charger, now);
  startTask(context, subject, { kind: 'checkChain', chain, key, commonName, organization, roots, at });
  return new AnswerLater(subject);
}

/** A02.FR.07: discarded, and an event. */
function refuseCertificate(context: Context, problem: string): Answer {
  note(context, 'warn', `CertificateSigned rejected: the certificate ${problem}`);
  raiseSecurityEvent(context, 'InvalidChargePointCertificate', `the certificate ${problem}`);
  return { status: 'Rejected' };
}

/** A task that checked a certificate has ended. */
export const chainChecked = (kind: CertificateKind = 'station') => {
  return (context: Context, outcome: TaskOutcome<'checkChain'>, { task }: PendingTask<'checkChain'>): void => {
    const response = 'details' in outcome ? accept(context, kind, outcome, task.key) : refuseChain(context, outcome);
    answerOwed(context, chainSubject(kind), response);
  };
};

function refuseChain(context: Context, outcome: Exclude<TaskOutcome<'checkChain'>, { details: unknown }>): Answer {
  return outcome.ok ? refuseCertificate(context, outcome.problem) : { status: 'Rejected' };
}

function accept(
  context: Context,
  kind: CertificateKind,
  { details, chain, issuers }: Extract<TaskOutcome<'checkChain'>, { details: unknown }>,
  key: string,
): Answer {
  const { charger } = context;
  const certificate: OwnCertificate = { ...details, chain, key };
  const { combined } = csrOf(charger, kind) ?? {};
  keepCsr(charger, kind, undefined);
  disarm(charger, timerOf('certificateRepeat', kind));
  if (kind === 'v2g' || combined) keepV2g(context, { ...certificate, ...(issuers.length > 0 ? { issuers } : {}) });
  if (kind === 'station') updateSecurity(charger, { next: certificate });
  raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', `certificate ${details.serialNumber} was signed`);
  if (kind === 'station') switchCertificate(context);
  touch(context);
  return { status: 'Accepted' };
}

function keepV2g(context: Context, own: OwnCertificate): void {
  const { charger, now } = context;
  updateSecurity(charger, { v2g: { ...charger.security?.v2g, own } });
  armRenewal(charger, now + renewalPauseMs);
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
 * Plans the renewal of the certificates in use: a month before one expires, or, if it is made for less than two, when half of its time is
 * over. `least`: not before (the host's time).
 */
export function armRenewal(charger: Charger, least = -Infinity): void {
  for (const kind of ['station', 'v2g'] as const) {
    const name = timerOf('certificateRenewal', kind);
    const own = inUse(charger, kind);
    if (!own) {
      disarm(charger, name);
      continue;
    }
    const at = own.notAfter - Math.min(renewBeforeMs, (own.notAfter - own.notBefore) / 2);
    arm(charger, name, Math.max(hostTime(charger, at), least));
  }
}

const inUse = (charger: Charger, kind: CertificateKind) =>
  kind === 'v2g' ? charger.security?.v2g?.own : ownCertificate(charger);

/** Timer `certificateRenewal` (A03). Tried once: what the CSMS does not sign now it is not asked for again (A03, error handling). */
export function renewalDue(context: Context, argument: string): void {
  const kind = kindOf(argument);
  const why = whyNoCsr(context, kind);
  if (why === undefined) beginCsr(context, kind);
  else note(context, 'warn', `the certificate ${inUse(context.charger, kind)?.serialNumber} expires soon: ${why}`);
}
