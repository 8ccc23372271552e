// The signature of a firmware file: SHA-256 over the whole file, signed with RSA-PSS or ECDSA (security whitepaper for OCPP 1.6, L01.FR.04
// and .12; OCPP 2.0.1 likewise). Whether the certificate may sign firmware at all is decided before the download.
import { constants, createVerify, X509Certificate } from 'node:crypto';

export interface SignatureCheck {
  take(chunk: Buffer): void;
  /** `valid`, or why it is not; once the file is complete. */
  verdict(): string;
}

/** Checks a base64 `signature` with the key of a PEM `certificate`. */
export function createSignatureCheck(certificate: string, signature: string): SignatureCheck {
  const verify = createVerify('sha256');
  return {
    take: (chunk) => void verify.update(chunk),
    verdict() {
      try {
        const key = keyOptions(certificate, signature);
        if (typeof key === 'string') return key;
        return verify.verify(key, signature, 'base64') ? 'valid' : 'it does not fit the file and the certificate';
      } catch (error) {
        return `it cannot be checked: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
  };
}

function keyOptions(certificate: string, signature: string) {
  const key = new X509Certificate(certificate).publicKey;
  if (key.asymmetricKeyType === 'ec') return { key, dsaEncoding: ecEncoding(signature) };
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') {
    return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  }
  return `the certificate has a key of type ${key.asymmetricKeyType}; RSA and EC are for firmware`;
}

/** Tools write the two numbers of an ECDSA signature as a DER sequence or one after the other. */
function ecEncoding(signature: string): 'der' | 'ieee-p1363' {
  const bytes = Buffer.from(signature, 'base64');
  const sequence = bytes[0] === 0x30 && bytes[1] === bytes.length - 2;
  const long = bytes[0] === 0x30 && bytes[1] === 0x81 && bytes[2] === bytes.length - 3;
  return sequence || long ? 'der' : 'ieee-p1363';
}
