// The slots for network connection profiles (OCPP 2.0.1 B09), and which of them NetworkConfigurationPriority may name. Which is in use,
// and when another is tried, is in `b-provisioning/network-profiles.ts`.
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import type { Context } from '../../context';
import { profileOf, type SecurityProfile } from '../../security';
import { lackFor, type SecurityNeed } from '../../security-needs';
import { splitList } from './check';

/** SetNetworkProfile.configurationSlot. */
export const networkSlots = ['1', '2', '3'];

/** What a charger connects with; the rest of NetworkConnectionProfileType is for hardware that is not there. */
export interface NetworkProfile {
  url: string;
  securityProfile: SecurityProfile;
}

export interface NetworkState {
  /** By slot; the one in use may be missing: it is the connection that the charger was made with. */
  profiles?: Record<string, NetworkProfile>;
  /** The slot in use; absent: the first. */
  active?: string;
  /** The slot of the last connection that came up, if that is another. */
  last?: string;
  /** Attempts in a row that failed with the slot in use, and slots that failed altogether since the last connection. */
  failures?: number;
  exhausted?: number;
}

export function activeSlot({ v201 }: Charger): string {
  return v201?.network?.active ?? '1';
}

/** The profile in a slot: what is kept there, else, for the slot in use, the connection as it is. */
export function profileIn(charger: Charger, slot: string): NetworkProfile | undefined {
  const kept = charger.v201?.network?.profiles?.[slot];
  if (kept || slot !== activeSlot(charger)) return kept;
  return { url: charger.csms.url, securityProfile: profileOf(charger) };
}

/** Every slot that is named must hold a profile. */
export function emptySlot(value: string, charger: Charger): string | undefined {
  const slots = splitList(value);
  if (slots.length === 0) return 'must name a configuration slot';
  const empty = slots.filter((slot) => !profileIn(charger, slot));
  return empty.length === 0 ? undefined : `names slot ${empty.join(', ')}, which holds no network connection profile`;
}

/**
 * What keeps the charger from using one of the profiles over OCPP: a security profile below the present one, or one that lacks
 * certificates or a password (A05.FR.02, A05.FR.03).
 */
export function unusableSlot(value: string, { charger, now }: Context): string | undefined {
  const present = profileOf(charger);
  for (const slot of splitList(value)) {
    const profile = profileIn(charger, slot)?.securityProfile;
    if (profile === undefined || profile === present) continue;
    if (profile < present) return `the profile of slot ${slot} is below the security profile ${present} in use`;
    const lack = lackFor(charger, profile, chargerTime(charger, now));
    if (lack !== undefined) return `the security profile ${profile} of slot ${slot} needs ${needs[lack]}`;
  }
  return undefined;
}

const needs: Record<SecurityNeed, string> = {
  password: 'a password for Basic authentication of at least 16 bytes',
  root: 'an installed CSMSRootCertificate',
  certificate: 'a valid ChargingStationCertificate',
};
