// The roots that a charger trusts, as the CSMS changes them, the same for every OCPP version (security whitepaper and 2.0.1, M03 to M05). What is
// kept of them is in certificates.ts; what they are called is the dialect's.
import {
  type CertificateHash,
  type CertificateUse,
  connectionRoots,
  countRoots,
  demoteRoots,
  findRoot,
  holdsRoot,
  installRoot,
  isOwn,
  type RootCertificate,
  rootsOf,
} from './certificates';
import type { Charger } from './charger';
import { chargerTime } from './clock';
import { type Context, note, touch } from './context';
import { answerOwed } from './incoming';
import { AnswerLater } from './owed-answers';
import { raiseSecurityEvent } from './security-events';
import type { TaskOutcome } from './task';
import { isUnderWay, startTask } from './tasks';

/** What the versions say of roots in their own words. */
export interface RootRules {
  /** CertificateUse in the version's words. */
  names: Partial<Record<CertificateUse, string>>;
  /** Root certificates at most, and the name of that limit. */
  most(charger: Charger): number;
  mostName: string;
  /** AdditionalRootCertificateCheck. */
  replaces(charger: Charger): boolean;
}

type Installed = { status: 'Accepted' | 'Rejected' | 'Failed' };

const subjectOf = (use: CertificateUse) => `installCertificate:${use}`;

/** InstallCertificate (M05): checked by a task, answered after it. */
export function installCertificate(
  context: Context,
  use: CertificateUse,
  certificate: string,
): Installed | AnswerLater {
  const { charger, now } = context;
  const subject = subjectOf(use);
  if (isUnderWay(charger, subject)) return { status: 'Rejected' };
  const replaces = replacesRoots(context, use);
  startTask(context, subject, {
    kind: 'checkRoot',
    certificate,
    issuers: replaces ? connectionRoots(charger) : rootsOf(charger, use),
    ...(replaces ? { mustHaveIssuer: true } : {}),
    at: chargerTime(charger, now),
  });
  return new AnswerLater(subject);
}

/** M05.FR.09: a new root of the CSMS takes the place of those before. */
function replacesRoots({ charger, dialect }: Context, use: CertificateUse): boolean {
  return use === 'csms' && dialect.roots.replaces(charger) && rootsOf(charger, use).length > 0;
}

/** The outcomes of `checkRoot`, by the subject of the task. */
export function rootTasks(uses: CertificateUse[]) {
  return Object.fromEntries(uses.map((use) => [subjectOf(use), rootChecked(use)]));
}

function rootChecked(use: CertificateUse) {
  return (context: Context, outcome: TaskOutcome<'checkRoot'>): void => {
    const response =
      'root' in outcome ? acceptRoot(context, { ...outcome.root, use }) : refuseRoot(context, use, outcome);
    answerOwed(context, subjectOf(use), response);
  };
}

const nameOf = ({ dialect }: Context, use: CertificateUse) => dialect.roots.names[use] ?? use;

function refuseRoot(
  context: Context,
  use: CertificateUse,
  outcome: Exclude<TaskOutcome<'checkRoot'>, { root: unknown }>,
): Installed {
  if (!outcome.ok) return { status: 'Failed' };
  const words = `the ${nameOf(context, use)} ${outcome.problem}`;
  note(context, 'warn', `InstallCertificate rejected: ${words}`);
  if (use === 'csms') raiseSecurityEvent(context, 'InvalidCentralSystemCertificate', words);
  return { status: 'Rejected' };
}

function acceptRoot(context: Context, root: RootCertificate): Installed {
  const { charger, dialect } = context;
  if (holdsRoot(charger, root)) return { status: 'Accepted' };
  const most = dialect.roots.most(charger);
  if (countRoots(charger) >= most) {
    const words = `there are ${most} root certificates (${dialect.roots.mostName})`;
    note(context, 'warn', `InstallCertificate rejected: ${words}`);
    return { status: 'Rejected' };
  }
  if (replacesRoots(context, root.use)) demoteRoots(charger);
  installRoot(charger, root);
  rootsChanged(context, root.use, `${root.subject} was installed`);
  return { status: 'Accepted' };
}

function rootsChanged(context: Context, use: CertificateUse, what: string): void {
  raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', `${nameOf(context, use)} ${what}`);
  touch(context);
}

/** DeleteCertificate: not the charger's own (M04.FR.05), nor a root that the connection was checked against (M04.FR.06). */
export function deleteRoot(context: Context, wanted: CertificateHash): 'Accepted' | 'Failed' | 'NotFound' {
  const { charger } = context;
  if (isOwn(charger, wanted)) return 'Failed';
  const found = findRoot(charger, wanted);
  if (!found) return 'NotFound';
  if (found.use === 'csms' && charger.link.state === 'up' && charger.link.root === found.root.fingerprint) {
    note(context, 'warn', `DeleteCertificate failed: ${found.root.subject} is in use for the connection`);
    return 'Failed';
  }
  // The same certificate may have been installed for several uses: the hash names all of them.
  for (let next: typeof found | undefined = found; next; next = findRoot(charger, wanted)) {
    next.remove();
    rootsChanged(context, next.use, `${next.root.subject} was deleted`);
  }
  return 'Accepted';
}
