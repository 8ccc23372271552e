import type { Charger } from '../charger';
import { type Context, refuse, touch } from '../context';
import { physically, requireLoose, type Spot } from '../hands';
import type { EvSettings } from '../hardware/ev';
import { plugIn as plugInto, unlock, unplugEv, unplugStation } from '../hardware/evse';
import { settlePhysics } from '../timers';
import { settingIsTrue } from './configuration';
import { isActive, type Place, places, v16 } from './places';
import { isFaulted, isOutOfService } from './status';
import { beginTransaction, endTransaction, lockFails } from './transactions';

export function requireOn(context: Context): void {
  const why = whyNotOn(context);
  if (why !== undefined) refuse('wrongState', why);
}

export function whyNotOn(context: Context): string | undefined {
  const { power, timers } = context.charger;
  if (power === 'off') return 'the charger is switched off: switch it on first';
  const restarting = timers.reboot !== undefined || v16(context.charger).reset !== undefined;
  return restarting ? 'the charger is restarting: wait until it has booted' : undefined;
}

/** Nobody charges at a connector that is faulted, out of service or busy. @throws CommandRefused (wrongState) */
export function requireUsable(context: Context, place: Place): void {
  const { charger } = context;
  const extra = { status: place.state.status };
  requireOn(context);
  if (isFaulted(charger, place)) refuse('wrongState', `connector ${place.connectorId} is Faulted`, { extra });
  if (isOutOfService(charger, place.connectorId)) {
    refuse('wrongState', `connector ${place.connectorId} is Unavailable`, { extra });
  }
  if (place.state.transaction) refuse('wrongState', `connector ${place.connectorId} is in a transaction`, { extra });
  if (isShared(charger, place)) {
    refuse('wrongState', `connector ${place.connectorId} shares its EVSE with one that is in use`, { extra });
  }
}

/** An EVSE has one meter: while another of its connectors is in use or in a transaction, this one cannot be. */
function isShared(charger: Charger, place: Place): boolean {
  const active = place.evse.activeConnectorId;
  if (active !== undefined && active !== place.connector.id) return true;
  return places(charger).some(({ evse, connectorId, state }) => {
    return evse.id === place.evse.id && connectorId !== place.connectorId && state.transaction !== undefined;
  });
}

export function canStart(context: Context, place: Place): boolean {
  if (place.connector.cable !== 'connected' || !isActive(place) || isShared(context.charger, place)) return false;
  return !isFaulted(context.charger, place) && !lockFails(context.charger, place);
}

export function connectEv(context: Context, place: Place, ev: EvSettings | undefined): void {
  const { charger, now } = context;
  physically(() => plugInto(place.evse, place.evseSpec, place.connector.id, ev ?? charger.ev, now), spotOf(place));
  delete place.state.info;
  touch(context);
  settlePhysics(context);
  if (place.state.authorization && canStart(context, place)) beginTransaction(context, place);
}

/** As hands see it. */
export function spotOf({ connectorId, state, connector, evseSpec }: Place): Spot {
  return { name: `connector ${connectorId}`, status: state.status, connector, evseSpec };
}

export function takeOut(context: Context, place: Place, side: 'ev' | 'both'): void {
  requireLoose(spotOf(place), side, isHeld(place));
  pull(context, place, side);
}

/** As far as the cable comes. */
export function pull(context: Context, place: Place, side: 'ev' | 'both'): void {
  if (place.connector.cable === 'connected') disconnectEv(context, place);
  if (side === 'both' && place.connector.cable === 'station') pullFromSocket(context, place);
}

export function refuseHeld(place: Place): never {
  const extra = { status: place.state.status };
  return refuse('wrongState', `connector ${place.connectorId}: the cable of another token is locked in it`, { extra });
}

/** The lock belongs to a session: only its owner's token, or the CSMS, opens it (§3.5.4, §4.10). */
export function isHeld(place: Place): boolean {
  return place.connector.locked && (place.state.transaction ?? place.state.finishing) !== undefined;
}

/** §4.10: StopTransactionOnEVSideDisconnect ends the transaction, or it stays suspended with the cable locked. */
function disconnectEv(context: Context, place: Place): void {
  const { charger, now } = context;
  const { transaction } = place.state;
  const stops = settingIsTrue(charger, 'StopTransactionOnEVSideDisconnect');
  const powered = charger.power === 'on';
  if (transaction && powered) {
    place.state.info = 'EV side disconnected';
    const keepLocked = !settingIsTrue(charger, 'UnlockConnectorOnEVSideDisconnect');
    if (stops) endTransaction(context, place, { reason: 'EVDisconnected', keepLocked });
  }
  unplugEv(place.evse, place.evseSpec, now);
  touch(context);
  // The status in between is worth telling: Finishing while a cable is still in, SuspendedEV while the transaction goes on.
  if (place.connector.cable !== 'none' || place.state.transaction) settlePhysics(context);
  if (place.connector.cable === 'none') sessionOver(context, place);
}

function pullFromSocket(context: Context, place: Place): void {
  if (isHeld(place)) return;
  if (place.connector.locked) unlock(place.evse, place.connector.id);
  unplugStation(place.evse, place.evseSpec, place.connector.id, context.now);
  sessionOver(context, place);
}

function sessionOver(context: Context, place: Place): void {
  if (!place.state.transaction) {
    delete place.state.finishing;
    delete place.state.info;
  }
  touch(context);
}

/** A cable left in the socket is used again: for the hardware it goes in anew. */
export function unplugStationSide(context: Context, place: Place): void {
  if (place.connector.locked) unlock(place.evse, place.connector.id);
  unplugStation(place.evse, place.evseSpec, place.connector.id, context.now);
}
