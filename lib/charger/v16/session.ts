import type { Command } from '../command';
import { type Context, refuse, touch } from '../context';
import { requireEv } from '../hands';
import { setEv as changeEv } from '../hardware/evse';
import { awaitRegistration } from '../pending';
import { connectEv, isHeld, refuseHeld, requireOn, requireUsable, spotOf, takeOut, unplugStationSide } from './cable';
import { addressed, isActive } from './places';
import type { Authorization, StopReason } from './state';
import { stopReasons } from './state';
import { ask, cancelAuthorization, present, presentToStop, sameOwner, tag, unplugIfOrdered } from './tokens';
import { endTransaction, findTransaction, lockFails, placeOfTransaction } from './transactions';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A cable is plugged in, with an EV at its other end. */
export function plugIn(context: Context, command: Of<'plugIn'>): void {
  requireOn(context);
  const place = addressed(context, command.address);
  connectEv(context, place, command.ev);
  awaitRegistration(context);
}

/** The cable comes out: at the EV, and in the charger's socket too if it is not locked there. */
export function unplug(context: Context, command: Of<'unplug'>): void {
  const place = addressed(context, command.address);
  takeOut(context, place, command.side ?? 'both');
  awaitRegistration(context);
}

/** A card is held to the reader: it starts, stops, cancels or unlocks, as the state says. */
export function presentToken(context: Context, command: Of<'presentToken'>): void {
  requireOn(context);
  const place = addressed(context, command.address);
  if (command.certificate !== undefined) {
    const message = 'contract certificates are for OCPP 2.0.1';
    refuse('badInput', `certificate: ${message}`, { errors: [{ path: 'certificate', message }] });
  }
  present(context, place, { idTag: tag(command.idToken) });
  awaitRegistration(context);
}

/** The whole start of a session: plug in unless an EV is there, authorize, start. */
export function startTransaction(context: Context, command: Of<'startTransaction'>): void {
  requireOn(context);
  const place = addressed(context, command.address);
  const { state } = place;
  if (state.transaction) {
    const { id, transactionId } = state.transaction;
    refuse('wrongState', `connector ${place.connectorId} is in a transaction already`, {
      extra: { status: state.status, transaction: { id, transactionId } },
    });
  }
  requireUsable(context, place);
  if (lockFails(context.charger, place)) refuse('wrongState', `connector ${place.connectorId} cannot lock the cable`);
  const wish: Authorization = {
    idTag: tag(command.idToken),
    ...(command.meterValuesIntervalSeconds === undefined
      ? {}
      : { intervalSeconds: command.meterValuesIntervalSeconds }),
    ...(command.stopWhen === undefined ? {} : { stopWhen: command.stopWhen }),
  };
  if (command.ev) requireEv(spotOf(place), command.ev);
  if (isHeld(place) && !sameOwner(context, state.finishing ?? {}, wish.idTag)) refuseHeld(place);
  delete state.finishing;
  // Before the EV comes, or it would start the transaction of whoever presented a token earlier.
  if (state.authorization) cancelAuthorization(context, place);
  if (place.connector.cable === 'station') unplugStationSide(context, place);
  if (place.connector.cable !== 'connected') connectEv(context, place, command.ev);
  else if (command.ev) changeEv(place.evse, place.evseSpec, command.ev, context.now);
  ask(context, place, wish, 'start');
  awaitRegistration(context);
}

/** The user or the charger itself ends a transaction; with `idToken` as if that token were presented. */
export function stopTransaction(context: Context, command: Of<'stopTransaction'>): void {
  const { charger } = context;
  requireOn(context);
  const transaction = findTransaction(charger, command.transactionId);
  if (!transaction) refuse('notFound', `no transaction ${command.transactionId}; GET transactions lists them`);
  const place = placeOfTransaction(charger, transaction);
  if (!place) {
    const stoppedAt = new Date(transaction.stoppedAt ?? 0).toISOString();
    refuse('wrongState', `transaction ${command.transactionId} has ended`, { extra: { stoppedAt } });
  }
  const reason = reasonOf(command.reason);
  const pending = context.cause === undefined ? undefined : charger.commands[context.cause];
  if (pending) pending.transaction = transaction.id;
  if (command.idToken !== undefined && command.reason === undefined)
    presentToStop(context, place, tag(command.idToken));
  else {
    const idTag = command.idToken ?? (reason === 'Local' ? transaction.idTag : undefined);
    endTransaction(context, place, { reason, ...(idTag === undefined ? {} : { idTag: tag(idTag) }) });
    unplugIfOrdered(context, place);
  }
  awaitRegistration(context);
}

function reasonOf(text: string | undefined): StopReason {
  if (text === undefined) return 'Local';
  const reason = stopReasons.find((known) => known === text);
  if (reason) return reason;
  const message = `not a Reason of OCPP 1.6; there are: ${stopReasons.join(', ')}`;
  return refuse('badInput', `reason: ${message}`, { errors: [{ path: 'reason', message }] });
}

/** The EV's wishes change while it is connected, or before: then for the next plug-in. */
export function setEv(context: Context, command: Of<'setEv'>): void {
  const place = addressed(context, command.address);
  requireEv(spotOf(place), { ...context.charger.ev, ...command.ev });
  if (place.evse.ev && isActive(place)) changeEv(place.evse, place.evseSpec, command.ev, context.now);
  else context.charger.ev = { ...context.charger.ev, ...command.ev };
  awaitRegistration(context);
  touch(context);
}
