// Certificates for TLS tests, made on the spot: a CA, and whatever it signs.
import { generate } from 'selfsigned';

export interface KeyPair {
  cert: string;
  key: string;
}

export interface LeafOptions {
  /** Name or IPv4 address; default: 127.0.0.1. */
  host?: string;
  from?: string;
  until?: string;
  /** Default: ec (P-256). */
  keyType?: 'ec' | 'rsa';
  ca?: KeyPair;
}

function altNameOf(host: string) {
  const altName = /^[\d.]+$/.test(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host };
  return { name: 'subjectAltName' as const, altNames: [altName] };
}

export async function makeCa(name = 'Test CA'): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Self-signed without `ca`. */
export async function makeCertificate(options: LeafOptions = {}): Promise<KeyPair> {
  const { host = '127.0.0.1', from, until, keyType = 'ec', ca } = options;
  const made = await generate([{ name: 'commonName', value: host }], {
    keyType,
    algorithm: 'sha256',
    extensions: [altNameOf(host)],
    ...(from !== undefined && { notBeforeDate: new Date(from) }),
    ...(until !== undefined && { notAfterDate: new Date(until) }),
    ...(ca !== undefined && { ca }),
  });
  return { cert: made.cert, key: made.private };
}
