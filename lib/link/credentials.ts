// How a charger proves who it is and checks the CSMS: Basic authentication and TLS of the OCPP security profiles (security
// whitepaper for OCPP 1.6, §2). Secrets pass through here; none may end up in a detail.
import { createHash, X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { LinkTrust } from '../charger/certificates';
import type { CsmsSettings } from '../charger/charger';
import type { Vault } from '../secrets/vault';
import type { LinkFailure } from './failure';

type TlsSettings = NonNullable<CsmsSettings['tls']>;

/** Profiles 2 and 3 are TLS (whitepaper §2.4, §2.5), 3 with a client certificate. `undefined`: nothing is wrong. */
export function profileFailure(url: URL, csms: CsmsSettings): LinkFailure | undefined {
  const { securityProfile: profile = 0, tls } = csms;
  if (profile >= 2 && url.protocol !== 'wss:') {
    const scheme = url.protocol.replace(':', '://');
    return {
      kind: 'forbiddenHost',
      detail: `security profile ${profile} forbids ${scheme}: csms.url must start with wss://`,
    };
  }
  if (profile === 3 && (tls?.certificate === undefined || tls.key === undefined)) {
    return {
      kind: 'tls',
      detail: 'security profile 3 needs csms.tls.certificate and csms.tls.key (client certificate)',
    };
  }
  return undefined;
}

/** The Basic header of profiles 1 and 2, and of settings that name no profile; profiles 0 and 3 authenticate otherwise. */
export function authorization({ securityProfile, basicAuth }: CsmsSettings): Record<string, string> {
  if (basicAuth === undefined || securityProfile === 0 || securityProfile === 3) return {};
  const { username, password, encoding = 'utf8' } = basicAuth;
  const pair = Buffer.concat([Buffer.from(`${username}:`, 'utf8'), Buffer.from(password, encoding)]);
  return { Authorization: `Basic ${pair.toString('base64')}` };
}

/**
 * What is fit to be used: forward secrecy and authenticated encryption, and the suites that a CSMS must have
 * (whitepaper A00.FR.317 to A00.FR.319).
 */
const cipherSuites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
].join(':');

/** The same settings with their secrets as they are used. @throws VaultError */
export function unsealed(csms: CsmsSettings, { unseal }: Vault): CsmsSettings {
  const { basicAuth, tls } = csms;
  return {
    ...csms,
    ...(basicAuth && { basicAuth: { ...basicAuth, password: unseal(basicAuth.password) } }),
    ...(tls?.key !== undefined && { tls: { ...tls, key: unseal(tls.key) } }),
  };
}

const contextsKept = 200;

/** What a TLS context is made of. */
export type TlsParts = TlsSettings & { trust?: LinkTrust | undefined };

/**
 * TLS contexts by what they are made of: chargers with the same CA share one (a context of its own costs each link
 * tens of kilobytes). The oldest go when there are too many. TLS 1.2 at least (whitepaper A00.FR.312).
 * @throws Error saying which part of `tls` cannot be used
 */
export function createTlsContexts(): (parts?: TlsParts) => SecureContext {
  const contexts = new Map<string, SecureContext>();
  return (parts = {}) => {
    const { ca, certificate, key, trust } = parts;
    const text = JSON.stringify([ca, certificate, key, trust?.installed, trust?.only]);
    const name = createHash('sha256').update(text).digest('base64');
    const context = contexts.get(name) ?? createSecureContext(contextOptions(parts));
    contexts.delete(name);
    contexts.set(name, context);
    const [oldest] = contexts.keys();
    if (contexts.size > contextsKept && oldest !== undefined) contexts.delete(oldest);
    return context;
  };
}

/** Node takes a CA that is none, and a certificate without its key, and fails later in other words. */
function contextOptions({ ca, certificate, key, trust }: TlsParts) {
  if (ca !== undefined && !isCertificate(ca)) throw new Error('ca is not a PEM certificate');
  if ((certificate === undefined) !== (key === undefined)) throw new Error('certificate and key go together');
  return {
    minVersion: 'TLSv1.2' as const,
    ciphers: cipherSuites,
    ...trustOptions(ca, trust),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
  };
}

/** What is given replaces the authorities that Node trusts; what is installed comes on top, or stands alone. */
function trustOptions(ca: string | undefined, trust: LinkTrust | undefined) {
  if (!trust) return ca === undefined ? {} : { ca };
  const others = trust.only ? [] : ca === undefined ? rootCertificates : [ca];
  // A root that its predecessor has signed is an anchor of its own (whitepaper §7.1).
  return { ca: [...others, ...(trust.installed === '' ? [] : [trust.installed])], allowPartialTrustChain: true };
}

/** Fingerprint of the root that the certificate of the peer leads to. */
export function rootFingerprint(socket: TLSSocket): string | undefined {
  let top = socket.getPeerCertificate(true);
  while (top.issuerCertificate && top.issuerCertificate !== top) top = top.issuerCertificate;
  return top.raw && createHash('sha256').update(top.raw).digest('base64');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) !== undefined;
  } catch {
    return false;
  }
}

const refuseIdentity = () =>
  Object.assign(new Error('refused by a network fault'), { code: 'ERR_TLS_REFUSED_ON_REQUEST' });

/**
 * Certificates are always verified; without `verifyHostname` only the name in them does not matter. `refuses`: none is good enough,
 * because a tester wants the handshake refused.
 */
export function verification(tls: TlsSettings | undefined, refuses = false) {
  const anyName = { checkServerIdentity: () => undefined };
  const noName = { checkServerIdentity: refuseIdentity };
  return { rejectUnauthorized: true, ...(tls?.verifyHostname === false && anyName), ...(refuses && noName) };
}
