// What a charger has to hold before it may use a security profile, the same for every OCPP version (A00.FR.205, A05.FR.02, A05.FR.03).
import { type CertificateDetails, hasOwnCertificate, ownCertificate, rootDetails, rootsOf } from './certificates';
import type { Charger } from './charger';
import { secretBytes } from './sealed';
import type { SecurityProfile } from './security';

/** Of the password for Basic authentication, however it came to the charger (A00.FR.205). */
export const passwordLeastBytes = 16;

export type SecurityNeed = 'password' | 'root' | 'certificate';

/** What a profile needs that the charger does not have; `at`: the charger's clock, epoch ms. */
export function lackFor(charger: Charger, profile: SecurityProfile, at: number): SecurityNeed | undefined {
  if ((profile === 1 || profile === 2) && !hasPassword(charger)) return 'password';
  if (profile >= 2 && !hasRoot(charger, at)) return 'root';
  return profile === 3 && !hasCertificate(charger, at) ? 'certificate' : undefined;
}

function hasPassword({ csms: { basicAuth } }: Charger): boolean {
  if (!basicAuth) return false;
  const bytes = secretBytes(basicAuth.password);
  return (basicAuth.encoding === 'hex' ? bytes / 2 : bytes) >= passwordLeastBytes;
}

/** One that has not expired, as far as that is known. */
function hasRoot(charger: Charger, at: number): boolean {
  return rootsOf(charger, 'csms').length > 0 && !hasExpired(rootDetails(charger, 'csms'), at);
}

function hasCertificate(charger: Charger, at: number): boolean {
  const details = ownCertificate(charger);
  return hasOwnCertificate(charger) && !hasExpired(details ? [details] : [], at);
}

/** All of them, and there are any. */
const hasExpired = (certificates: CertificateDetails[], at: number) =>
  certificates.length > 0 && certificates.every(({ notAfter }) => notAfter < at);
