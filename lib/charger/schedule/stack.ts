// Profiles stacked for one purpose: the one that prevails at a moment, and until when (OCPP 1.6 §3.13.3, 2.0.1 K01).
import { type ChargingProfile, type Period, type Stretch, saysAt } from './profile';

export interface Prevailing {
  profile: ChargingProfile;
  period: Period;
}

/** Highest stack level first. The given order decides between equals. */
export function byStackLevel<P extends ChargingProfile>(profiles: readonly P[]): P[] {
  return [...profiles].sort((a, b) => b.stackLevel - a.stackLevel);
}

/** The first of `profiles`, which stand in order of precedence, that says anything at `at`. */
export function prevailingAt(profiles: readonly ChargingProfile[], at: number, began: number): Stretch<Prevailing> {
  let until = Infinity;
  for (const profile of profiles) {
    const said = saysAt(profile, at, began);
    until = Math.min(until, said.until);
    if (said.value) return { value: { profile, period: said.value }, until };
  }
  return { value: undefined, until };
}
