// Tasks on certificates: `createCsr`, `checkRoot`, `checkChain`, `checkSigner`, `checkContract`. They read and compute; nothing of them leaves the process. What a
// charger does with the outcome is its own matter.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { hashData } from '../charger/certificates';
import type { Task, TaskOutcome } from '../charger/task';
import type { TaskSite } from '../simulator/ports';
import type { TaskDeps } from './tasks';

/** Loaded where it is used: most chargers never see a certificate, and a cold start should not wait for it. */
const x509 = () => import('../certificates/x509');

export async function createCsr(
  { commonName, organization }: Task<'createCsr'>,
  _site: TaskSite,
  _signal: AbortSignal,
  { vault }: TaskDeps,
): Promise<TaskOutcome<'createCsr'>> {
  const { createSigningRequest } = await x509();
  const { csr, key } = await createSigningRequest({ commonName, organization });
  return { ok: true, csr, key: vault.seal(key) };
}

export async function checkRoot({
  certificate: pem,
  issuers,
  mustHaveIssuer,
  at,
}: Task<'checkRoot'>): Promise<TaskOutcome<'checkRoot'>> {
  const { CertificateProblem, isIssuedBy, readCertificates, requireStrength, requireValidity, identify } = await x509();
  return answering(CertificateProblem, () => {
    const [certificate, ...others] = readCertificates(pem);
    if (!certificate || others.length > 0) throw new CertificateProblem('comes with others: a root stands alone');
    if (!certificate.ca) throw new CertificateProblem('is not the certificate of an authority');
    requireValidity(certificate, at);
    requireStrength(certificate);
    const candidates = [...(mustHaveIssuer ? [] : [certificate]), ...issuers.map(fromDer)];
    const issuer = candidates.find((candidate) => isIssuedBy(certificate, candidate));
    const wanted = mustHaveIssuer
      ? 'signed by the root that it replaces'
      : 'self-signed, nor signed by an installed root';
    if (!issuer) throw new CertificateProblem(`is ${mustHaveIssuer ? 'not' : 'neither'} ${wanted}`);
    const der = certificate.raw.toString('base64');
    return { ok: true, root: { ...identify(certificate, issuer), der } };
  });
}

export async function checkChain(
  task: Task<'checkChain'>,
  _site: TaskSite,
  _signal: AbortSignal,
  { vault }: TaskDeps,
): Promise<TaskOutcome<'checkChain'>> {
  const {
    CertificateProblem,
    detailsOf,
    identify,
    namesOf,
    pathToRoot,
    readCertificates,
    requireStrength,
    requireValidity,
  } = await x509();
  const key = createPrivateKey(vault.unseal(task.key));
  return answering(CertificateProblem, () => {
    const [leaf, ...others] = readCertificates(task.chain);
    if (!leaf?.checkPrivateKey(key)) throw new CertificateProblem('is not for the key that was to be signed');
    if (leaf.ca) throw new CertificateProblem('is that of an authority');
    requireValidity(leaf, task.at, true);
    requireStrength(leaf);
    const { commonName, organization } = namesOf(leaf);
    requireName('CN', commonName, task.commonName);
    requireName('O', organization, task.organization);
    const { path, issuer, root } = pathToRoot(
      leaf,
      others,
      task.roots.map(fromDer),
      Math.max(task.at, detailsOf(leaf).notBefore),
    );
    return {
      ok: true,
      details: identify(leaf, issuer),
      chain: path.map(({ raw }) => raw.toString('base64')),
      issuers: path.slice(1).map((one, at) => hashData(identify(one, path[at + 2] ?? root), 'SHA256')),
    };
  });

  function requireName(what: string, found: string | undefined, wanted: string): void {
    if (found === wanted) return;
    throw new CertificateProblem(
      `has the ${what} ${JSON.stringify(found ?? '')} in its subject, not ${JSON.stringify(wanted)}`,
    );
  }
}

/** Who has signed a firmware (security whitepaper L01). */
export async function checkSigner({ wish, roots, at }: Task<'checkSigner'>): Promise<TaskOutcome<'checkSigner'>> {
  const { CertificateProblem } = await x509();
  const { signerKey } = await import('../certificates/signer');
  return answering(CertificateProblem, () => {
    signerKey({ signingCertificate: wish.signing.certificate, roots, at });
    return { ok: true };
  });
}

/** Whose contract an EV shows (OCPP 2.0.1 C07), as far as that can be told here. */
export async function checkContract({
  certificate,
  emaid,
  roots,
  at,
}: Task<'checkContract'>): Promise<TaskOutcome<'checkContract'>> {
  const { CertificateProblem, UnknownIssuer, identify, namesOf, pathToRoot, readCertificates, requireValidity } =
    await x509();
  return answering<TaskOutcome<'checkContract'>>(CertificateProblem, () => {
    const [leaf, ...others] = readCertificates(certificate);
    if (!leaf) throw new CertificateProblem('is missing');
    const { commonName = '' } = namesOf(leaf);
    if (bare(commonName) !== bare(emaid)) throw new CertificateProblem('is that of another contract');
    requireValidity(leaf, at);
    try {
      const { path, root } = pathToRoot(leaf, others, roots.map(fromDer), at);
      const known = path.map((one, index) => identify(one, path[index + 1] ?? root));
      return {
        ok: true,
        hashes: known.map((one) => ({ ...hashData(one, 'SHA256'), responderURL: one.responderUrl ?? '' })),
      };
    } catch (error) {
      if (error instanceof UnknownIssuer) return { ok: true, unknown: error.message };
      throw error;
    }
  });
}

/** An eMAID with or without its separators (ISO 15118-2, annex H). */
const bare = (emaid: string) => emaid.replace(/-/g, '').toUpperCase();

const fromDer = (der: string) => new X509Certificate(Buffer.from(der, 'base64'));

/** A problem with the certificate is an answer; anything else is a defect. */
function answering<T>(problem: new (message: string) => Error, run: () => T): T | { ok: true; problem: string } {
  try {
    return run();
  } catch (error) {
    if (error instanceof problem) return { ok: true, problem: error.message };
    throw error;
  }
}
