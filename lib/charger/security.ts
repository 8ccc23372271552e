// A charger's security, the same for every OCPP version: what it remembers, and how it tries a new security profile and falls back
// to the one before (OCPP 1.6 security whitepaper A05). Who may ask for which profile is the dialect's matter.
import type { Charger, CsmsSettings } from './charger';
import { type Context, note } from './context';
import { raiseSecurityEvent, type SecurityLogEntry } from './security-events';

export type SecurityProfile = 0 | 1 | 2 | 3;

/** Only data; absent parts are left out to keep it small. */
export interface SecurityState {
  /** Newest last. */
  log?: SecurityLogEntry[];
  /** A new security profile has not been connected with yet: what to fall back to, and how often it has failed. */
  trial?: { url: string; securityProfile: SecurityProfile; failures: number };
}

/** Attempts to connect with a new profile before the charger falls back: a CSMS may have to make ready for it. */
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
  const trial = charger.security?.trial ?? { url, securityProfile: before, failures: 0 };
  charger.security = { ...charger.security, trial };
  charger.csms = { ...charger.csms, url: urlOf(charger.csms, securityProfile, secureUrl), securityProfile };
  charger.revision += 1;
}

/** TLS has another scheme, and may have another address. */
function urlOf({ url }: CsmsSettings, profile: SecurityProfile, secureUrl: string): string {
  if (profile >= 2) return secureUrl !== '' ? secureUrl : url.replace(/^ws:/i, 'wss:');
  return profile === 1 ? url.replace(/^wss:/i, 'ws:') : url;
}

/** The link is up with the profile that was tried: it stays (A05.FR.09). */
export function profileWorks(context: Context): void {
  const { security } = context.charger;
  if (!security?.trial) return;
  const { trial: _, ...rest } = security;
  context.charger.security = rest;
  context.save = true;
}

/** The link did not come up: after a few attempts with a new profile, back to the one before (A05.FR.08). */
export function profileFails(context: Context): void {
  const { charger } = context;
  const { trial, ...rest } = charger.security ?? {};
  if (!trial) return;
  context.save = true;
  const failures = trial.failures + 1;
  if (failures < trialAttempts) {
    charger.security = { ...rest, trial: { ...trial, failures } };
    return;
  }
  const failed = profileOf(charger);
  const { url, securityProfile } = trial;
  charger.security = rest;
  charger.csms = { ...charger.csms, url, securityProfile };
  charger.revision += 1;
  const words = `no connection with security profile ${failed} in ${failures} attempts: back to ${securityProfile}`;
  note(context, 'warn', words);
  raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', words);
}
