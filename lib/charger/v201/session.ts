// What people do at a 2.0.1 charging station: the physical commands of the API. What follows from them is in the blocks.
import type { Command } from '../command';
import { type Context, refuse, touch } from '../context';
import { physically, requireEv, requireLoose } from '../hands';
import type { EvSettings } from '../hardware/ev';
import { setEv as changeEv, plugIn as plugInto } from '../hardware/evse';
import { awaitRegistration } from '../pending';
import { settlePhysics } from '../timers';
import { presentContract } from './c-authorization/contract';
import { isOwner } from './c-authorization/decide';
import type { Authorization } from './c-authorization/state';
import { ask, present, presentToStop, unplugIfOrdered } from './c-authorization/tokens';
import { pull, unplugStationSide } from './e-transactions/disconnect';
import { findTransaction } from './e-transactions/event';
import { connected, deauthorize, endAuthorization, endTransaction } from './e-transactions/lifecycle';
import { type StoppedReason, stoppedReasons, type TriggerReason } from './e-transactions/state';
import { isHeld, isShared, refuseHeld, requireOn, requireUsable, spotOf } from './g-availability/usable';
import { tokenOf } from './id-token';
import { addressed, findBay, isConnected, nameOf, type Place } from './places';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A cable is plugged in, with an EV at its other end. */
export function plugIn(context: Context, command: Of<'plugIn'>): void {
  requireOn(context);
  connectEv(context, addressed(context, command.address), command.ev);
  awaitRegistration(context);
}

function connectEv(context: Context, place: Place, ev: EvSettings | undefined): void {
  const { charger, now } = context;
  const { bay, connector } = place;
  const plug = () => plugInto(bay.evse, bay.evseSpec, connector.id, ev ?? charger.ev, now);
  if (isConnected(bay)) return physically(plug, spotOf(place));
  requireEv(spotOf(place), ev ?? charger.ev ?? {});
  connected(context, bay, plug);
  settlePhysics(context);
}

/** The cable comes out: at the EV, and in the charger's socket too if it is not locked there. */
export function unplug(context: Context, command: Of<'unplug'>): void {
  const place = addressed(context, command.address);
  const side = command.side ?? 'both';
  requireLoose(spotOf(place), side, isHeld(place.bay));
  pull(context, place, side);
  awaitRegistration(context);
}

/** A token is presented at an EVSE: it starts, stops, cancels or unlocks, as the state says. */
export function presentToken(context: Context, command: Of<'presentToken'>, id: string): void {
  requireOn(context);
  const { bay } = addressed(context, command.address);
  const { certificate } = command;
  const idToken = tokenOf(command.idToken, command.type ?? (certificate === undefined ? undefined : 'eMAID'));
  if (certificate !== undefined) return presentContract(context, bay, idToken, certificate, id);
  present(context, bay, { idToken });
  awaitRegistration(context);
}

/** The whole start of a session: plug in unless an EV is there, authorize, start. */
export function startTransaction(context: Context, command: Of<'startTransaction'>): void {
  requireOn(context);
  const place = addressed(context, command.address);
  const { bay } = place;
  const wish = wishOf(command);
  const { transaction } = bay.state;
  if (transaction && bay.state.authorization) {
    refuse('wrongState', `EVSE ${bay.evseId} is in a transaction already`, {
      extra: { status: place.state.status, transaction: { id: transaction.id } },
    });
  }
  // Whoever waits for an EV gives way: it is somebody else's order now.
  if (bay.state.authorization) deauthorize(context, bay, 'StopAuthorized', 'Local');
  requireUsable(context, bay, place);
  if (isShared(place)) refuse('wrongState', `${nameOf(place)} shares its EVSE with one that is in use`);
  if (command.ev) requireEv(spotOf(place), command.ev);
  if (isHeld(bay) && !isOwner(context, bay.state.transaction ?? bay.state.finishing ?? {}, wish.idToken))
    refuseHeld(bay);
  if (place.connector.cable === 'station') unplugStationSide(context, place);
  if (place.connector.cable !== 'connected') connectEv(context, place, command.ev);
  else if (command.ev) changeEv(bay.evse, bay.evseSpec, command.ev, context.now);
  ask(context, bay, wish, 'start');
  awaitRegistration(context);
}

function wishOf({ idToken, type, meterValuesIntervalSeconds, stopWhen }: Of<'startTransaction'>): Authorization {
  return {
    idToken: tokenOf(idToken, type),
    ...(meterValuesIntervalSeconds === undefined ? {} : { intervalSeconds: meterValuesIntervalSeconds }),
    ...(stopWhen === undefined ? {} : { stopWhen }),
  };
}

/** The user or the charger itself ends a transaction; with `idToken` as if that token were presented. */
export function stopTransaction(context: Context, command: Of<'stopTransaction'>): void {
  const { charger } = context;
  requireOn(context);
  const transaction = findTransaction(charger, command.transactionId);
  if (!transaction) refuse('notFound', `no transaction ${command.transactionId}; GET transactions lists them`);
  const bay = findBay(charger, transaction.evseId);
  if (!bay || bay.state.transaction !== transaction) {
    const stoppedAt = new Date(transaction.stoppedAt ?? 0).toISOString();
    refuse('wrongState', `transaction ${command.transactionId} has ended`, { extra: { stoppedAt } });
  }
  const pending = context.cause === undefined ? undefined : charger.commands[context.cause];
  if (pending) pending.transaction = transaction.id;
  if (command.idToken !== undefined && command.reason === undefined) {
    presentToStop(context, bay, tokenOf(command.idToken));
  } else {
    const reason = reasonOf(command.reason);
    const trigger = triggers[reason] ?? 'AbnormalCondition';
    const idToken = trigger === 'StopAuthorized' ? (transaction.stopIdToken ?? transaction.idToken) : undefined;
    const happening = { trigger, reason, ...(idToken ? { idToken } : {}) };
    // Somebody has authorized it: that is taken back, which ends it as TxStopPoint says. Whatever goes wrong ends it at once.
    if (reason === 'Local' && bay.state.authorization) deauthorize(context, bay, trigger, reason, idToken);
    else endTransaction(context, bay, happening);
    if (!bay.state.transaction) endAuthorization(context, bay);
    unplugIfOrdered(context, bay);
  }
  awaitRegistration(context);
}

/** What a tester's reason looks like to the CSMS. */
const triggers: Partial<Record<StoppedReason, TriggerReason>> = {
  DeAuthorized: 'Deauthorized',
  EnergyLimitReached: 'EnergyLimitReached',
  EVDisconnected: 'EVCommunicationLost',
  ImmediateReset: 'ResetCommand',
  Local: 'StopAuthorized',
  LocalOutOfCredit: 'StopAuthorized',
  MasterPass: 'StopAuthorized',
  Remote: 'RemoteStop',
  SOCLimitReached: 'EnergyLimitReached',
  StoppedByEV: 'ChargingStateChanged',
  TimeLimitReached: 'TimeLimitReached',
  Timeout: 'EVConnectTimeout',
};

function reasonOf(text: string | undefined): StoppedReason {
  if (text === undefined) return 'Local';
  const reason = stoppedReasons.find((known) => known === text);
  if (reason) return reason;
  const message = `not a reason of OCPP 2.0.1; there are: ${stoppedReasons.join(', ')}`;
  return refuse('badInput', `reason: ${message}`, { errors: [{ path: 'reason', message }] });
}

/** The EV's wishes change while it is connected, or before: then for the next plug-in. */
export function setEv(context: Context, command: Of<'setEv'>): void {
  const place = addressed(context, command.address);
  const { bay } = place;
  requireEv(spotOf(place), { ...context.charger.ev, ...command.ev });
  const isHere = bay.evse.activeConnectorId === place.connector.id;
  if (bay.evse.ev && isHere) changeEv(bay.evse, bay.evseSpec, command.ev, context.now);
  else context.charger.ev = { ...context.charger.ev, ...command.ev };
  awaitRegistration(context);
  touch(context);
}
