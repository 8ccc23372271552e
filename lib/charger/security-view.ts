// A charger's security as people and programs see it through the API. Reading only; secrets stay out.
import type { Charger } from './charger';
import { profileOf } from './security';

export function viewSecurity(charger: Charger): Record<string, unknown> {
  const { log = [], trial } = charger.security ?? {};
  return {
    profile: profileOf(charger),
    ...(trial ? { notConnectedYet: true, fallsBackTo: trial.securityProfile } : {}),
    ...(log.length > 0 ? { log: log.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() })) } : {}),
  };
}
