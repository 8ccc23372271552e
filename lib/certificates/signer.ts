// Who has signed a firmware (security whitepaper L01): whether the signing certificate may be trusted, and its key to check the signature
// with. Fetching the firmware, and what follows for a charger, is elsewhere.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { CertificateProblem, pathToRoot, readCertificates, requireStrength, requireValidity } from './x509';

export interface SignerQuestion {
  /** PEM: the signing certificate, and after it those between it and the root. */
  signingCertificate: string;
  /** DER in base64: `rootsOf(charger, 'manufacturer')`. */
  roots: string[];
  /** The charger's time, epoch milliseconds. */
  at: number;
}

/**
 * The public key of a signing certificate that is valid, strong enough, no authority, and leads to a root of the manufacturer.
 * @throws CertificateProblem saying what is wrong with it (InvalidFirmwareSigningCertificate)
 */
export function signerKey({ signingCertificate, roots, at }: SignerQuestion): KeyObject {
  const [leaf, ...others] = readCertificates(signingCertificate);
  if (!leaf || leaf.ca) throw new CertificateProblem('is that of an authority');
  requireValidity(leaf, at);
  requireStrength(leaf);
  const anchors = roots.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
  pathToRoot(leaf, others, anchors, at);
  return leaf.publicKey;
}
