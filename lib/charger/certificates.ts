// Certificates in the charger document, the same for every OCPP version: the roots that a charger trusts, its own certificates, and
// which of them a connection uses. They are read and checked by tasks; here is what is kept of them.
import type { Charger, CsmsSettings } from './charger';
import type { SecurityState } from './security';

/** What a root is trusted for: the CSMS, firmware, certificates of charging stations towards EVs, contracts of drivers (ISO 15118). */
export type CertificateUse = 'csms' | 'manufacturer' | 'v2g' | 'mo';

export const hashAlgorithms = ['SHA256', 'SHA384', 'SHA512'] as const;
export type HashAlgorithm = (typeof hashAlgorithms)[number];

/** CertificateHashData of both versions (security whitepaper §6.1, RFC 6960 §4.1.1), hexadecimal. */
export interface CertificateHash {
  hashAlgorithm: HashAlgorithm;
  issuerNameHash: string;
  issuerKeyHash: string;
  serialNumber: string;
}

/** What there is to know of a certificate without reading it again. Times are epoch milliseconds. */
export interface CertificateDetails {
  /** Such as `CN=Root, O=Example`. */
  subject: string;
  /** Hexadecimal, without leading zeros. */
  serialNumber: string;
  notBefore: number;
  notAfter: number;
}

/** What it takes to name a certificate in OCPP. */
export interface IdentifiedDetails extends CertificateDetails {
  /** SHA-256 of the certificate, base64. */
  fingerprint: string;
  /** By algorithm: hash of the issuer's name, and of the issuer's key. */
  hashes: Record<HashAlgorithm, [name: string, key: string]>;
  /** Where its status can be asked for (OCSP), if it says so. */
  responderUrl?: string;
}

/** A root certificate that the CSMS has installed. */
export interface RootCertificate extends IdentifiedDetails {
  use: CertificateUse;
  /** DER in base64: what PEM has between its lines. */
  der: string;
  /** It has been replaced, and is trusted only if its successor does not do (M05.FR.11). */
  fallback?: true;
}

/** A certificate of the charger, from a CSR of its own. */
export interface OwnCertificate extends IdentifiedDetails {
  /** DER in base64, the charger's first, its issuers after it. */
  chain: string[];
  /** PKCS #8 in PEM, sealed where the document is kept. */
  key: string;
  /** Of those in the chain after the first; absent: none, or nobody asks. */
  issuers?: CertificateHash[];
}

/** What is known of the certificates among the settings of a charger, by their order there. */
export interface TlsDetails {
  ca?: IdentifiedDetails[];
  certificate?: CertificateDetails;
}

/** A root certificate with where it is kept. */
interface Trusted {
  root: IdentifiedDetails;
  use: CertificateUse;
  fallback?: true;
  remove: () => void;
}

/** DER in base64 as PEM text. */
export function pemOf(der: string): string {
  return `-----BEGIN CERTIFICATE-----\n${der.replace(/(.{64})(?=.)/g, '$1\n')}\n-----END CERTIFICATE-----\n`;
}

/** The certificates in a PEM text, as DER in base64. */
export function dersOf(pem: string): string[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return [...blocks].map(([, body = '']) => body.replace(/\s/g, ''));
}

/** Changes the security part of the document; what is `undefined` is taken out. */
export function updateSecurity(
  charger: Charger,
  changes: { [K in keyof SecurityState]?: SecurityState[K] | undefined },
): void {
  const merged = Object.entries({ ...charger.security, ...changes }).filter(([, value]) => value !== undefined);
  if (merged.length === 0) delete charger.security;
  else charger.security = Object.fromEntries(merged) as SecurityState;
}

/** Every root certificate that the charger trusts: from its settings, and installed by the CSMS. */
function trusted(charger: Charger): Trusted[] {
  const { details: { ca = [] } = {} } = charger.csms.tls ?? {};
  const given = ca.map((root) => ({ root, use: 'csms' as const, remove: () => removeGiven(charger, root) }));
  const installed = installedRoots(charger).map((root) => ({
    root,
    use: root.use,
    ...(root.fallback ? { fallback: root.fallback } : {}),
    remove: () => keepRoots(charger, (other) => other !== root),
  }));
  return [...given, ...installed];
}

export function installedRoots({ security }: Charger): RootCertificate[] {
  return security?.roots ?? [];
}

function keepRoots(charger: Charger, keep: (root: RootCertificate) => boolean): void {
  const roots = installedRoots(charger).filter(keep);
  updateSecurity(charger, { roots: roots.length > 0 ? roots : undefined });
}

function removeGiven(charger: Charger, root: IdentifiedDetails): void {
  const { ca: pem = '', details, ...rest } = charger.csms.tls ?? {};
  const at = (details?.ca ?? []).indexOf(root);
  const ders = dersOf(pem).filter((_, index) => index !== at);
  const ca = (details?.ca ?? []).filter((other) => other !== root);
  const kept =
    ders.length > 0 ? { ca: ders.map(pemOf).join(''), details: { ...details, ca } } : { details: { ...details, ca } };
  charger.csms = { ...charger.csms, tls: { ...rest, ...kept } };
}

/** How many root certificates the charger holds, of all uses. */
export function countRoots(charger: Charger): number {
  return trusted(charger).length;
}

/** What is known of every root certificate of a use. */
export function rootDetails(charger: Charger, use: CertificateUse): IdentifiedDetails[] {
  return trusted(charger).flatMap((one) => (one.use === use ? [one.root] : []));
}

/** Every root certificate, for people: what it is for, and whether it was installed over OCPP and replaced since. */
export function viewRoots(charger: Charger): { use: CertificateUse; replaced?: true; details: CertificateDetails }[] {
  return trusted(charger).map(({ root, use, fallback }) => ({
    use,
    ...(fallback && { replaced: true }),
    details: root,
  }));
}

/** Hash data of every root certificate of a use. */
export function hashDataOf(charger: Charger, use: CertificateUse): CertificateHash[] {
  return rootDetails(charger, use).map((root) => hashData(root, 'SHA256'));
}

/** Hash data of a certificate that is known. */
export function hashData({ hashes, serialNumber }: IdentifiedDetails, hashAlgorithm: HashAlgorithm): CertificateHash {
  const [issuerNameHash, issuerKeyHash] = hashes[hashAlgorithm];
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
}

/** The root certificate with this hash data; all of it is compared without regard to case (CiString). */
export function findRoot(charger: Charger, wanted: CertificateHash): Trusted | undefined {
  const text = textOfHash(wanted);
  return trusted(charger).find(({ root }) => textOfHash(hashData(root, wanted.hashAlgorithm)) === text);
}

/** Hash data that can be compared: without regard to case (CiString) and leading zeros. */
export const textOfHash = ({ issuerNameHash, issuerKeyHash, serialNumber }: CertificateHash) =>
  [issuerNameHash, issuerKeyHash, serialNumber.replace(/^0+(?=.)/, '')].join('/').toLowerCase();

/** Is this the charger's own certificate, as far as it was signed for it? */
export function isOwn({ security }: Charger, wanted: CertificateHash): boolean {
  const text = textOfHash(wanted);
  return [security?.own, security?.next].some((own) => own && textOfHash(hashData(own, wanted.hashAlgorithm)) === text);
}

/** Adds a root. */
export function installRoot(charger: Charger, root: RootCertificate): void {
  updateSecurity(charger, { roots: [...installedRoots(charger), root] });
}

/** Is this very certificate held for this use already? */
export function holdsRoot(charger: Charger, root: RootCertificate): boolean {
  return trusted(charger).some(({ root: held, use }) => held.fingerprint === root.fingerprint && use === root.use);
}

/** DER of every root of a use, to check chains against. */
export function rootsOf(charger: Charger, use: CertificateUse): string[] {
  const given = use === 'csms' ? dersOf(charger.csms.tls?.ca ?? '') : [];
  return [...given, ...installedRoots(charger).flatMap((root) => (root.use === use ? [root.der] : []))];
}

/** DER of the roots that connections are checked against first: without those that were replaced. */
export function connectionRoots(charger: Charger): string[] {
  const given = dersOf(charger.csms.tls?.ca ?? '');
  return [
    ...given,
    ...installedRoots(charger).flatMap(({ use, fallback, der }) => (use === 'csms' && !fallback ? [der] : [])),
  ];
}

/**
 * The roots of the CSMS give way to one that they have signed: they are kept as a fallback, and nothing but what is installed is trusted
 * from now on (AdditionalRootCertificateCheck, M05.FR.08 to M05.FR.11).
 */
export function demoteRoots(charger: Charger): void {
  const { ca, details, ...rest } = charger.csms.tls ?? {};
  const ders = dersOf(ca ?? '');
  const given = (details?.ca ?? []).flatMap((root, at) => {
    const der = ders[at];
    return der === undefined ? [] : [{ ...root, use: 'csms' as const, der }];
  });
  if (ca !== undefined)
    charger.csms = { ...charger.csms, tls: { ...rest, ...(details ? { details: { ...details, ca: [] } } : {}) } };
  const installed = installedRoots(charger).filter(({ fallback }) => !fallback);
  const roots = [...given, ...installed].map((root) =>
    root.use === 'csms' ? { ...root, fallback: true as const } : root,
  );
  updateSecurity(charger, { roots, onlyInstalled: true });
}

/** Roots that were replaced are not needed any more (M05.FR.12). */
export function dropFallbacks(charger: Charger): boolean {
  if (!installedRoots(charger).some(({ fallback }) => fallback)) return false;
  keepRoots(charger, ({ fallback }) => !fallback);
  return true;
}

/** The certificate that the charger shows now: its newest, else the one it was given. */
export function ownCertificate({ csms, security }: Charger): CertificateDetails | undefined {
  return security?.own ?? csms.tls?.details?.certificate;
}

export function hasOwnCertificate({ csms, security }: Charger): boolean {
  return security?.own !== undefined || (csms.tls?.certificate !== undefined && csms.tls.key !== undefined);
}

/** What a connection trusts besides the authorities that it would trust anyway. */
export interface LinkTrust {
  /** PEM. */
  installed: string;
  /** Nothing else is trusted. */
  only?: true;
}

/** Settings of the next connection: with what has been installed since the charger was created. */
export function connectionOf({ csms, security }: Charger): { csms: CsmsSettings; trust?: LinkTrust } {
  const { own, roots = [], triesFallback = false, onlyInstalled } = security ?? {};
  const installed = roots.filter(({ use, fallback = false }) => use === 'csms' && fallback === triesFallback);
  const identity = own && { certificate: own.chain.map(pemOf).join(''), key: own.key };
  return {
    csms: identity ? { ...csms, tls: { ...csms.tls, ...identity } } : csms,
    ...(installed.length > 0 || onlyInstalled
      ? {
          trust: {
            installed: installed.map(({ der }) => pemOf(der)).join(''),
            ...(onlyInstalled ? { only: true } : {}),
          },
        }
      : {}),
  };
}
