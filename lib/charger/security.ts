// A charger's security, the same for every OCPP version: what it remembers, and how it tries new credentials (a security profile, a
// certificate, a root) and falls back to those before (OCPP 1.6 security whitepaper A05, A02, M05). Who may ask for them is the dialect's.
import { dropFallbacks, type OwnCertificate, type RootCertificate, updateSecurity } from './certificates';
import type { Charger, CsmsSettings } from './charger';
import { type Context, note } from './context';
import { raiseSecurityEvent, type SecurityLogEntry, type TlsFault } from './security-events';

export type SecurityProfile = 0 | 1 | 2 | 3;

/** Only data; absent parts are left out to keep it small. */
export interface SecurityState {
  /** Newest last. */
  log?: SecurityLogEntry[];
  /** Roots that the CSMS has installed, in that order. */
  roots?: RootCertificate[];
  /** Only installed roots are trusted. */
  onlyInstalled?: true;
  /** The next connection is checked against the roots that were replaced. */
  triesFallback?: true;
  csr?: CsrState;
  /** The charger's newest certificate that is valid. */
  own?: OwnCertificate;
  /** One whose time has not come. */
  next?: OwnCertificate;
  trial?: Trial;
  /** The certificate that the charger shows to EVs (ISO 15118), and its CSR. */
  v2g?: { csr?: CsrState; own?: OwnCertificate };
}

/** What a certificate of the charger is for: connections to the CSMS, or those of EVs to the charger. */
export type CertificateKind = 'station' | 'v2g';

/** The CSR that was sent last: its key, and what the certificate must say. */
export interface CsrState {
  key: string;
  commonName: string;
  organization: string;
  /** The certificate is to be used for everything. */
  combined?: true;
  /** How often it has been sent again. */
  repeats?: number;
}

/** New credentials have not been connected with yet: what to fall back to, and how often they have failed. */
export interface Trial {
  failures: number;
  profile?: { url: string; securityProfile: SecurityProfile };
  /** The certificate before, `null`: the one that the charger was given. */
  certificate?: OwnCertificate | null;
}

/** Attempts to connect with new credentials before the charger falls back: a CSMS may have to make ready for them. */
const trialAttempts = 3;

/** The profile in use; 0 where none has been configured (§7.6). */
export function profileOf({ csms }: Charger): SecurityProfile {
  return csms.securityProfile ?? 0;
}

/** Changes the settings so that the next connection uses another profile, at the URL that belongs to it. */
export function tryProfile(charger: Charger, securityProfile: SecurityProfile, secureUrl: string): void {
  const before = profileOf(charger);
  if (securityProfile === before) return;
  const { url } = charger.csms;
  const { trial } = charger.security ?? {};
  const profile = trial?.profile ?? { url, securityProfile: before };
  updateSecurity(charger, { trial: { ...trial, profile, failures: 0 } });
  charger.csms = { ...charger.csms, url: urlOf(charger.csms, securityProfile, secureUrl), securityProfile };
  charger.revision += 1;
}

/** TLS has another scheme, and may have another address. */
function urlOf({ url }: CsmsSettings, profile: SecurityProfile, secureUrl: string): string {
  if (profile >= 2) return secureUrl !== '' ? secureUrl : url.replace(/^ws:/i, 'wss:');
  return profile === 1 ? url.replace(/^wss:/i, 'ws:') : url;
}

/** The next connection shows another certificate. */
export function tryCertificate(charger: Charger, own: OwnCertificate): void {
  const { trial, own: present } = charger.security ?? {};
  const certificate = trial?.certificate === undefined ? (present ?? null) : trial.certificate;
  updateSecurity(charger, { own, next: undefined, trial: { ...trial, certificate, failures: 0 } });
}

/** The link is up with the credentials that were tried: they stay (A05.FR.07, A02.FR.10), and so does the root that it was checked against. */
export function credentialsWork(context: Context): void {
  const { charger } = context;
  const { trial, triesFallback } = charger.security ?? {};
  if (trial) updateSecurity(charger, { trial: undefined });
  if (triesFallback) updateSecurity(charger, { triesFallback: undefined });
  const dropped = !triesFallback && isSecure(charger) && dropFallbacks(charger);
  if (trial || triesFallback || dropped) context.save = true;
}

const isSecure = ({ csms }: Charger) => /^wss:/i.test(csms.url);

/** The link did not come up: after a few attempts with new credentials, back to those before (A05.FR.08). */
export function credentialsFail(context: Context, fault: TlsFault | undefined): void {
  const { charger } = context;
  if (fault === 'serverCertificate') swapRoots(context);
  const { trial } = charger.security ?? {};
  if (!trial) return;
  context.save = true;
  const failures = trial.failures + 1;
  updateSecurity(charger, { trial: failures < trialAttempts ? { ...trial, failures } : undefined });
  if (failures < trialAttempts) return;
  if (trial.profile) fallBackFromProfile(context, trial.profile);
  if (trial.certificate !== undefined) fallBackFromCertificate(context, trial.certificate);
}

/** M05.FR.13: the root that was replaced is tried, and after it the new one again. */
function swapRoots({ charger }: Context): void {
  const { roots = [], triesFallback } = charger.security ?? {};
  if (!roots.some(({ fallback }) => fallback)) return;
  updateSecurity(charger, { triesFallback: triesFallback ? undefined : true });
}

function fallBackFromProfile(context: Context, before: NonNullable<Trial['profile']>): void {
  const { charger } = context;
  const failed = profileOf(charger);
  charger.csms = { ...charger.csms, ...before };
  charger.revision += 1;
  tellFallback(context, `security profile ${failed}`, `profile ${before.securityProfile}`);
}

function fallBackFromCertificate(context: Context, before: OwnCertificate | null): void {
  const { charger } = context;
  const failed = charger.security?.own?.serialNumber;
  updateSecurity(charger, { own: before ?? undefined });
  tellFallback(context, `certificate ${failed}`, 'the one before');
}

function tellFallback(context: Context, failed: string, before: string): void {
  const words = `no connection with ${failed} in ${trialAttempts} attempts: back to ${before}`;
  note(context, 'warn', words);
  raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', words);
}
