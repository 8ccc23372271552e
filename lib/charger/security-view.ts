// A charger's security as people and programs see it through the API. Reading only; secrets stay out.
import { type CertificateDetails, ownCertificate, viewRoots } from './certificates';
import type { Charger } from './charger';
import { profileOf } from './security';

/** Profile, certificates by what they say, the security log. No private key, sealed or not. */
export function viewSecurity(charger: Charger): Record<string, unknown> {
  const { log = [], trial, csr, next } = charger.security ?? {};
  const own = ownCertificate(charger);
  const roots = viewRoots(charger).map(({ details, ...rest }) => ({ ...rest, ...viewCertificate(details) }));
  return {
    profile: profileOf(charger),
    ...(trial?.profile ? { notConnectedYet: true, fallsBackTo: trial.profile.securityProfile } : {}),
    ...(own ? { certificate: viewCertificate(own) } : {}),
    ...(next ? { nextCertificate: viewCertificate(next) } : {}),
    ...(csr ? { awaitsCertificate: true } : {}),
    ...(roots.length > 0 ? { roots } : {}),
    ...(log.length > 0 ? { log: log.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })) } : {}),
  };
}

function viewCertificate({ subject, serialNumber, notBefore, notAfter }: CertificateDetails): Record<string, unknown> {
  return {
    subject,
    serialNumber,
    validFrom: new Date(notBefore).toISOString(),
    validTo: new Date(notAfter).toISOString(),
  };
}
