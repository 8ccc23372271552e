// The signature of a firmware file: SHA-256 over the whole file, signed with RSA-PSS or ECDSA (security whitepaper for OCPP 1.6, L01.FR.04
// and .12; OCPP 2.0.1 likewise). Whether the certificate may sign firmware at all is decided before the download.
import { constants, createHash, createVerify, type KeyObject, publicDecrypt, X509Certificate } from 'node:crypto';

export interface SignatureCheck {
  take(chunk: Buffer): void;
  /** `valid`, or why it is not; once the file is complete. */
  verdict(): string;
}

/** Checks a base64 `signature` with the key of a PEM `certificate`. */
export function createSignatureCheck(certificate: string, signature: string): SignatureCheck {
  const verify = createVerify('sha256');
  const hash = createHash('sha256');
  return {
    take(chunk) {
      verify.update(chunk);
      hash.update(chunk);
    },
    verdict() {
      try {
        const key = new X509Certificate(certificate).publicKey;
        const how = keyOptions(key, signature);
        if (how === undefined)
          return `the certificate has a key of type ${key.asymmetricKeyType}; RSA and EC are for firmware`;
        if (verify.verify(how, signature, 'base64')) return 'valid';
        if (isPkcs1(key, signature, hash.digest())) return 'it is RSA PKCS #1 v1.5, where RSA-PSS is specified';
        return 'it does not fit the file and the certificate';
      } catch (error) {
        return `it cannot be checked: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
  };
}

function keyOptions(key: KeyObject, signature: string) {
  if (key.asymmetricKeyType === 'ec') return { key, dsaEncoding: ecEncoding(signature) };
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') {
    return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  }
  return undefined;
}

/** What `openssl dgst -sign` makes unless it is told otherwise: worth a word of its own. */
function isPkcs1(key: KeyObject, signature: string, digest: Buffer): boolean {
  if (key.asymmetricKeyType !== 'rsa') return false;
  try {
    const padding = constants.RSA_PKCS1_PADDING;
    return publicDecrypt({ key, padding }, Buffer.from(signature, 'base64')).subarray(-digest.length).equals(digest);
  } catch {
    return false;
  }
}

/** Tools write the two numbers of an ECDSA signature as a DER sequence or one after the other. */
function ecEncoding(signature: string): 'der' | 'ieee-p1363' {
  const bytes = Buffer.from(signature, 'base64');
  const sequence = bytes[0] === 0x30 && bytes[1] === bytes.length - 2;
  const long = bytes[0] === 0x30 && bytes[1] === 0x81 && bytes[2] === bytes.length - 3;
  return sequence || long ? 'der' : 'ieee-p1363';
}
