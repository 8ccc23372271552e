// Certificates and keys that callers give to chargers: whether they are any, and what they say, so that a charger need not read them
// again. Whether a CSMS takes them is found out by connecting.
import { createPrivateKey, type X509Certificate } from 'node:crypto';
import type { CsmsSettings } from '../charger/charger';
import { sealedParts } from '../charger/sealed';
import { noKey, type Vault } from '../secrets/vault';
import { badInput, type FieldError } from './problem';

type TlsSettings = NonNullable<CsmsSettings['tls']>;

/** Authorities, or certificates of a chain, in one text; more would make the document of the charger large. */
const certificatesMost = 20;

interface TlsInput {
  tls?: { key?: string | undefined } | null | undefined;
}

/** Private keys are kept sealed or not at all. */
export function checkKeyKept({ tls }: TlsInput, vault: Vault): FieldError[] {
  if (vault.canSeal || tls?.key === undefined) return [];
  return [{ path: 'csms.tls.key', message: `cannot be kept: ${noKey}` }];
}

/** The settings with what their certificates say. @throws ProblemError 400 for what is no certificate, or the key of another one */
export async function withTlsDetails(csms: CsmsSettings): Promise<CsmsSettings> {
  const { details: _, ...tls } = csms.tls ?? {};
  if (tls.ca === undefined && tls.certificate === undefined) return csms;
  // Loaded where it is used: most chargers have no certificate.
  const x509 = await import('../certificates/x509');
  const authorities = readPem(x509, 'ca', tls);
  const [certificate] = readPem(x509, 'certificate', tls);
  if (certificate) checkKey(tls, certificate);
  const details = {
    ...(authorities.length > 0 ? { ca: authorities.map((one) => describe(x509, one, authorities)) } : {}),
    ...(certificate ? { certificate: x509.detailsOf(certificate) } : {}),
  };
  return { ...csms, tls: { ...tls, details } };
}

type X509 = typeof import('../certificates/x509');

function readPem({ readCertificates, CertificateProblem }: X509, field: 'ca' | 'certificate', tls: TlsSettings) {
  const pem = tls[field];
  if (pem === undefined) return [];
  try {
    return readCertificates(pem, certificatesMost);
  } catch (error) {
    if (!(error instanceof CertificateProblem)) throw error;
    throw badInput([{ path: `csms.tls.${field}`, message: error.message }]);
  }
}

/** Of one whose issuer is not given, the hashes are made with its own key: nobody will ask for better. */
function describe({ identify, isIssuedBy }: X509, one: X509Certificate, others: X509Certificate[]) {
  return identify(one, others.find((other) => isIssuedBy(one, other)) ?? one);
}

/** A sealed key was checked when it was given. */
function checkKey({ key }: TlsSettings, certificate: X509Certificate): void {
  if (key === undefined || sealedParts(key) || belongs(key, certificate)) return;
  const message = 'must be the private key of csms.tls.certificate, in PEM and not encrypted';
  throw badInput([{ path: 'csms.tls.key', message }]);
}

function belongs(key: string, certificate: X509Certificate): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
