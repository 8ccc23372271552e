// The cable comes out (E09, E10): what it means for the session, at the EV and at the charger's socket.
import { type Context, touch } from '../../context';
import { unlock, unplugEv, unplugStation } from '../../hardware/evse';
import { disarm, settlePhysics } from '../../timers';
import { variableIsTrue } from '../device-model/read';
import { isHeld } from '../g-availability/usable';
import { isConnected, type Place } from '../places';
import { armConnectionTimeout, depart, endAuthorization, happen, release } from './lifecycle';

/** As far as the cable comes. */
export function pull(context: Context, place: Place, side: 'ev' | 'both'): void {
  if (place.connector.cable === 'connected') disconnectEv(context, place);
  if (side === 'ev') return;
  if (place.connector.cable === 'station') pullFromSocket(context, place);
  if (!isConnected(place.bay)) depart(context, place.bay);
}

/** StopTxOnEVSideDisconnect takes the authorization back (E09); without it the session waits for the EV to come back (E10). */
function disconnectEv(context: Context, place: Place): void {
  const { charger, now } = context;
  const { bay } = place;
  const powered = charger.power === 'on';
  const stops = variableIsTrue(charger, 'TxCtrlr', 'StopTxOnEVSideDisconnect');
  const unlocks = variableIsTrue(charger, 'OCPPCommCtrlr', 'UnlockOnEVSideDisconnect');
  const unplug = () => unplugEv(bay.evse, bay.evseSpec, now);
  if (!powered) {
    unplug();
    return touch(context);
  }
  const held = bay.state.authorization !== undefined;
  happen(context, bay, { trigger: 'EVCommunicationLost', reason: 'EVDisconnected', keepLocked: !unlocks }, () => {
    unplug();
    if (stops) endAuthorization(context, bay);
  });
  if (held && stops && unlocks) release(context, bay);
  // TC_E_27: nobody is in the way of a socket whose cable stays locked; a fixed cable is for the next one.
  if (bay.state.authorization && place.connectorSpec.fixedCable) armConnectionTimeout(context, bay);
  // The status in between is worth telling.
  if (place.connector.cable !== 'none' || bay.state.transaction) settlePhysics(context);
  if (place.connector.cable === 'none') sessionOver(context, place);
}

function pullFromSocket(context: Context, place: Place): void {
  if (isHeld(place.bay)) return;
  unplugStationSide(context, place);
  sessionOver(context, place);
}

function sessionOver(context: Context, { bay }: Place): void {
  if (!bay.state.transaction) delete bay.state.finishing;
  if (!bay.state.authorization) disarm(context.charger, `evConnectionTimeout/${bay.evseId}`);
  touch(context);
}

/** A cable left in the socket is used again: for the hardware it goes in anew. */
export function unplugStationSide({ now }: Context, { bay, connector }: Place): void {
  if (connector.locked) unlock(bay.evse, connector.id);
  unplugStation(bay.evse, bay.evseSpec, connector.id, now);
}
