// X.509 certificates and signing requests (RFC 5280, RFC 2986) as the charger's tasks and the API need them: read, checked, made. What
// follows for a charger is decided elsewhere. Node does what it can; names and keys are taken apart by ASN.1 schemas.
import {
  createHash,
  generateKeyPair,
  type KeyObject,
  type KeyPairKeyObjectResult,
  sign,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import type { CertificateDetails, HashAlgorithm, IdentifiedDetails } from '../charger/certificates';

/** Thrown for a certificate that cannot be used; the message completes "the certificate …". */
export class CertificateProblem extends Error {
  override name = 'CertificateProblem';
}

/** Certificates in one text at most: a chain is short. */
const certificatesMost = 10;

/** It leads to no root that is known here: others may know it. */
export class UnknownIssuer extends CertificateProblem {}

/** The certificates of a PEM text, in order. @throws CertificateProblem */
export function readCertificates(pem: string, most = certificatesMost): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new CertificateProblem('is not PEM text of a certificate');
  if (blocks.length > most) throw new CertificateProblem(`comes with more than ${most} others`);
  return blocks.map(readOne);
}

function readOne(pem: string): X509Certificate {
  try {
    const certificate = new X509Certificate(pem);
    // Parts that are read late must not throw late.
    AsnConvert.parse(certificate.raw, Certificate);
    certificate.publicKey.asymmetricKeyType;
    return certificate;
  } catch {
    throw new CertificateProblem('cannot be read: it is broken, or its key is of an unknown kind');
  }
}

export function detailsOf(certificate: X509Certificate): CertificateDetails {
  return {
    subject: certificate.subject.split('\n').join(', ').slice(0, 300),
    serialNumber: certificate.serialNumber.replace(/^0+(?=.)/, ''),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
  };
}

/** OCSPRequestDataType has room for so many characters. */
const responderUrlMost = 512;

/** Details and hash data of a certificate; `issuer` is itself where it is self-signed. */
export function identify(certificate: X509Certificate, issuer: X509Certificate): IdentifiedDetails {
  const hashes = (algorithm: string): [string, string] => [
    hash(algorithm, issuerNameOf(certificate)),
    hash(algorithm, keyBitsOf(issuer)),
  ];
  const responderUrl = /^OCSP - URI:(\S+)$/m.exec(certificate.infoAccess ?? '')?.[1]?.slice(0, responderUrlMost);
  return {
    ...detailsOf(certificate),
    ...(responderUrl === undefined ? {} : { responderUrl }),
    fingerprint: fingerprintOf(certificate),
    hashes: { SHA256: hashes('sha256'), SHA384: hashes('sha384'), SHA512: hashes('sha512') } satisfies Record<
      HashAlgorithm,
      unknown
    >,
  };
}

const hash = (algorithm: string, data: Uint8Array) => createHash(algorithm).update(data).digest('hex');

export function fingerprintOf({ raw }: { raw: Buffer }): string {
  return createHash('sha256').update(raw).digest('base64');
}

/** DER of the issuer's name in the certificate (RFC 6960 §4.1.1). */
function issuerNameOf({ raw }: X509Certificate): Uint8Array {
  return new Uint8Array(AsnConvert.serialize(AsnConvert.parse(raw, Certificate).tbsCertificate.issuer));
}

/** The public key without its wrapping: value of the BIT STRING, without tag, length and count of unused bits (RFC 6960 §4.1.1). */
function keyBitsOf({ raw }: X509Certificate): Uint8Array {
  return new Uint8Array(AsnConvert.parse(raw, Certificate).tbsCertificate.subjectPublicKeyInfo.subjectPublicKey);
}

/** CN and O of the subject; a name that has several has none for us. */
export function namesOf(certificate: X509Certificate): { commonName?: string; organization?: string } {
  const subject = certificate.toLegacyObject().subject as unknown as Record<string, unknown> | undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const [commonName, organization] = [text(subject?.CN), text(subject?.O)];
  return {
    ...(commonName === undefined ? {} : { commonName }),
    ...(organization === undefined ? {} : { organization }),
  };
}

/** Signature algorithms that are not fit to be used any more (security whitepaper A00.FR.504): MD5 and SHA-1. */
const weakSignatures: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10040.4.3',
  '1.2.840.10045.4.1',
]);

/** 112 bits of security (A00.FR.501 to A00.FR.503). */
const leastBits = { rsa: 2048, ec: 224 };

/** Checks key and signature of one certificate. @throws CertificateProblem */
export function requireStrength(certificate: X509Certificate): void {
  const { algorithm } = AsnConvert.parse(certificate.raw, Certificate).signatureAlgorithm;
  if (weakSignatures.has(algorithm)) throw new CertificateProblem('is signed with an algorithm that is not secure');
  const weak = weaknessOf(certificate.publicKey);
  if (weak !== undefined) throw new CertificateProblem(`has ${weak}`);
}

function weaknessOf(key: KeyObject): string | undefined {
  const { asymmetricKeyDetails = {} } = key;
  const kind: string = key.asymmetricKeyType ?? 'unknown';
  const { modulusLength = 0, namedCurve = '' } = asymmetricKeyDetails;
  if (/^(rsa|rsa-pss|dsa)$/.test(kind)) {
    return modulusLength >= leastBits.rsa ? undefined : `a key of ${modulusLength} bits, less than ${leastBits.rsa}`;
  }
  if (/^ed(25519|448)$/.test(kind)) return undefined;
  if (kind !== 'ec') return `a key of kind ${kind}, which cannot sign`;
  const bits = Number(/\d{3}/.exec(namedCurve)?.[0] ?? 0);
  return bits >= leastBits.ec ? undefined : `a key on the curve ${namedCurve}, of less than ${leastBits.ec} bits`;
}

/** @throws CertificateProblem unless the certificate is valid at `at` (epoch ms), or will be, with `future` */
export function requireValidity(certificate: X509Certificate, at: number, future = false): void {
  const { notBefore, notAfter } = detailsOf(certificate);
  if (!(at <= notAfter)) throw new CertificateProblem(`has expired on ${certificate.validTo}`);
  if (!future && !(at >= notBefore)) throw new CertificateProblem(`is not valid before ${certificate.validFrom}`);
}

/** Has this issuer signed that certificate, and may it? Names, key usage and signature are looked at. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // An algorithm that is not known here.
    return false;
  }
}

/**
 * The path from a certificate to one of the roots, without the root: the certificate first; who issued it; and that root. Every one on it is valid at `at`
 * (epoch ms), strong enough and signed by the next (RFC 5280 §6.1).
 * @throws CertificateProblem
 */
export function pathToRoot(
  leaf: X509Certificate,
  others: X509Certificate[],
  roots: X509Certificate[],
  at: number,
): { path: X509Certificate[]; issuer: X509Certificate; root: X509Certificate } {
  if (roots.length === 0) throw new UnknownIssuer('cannot be checked: no root certificate is installed');
  const path = [leaf];
  for (let last = leaf; ; ) {
    const root = roots.find((candidate) => isIssuedBy(last, candidate));
    if (root) {
      requireValidity(root, at);
      return { path, issuer: path[1] ?? root, root };
    }
    const issuer = others.find((candidate) => !path.includes(candidate) && isIssuedBy(last, candidate));
    if (!issuer) throw new UnknownIssuer('is not signed by an installed root certificate, nor by one of its chain');
    requireValidity(issuer, at);
    requireStrength(issuer);
    path.push(issuer);
    last = issuer;
  }
}

const generate = promisify(generateKeyPair) as (type: 'ec', options: object) => Promise<KeyPairKeyObjectResult>;

const oids = { commonName: '2.5.4.3', organizationName: '2.5.4.10', ecdsaWithSha256: '1.2.840.10045.4.3.2' };

/** A new key on P-256, as PKCS #8 in PEM, and the request to sign it, in PEM. */
export async function createSigningRequest(names: {
  commonName: string;
  organization: string;
}): Promise<{ csr: string; key: string }> {
  const { privateKey, publicKey } = await generate('ec', { namedCurve: 'P-256' });
  const certificationRequestInfo = new CertificationRequestInfo({
    subject: new Name([rdn(oids.commonName, names.commonName), rdn(oids.organizationName, names.organization)]),
    subjectPKInfo: AsnConvert.parse(publicKey.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo),
    attributes: new Attributes(),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(certificationRequestInfo)), privateKey);
  const request = new CertificationRequest({
    certificationRequestInfo,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: oids.ecdsaWithSha256 }),
    signature: Uint8Array.from(signature).buffer,
  });
  const key = String(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return { csr: requestPem(Buffer.from(AsnConvert.serialize(request))), key };
}

function rdn(type: string, utf8String: string): RelativeDistinguishedName {
  return new RelativeDistinguishedName([
    new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) }),
  ]);
}

function requestPem(der: Buffer): string {
  const lines = der.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines}\n-----END CERTIFICATE REQUEST-----\n`;
}
