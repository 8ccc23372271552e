// A certificate authority for tests: makes roots and issuing authorities, and signs what chargers ask it to, well or badly.
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
} from '@peculiar/asn1-x509';

export interface Wishes {
  commonName?: string;
  /** `null`: none. */
  organization?: string | null;
  from?: string;
  until?: string;
  ca?: boolean;
  /** Hexadecimal. */
  serialNumber?: string;
  /** Default: P-256. */
  key?: { privateKey: KeyObject; publicKey: KeyObject };
  hash?: 'sha1' | 'sha256';
}

export interface Authority {
  /** PEM. */
  cert: string;
  /** PEM. */
  key: string;
  /** DER in base64. */
  der: string;
  /** Signs a CSR in PEM, whatever it says; `wishes` instead of what it asks for. */
  sign(csr: string, wishes?: Wishes): string;
  /** A certificate with a key of its own. */
  issue(wishes?: Wishes): { cert: string; key: string };
  /** An issuing authority below this one. */
  sub(wishes?: Wishes): Authority;
}

const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  basicConstraints: '2.5.29.19',
  rsaSha256: '1.2.840.113549.1.1.11',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  ecdsaSha1: '1.2.840.10045.4.1',
};

interface Issuer {
  name: Name;
  privateKey: KeyObject;
}

export const pemOf = (der: Uint8Array, what = 'CERTIFICATE') =>
  `-----BEGIN ${what}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${what}-----\n`;

const bytesOf = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');

function nameOf(commonName: string, organization: string | null): Name {
  const part = (type: string, utf8String: string) =>
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: new AttributeValue({ utf8String }) })]);
  return new Name([
    part(oids.commonName, commonName),
    ...(organization === null ? [] : [part(oids.organization, organization)]),
  ]);
}

export const ecKey = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });

function certify(subject: Name, publicKey: KeyObject, issuer: Issuer, wishes: Wishes): Buffer {
  const { from = '2025-01-01', until = '2035-01-01', ca = false, hash = 'sha256' } = wishes;
  const serial = wishes.serialNumber ?? `01${randomBytes(8).toString('hex')}`;
  const rsa = issuer.privateKey.asymmetricKeyType === 'rsa';
  const algorithm = rsa ? oids.rsaSha256 : hash === 'sha1' ? oids.ecdsaSha1 : oids.ecdsaSha256;
  const constraints = new Extension({
    extnID: oids.basicConstraints,
    critical: true,
    extnValue: new OctetString(AsnConvert.serialize(new BasicConstraints({ cA: ca }))),
  });
  const tbsCertificate = new TBSCertificate({
    version: 2,
    serialNumber: Uint8Array.from(Buffer.from(serial, 'hex')).buffer,
    signature: new AlgorithmIdentifier({ algorithm }),
    issuer: issuer.name,
    validity: new Validity({ notBefore: new Date(from), notAfter: new Date(until) }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo),
    extensions: new Extensions([constraints]),
  });
  const signature = sign(hash, Buffer.from(AsnConvert.serialize(tbsCertificate)), issuer.privateKey);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm }),
    signatureValue: Uint8Array.from(signature).buffer,
  });
  return Buffer.from(AsnConvert.serialize(certificate));
}

function authority(wishes: Wishes, issuer?: Issuer): Authority {
  const { privateKey, publicKey } = wishes.key ?? ecKey();
  const { organization = 'Test CPO' } = wishes;
  const name = nameOf(wishes.commonName ?? 'Test Root', organization);
  const own: Issuer = { name, privateKey };
  const der = certify(name, publicKey, issuer ?? own, { ca: true, ...wishes });
  return {
    cert: pemOf(der),
    key: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    der: der.toString('base64'),
    sign(csr, more = {}) {
      const { certificationRequestInfo: info } = AsnConvert.parse(bytesOf(csr), CertificationRequest);
      const changed = more.commonName !== undefined || more.organization !== undefined;
      const subject = changed ? nameOf(more.commonName ?? 'CP-1', more.organization ?? null) : info.subject;
      const asked = createPublicKey({
        key: Buffer.from(AsnConvert.serialize(info.subjectPKInfo)),
        format: 'der',
        type: 'spki',
      });
      return pemOf(certify(subject, more.key?.publicKey ?? asked, own, more));
    },
    issue(more = {}) {
      const key = more.key ?? ecKey();
      const subject = nameOf(more.commonName ?? 'CP-1', more.organization ?? null);
      const cert = pemOf(certify(subject, key.publicKey, own, more));
      return { cert, key: String(key.privateKey.export({ format: 'pem', type: 'pkcs8' })) };
    },
    sub: (more = {}) => authority({ commonName: 'Test Issuer', ...more }, own),
  };
}

/** A root that has signed itself. */
export function createRoot(wishes: Wishes = {}): Authority {
  return authority(wishes);
}
