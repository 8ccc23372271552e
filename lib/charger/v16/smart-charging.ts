// SetChargingProfile, ClearChargingProfile and GetCompositeSchedule of 1.6 (OCPP 1.6 §5.16, §5.5, §5.7). Payloads have passed
// their schemas.
import type { RequestV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { type Context, note, touch } from '../context';
import type { ChargingProfile } from '../schedule/profile';
import { compact, install, installedOf, isExpired, removeProfiles, type WireProfile } from './charging-profiles';
import { compositeSchedule } from './composite-schedule';
import { hasProfile } from './configuration';
import { whyNoRoomFor, whyNotSet, whyNotWithStart } from './profile-rules';

/** SetChargingProfile (§5.16). */
export function setChargingProfile(
  context: Context,
  { connectorId, csChargingProfiles: wire }: RequestV16<'SetChargingProfile'>,
): Record<string, unknown> {
  const { charger, now } = context;
  if (!hasProfile(charger, 'SmartCharging')) return { status: 'NotSupported' };
  const fresh = installedOf(charger, connectorId, wire, now);
  const why = whyNotSet(charger, connectorId, wire) ?? whyNoRoomFor(charger, fresh, now);
  if (why !== undefined) {
    note(context, 'warn', `SetChargingProfile rejected: profile ${wire.chargingProfileId} ${why}`);
    return { status: 'Rejected' };
  }
  removeProfiles(charger, (profile) => isExpired(profile, charger, now));
  install(charger, fresh);
  touch(context);
  return { status: 'Accepted' };
}

/** ClearChargingProfile (§5.5): all that match every field that is there. */
export function clearChargingProfile(
  context: Context,
  request: RequestV16<'ClearChargingProfile'>,
): Record<string, unknown> {
  const { id, connectorId, chargingProfilePurpose: purpose, stackLevel } = request;
  const removed = removeProfiles(
    context.charger,
    (profile) =>
      (id === undefined || profile.id === id) &&
      (connectorId === undefined || profile.connectorId === connectorId) &&
      (purpose === undefined || profile.purpose === purpose) &&
      (stackLevel === undefined || profile.stackLevel === stackLevel),
  );
  if (removed === 0) return { status: 'Unknown' };
  touch(context);
  return { status: 'Accepted' };
}

/** GetCompositeSchedule (§5.7). */
export function getCompositeSchedule(
  context: Context,
  request: RequestV16<'GetCompositeSchedule'>,
): Record<string, unknown> {
  const found = compositeSchedule(context.charger, request, context.now);
  if (typeof found === 'string') {
    note(context, 'warn', `GetCompositeSchedule rejected: ${found}`);
    return { status: 'Rejected' };
  }
  const { duration } = found.chargingSchedule;
  if (duration < request.duration) {
    note(context, 'info', `the composite schedule covers ${duration} s: beyond, it has too many changes`);
  }
  return { status: 'Accepted', connectorId: request.connectorId, ...found };
}

/** Why a remote start with this profile is refused (§5.16.2); `undefined`: it is not. */
export function whyNotStartWith(charger: Charger, wire: WireProfile, now: number): string | undefined {
  if (!hasProfile(charger, 'SmartCharging')) return undefined;
  const why = whyNotWithStart(charger, wire, installedOf(charger, -1, wire, now), now);
  return why === undefined ? undefined : `its charging profile ${why}`;
}

/** What a remote start keeps of its profile for the transaction; without Smart Charging it is ignored (§5.11). */
export function profileForStart(charger: Charger, wire: WireProfile): ChargingProfile | undefined {
  return hasProfile(charger, 'SmartCharging') ? compact(wire) : undefined;
}
