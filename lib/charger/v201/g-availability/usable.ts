// Whether an EVSE can be used now, and whose cable is locked in it.
import { type Context, refuse } from '../../context';
import type { Spot } from '../../hands';
import { activePlace, type Bay, isConnected, nameOf, type Place, placesOf, v201 } from '../places';
import { isFaulted } from './faults';
import { isOutOfService } from './status';

export function requireOn(context: Context): void {
  const why = whyNotOn(context);
  if (why !== undefined) refuse('wrongState', why);
}

export function whyNotOn({ charger }: Context): string | undefined {
  if (charger.power === 'off') return 'the charger is switched off: switch it on first';
  const { reset } = v201(charger);
  const restarting = charger.timers.reboot !== undefined || (reset?.type === 'Immediate' && reset.evseId === undefined);
  return restarting ? 'the charger is restarting: wait until it has booted' : undefined;
}

/** Nobody starts at an EVSE that is faulted, out of service or in a session. @throws CommandRefused (wrongState) */
export function requireUsable(context: Context, bay: Bay, place: Place | undefined = activePlace(bay)): void {
  const { charger } = context;
  requireOn(context);
  if (!place) return;
  const extra = { status: place.state.status };
  if (isFaulted(charger, place)) refuse('wrongState', `${nameOf(place)} is Faulted`, { extra });
  if (isOutOfService(charger, place)) refuse('wrongState', `${nameOf(place)} is Unavailable`, { extra });
  if (bay.state.authorization) refuse('wrongState', `EVSE ${bay.evseId} is in use by another token`, { extra });
}

/** The lock belongs to a session: only its owner's token, or the CSMS, opens it (E05, E09). */
export function isHeld(bay: Bay): boolean {
  const locked = placesOf(bay).some(({ connector }) => connector.locked);
  return locked && (bay.state.transaction ?? bay.state.finishing) !== undefined;
}

export function refuseHeld(bay: Bay): never {
  const extra = { status: activePlace(bay)?.state.status };
  return refuse('wrongState', `EVSE ${bay.evseId}: the cable of another token is locked in it`, { extra });
}

/** As hands see it. */
export function spotOf(place: Place): Spot {
  const { bay, connector, state } = place;
  return { name: nameOf(place), status: state.status, connector, evseSpec: bay.evseSpec };
}

/** The EVSE serves another of its connectors. */
export function isShared(place: Place): boolean {
  const { bay, connector } = place;
  return isConnected(bay) && bay.evse.activeConnectorId !== connector.id;
}
