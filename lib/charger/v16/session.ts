// What a driver does at a 1.6 connector, from plug or token to the cable out again: cable, token, EV, and the timeouts between
// them (OCPP 1.6 §3.5, §4.1, §4.9, §4.10). Transactions themselves are in transactions.ts.
import type { QueuedCall } from '../charger';
import type { Command, Refusal } from '../command';
import { CommandRefused, type Context, refuse, touch } from '../context';
import { createEv, type EvSettings } from '../hardware/ev';
import {
  setEv as changeEv,
  HardwareError,
  plugIn as plugInto,
  unlock,
  unplugEv,
  unplugStation,
} from '../hardware/evse';
import { awaitRegistration, conclude } from '../pending';
import { arm, disarm, settlePhysics } from '../timers';
import {
  type Decision,
  decide,
  decideOffline,
  type IdTagInfo,
  knownParent,
  learn,
  type Purpose,
  sameTag,
} from './authorization';
import { settingIsTrue, settingNumber } from './configuration';
import { addressed, findPlace, isActive, type Place, places, v16 } from './places';
import type { Authorization, StopReason } from './state';
import { stopReasons } from './state';
import { isFaulted } from './status';
import { beginTransaction, endTransaction, findTransaction, lockFails, placeOfTransaction } from './transactions';

type Of<K extends Command['kind']> = Extract<Command, { kind: K }>;

/** A cable is plugged in, with an EV at its other end. */
export function plugIn(context: Context, command: Of<'plugIn'>): void {
  requireOn(context);
  const place = addressed(context, command.address);
  connectEv(context, place, command.ev);
  awaitRegistration(context);
}

function connectEv(context: Context, place: Place, ev: EvSettings | undefined): void {
  const { charger, now } = context;
  physically(() => plugInto(place.evse, place.evseSpec, place.connector.id, ev ?? charger.ev, now), place);
  delete place.state.info;
  touch(context);
  settlePhysics(context);
  if (place.state.authorization && canStart(context, place)) beginTransaction(context, place);
}

/** Turns what the hardware refuses into an answer that says why. */
function physically(act: () => void, place: Place): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof HardwareError)) throw error;
    if (error.reason === 'badEv') {
      refuse('badInput', error.message, { errors: [{ path: 'ev', message: error.message }] });
    }
    refuse('wrongState', `connector ${place.connectorId}: ${error.message}`, {
      extra: { status: place.state.status, cable: place.connector.cable, locked: place.connector.locked },
    });
  }
}

/** Settings that no EV can have are refused before anything happens. */
function requireEv(place: Place, ev: EvSettings): void {
  physically(() => void createEv(ev, place.evseSpec), place);
}

/** The cable comes out: at the EV, and in the charger's socket too if it is not locked there. */
export function unplug(context: Context, command: Of<'unplug'>): void {
  const place = addressed(context, command.address);
  takeOut(context, place, command.side ?? 'both');
  awaitRegistration(context);
}

function takeOut(context: Context, place: Place, side: 'ev' | 'both'): void {
  const { connector } = place;
  if (connector.cable === 'none') {
    refuse('wrongState', `connector ${place.connectorId}: no cable is plugged in`, {
      extra: { status: place.state.status },
    });
  }
  if (connector.cable === 'station') requireLoose(place, side);
  pull(context, place, side);
}

/** As far as the cable comes. */
function pull(context: Context, place: Place, side: 'ev' | 'both'): void {
  if (place.connector.cable === 'connected') disconnectEv(context, place);
  if (side === 'both' && place.connector.cable === 'station') pullFromSocket(context, place);
}

/** Only the charger's end of the cable is left to take out, and only if nobody's session holds it. */
function requireLoose(place: Place, side: 'ev' | 'both'): void {
  const { connectorId, connector, state } = place;
  const extra = { status: state.status, cable: connector.cable, locked: connector.locked };
  if (side === 'ev') refuse('wrongState', `connector ${connectorId}: no EV is connected`, { extra });
  if (!isHeld(place)) return;
  refuse('wrongState', `connector ${connectorId}: the cable is locked until its owner presents the token`, { extra });
}

function refuseHeld(place: Place): never {
  const extra = { status: place.state.status };
  return refuse('wrongState', `connector ${place.connectorId}: the cable of another token is locked in it`, { extra });
}

/** The lock belongs to a session: only its owner's token, or the CSMS, opens it (§3.5.4, §4.10). */
function isHeld(place: Place): boolean {
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

/** A card is held to the reader: it starts, stops, cancels or unlocks, as the state says. */
export function presentToken(context: Context, command: Of<'presentToken'>): void {
  requireOn(context);
  const place = addressed(context, command.address);
  present(context, place, { idTag: tag(command.idToken) });
  awaitRegistration(context);
}

function present(context: Context, place: Place, wish: Authorization): void {
  const { state } = place;
  if (state.transaction) return presentToStop(context, place, wish.idTag);
  if (state.finishing && place.connector.locked && sameOwner(context, state.finishing, wish.idTag)) {
    unlock(place.evse, place.connector.id);
    conclude(context, { outcome: 'unlocked' });
    return touch(context);
  }
  if (isHeld(place)) refuseHeld(place);
  if (state.authorization) return presentAgain(context, place, wish.idTag);
  requireUsable(context, place);
  ask(context, place, wish, 'start');
}

/** B1 in §4.9: the same token again takes the intent back. */
function presentAgain(context: Context, place: Place, idTag: string): void {
  const { authorization } = place.state;
  if (!authorization || !sameTag(authorization.idTag, idTag)) {
    refuse('wrongState', `connector ${place.connectorId} waits for the EV of another token`, {
      extra: { status: place.state.status },
    });
  }
  cancelAuthorization(context, place);
  conclude(context, { outcome: 'cancelled' });
}

function cancelAuthorization(context: Context, place: Place): void {
  delete place.state.authorization;
  disarm(context.charger, `connectionTimeout/${place.connectorId}`);
  touch(context);
}

function presentToStop(context: Context, place: Place, idTag: string): void {
  const { transaction } = place.state;
  // §4.1: no Authorize.req for the token that started the transaction.
  if (transaction && sameTag(transaction.idTag, idTag)) return stopBy(context, place, idTag);
  const parent = knownParent(context, idTag);
  if (
    parent !== undefined &&
    sameTag(parent, transaction?.parentIdTag) &&
    settingIsTrue(context.charger, 'LocalPreAuthorize')
  ) {
    return stopBy(context, place, idTag);
  }
  ask(context, place, { idTag }, 'stop');
}

function stopBy(context: Context, place: Place, idTag: string): void {
  endTransaction(context, place, { reason: 'Local', idTag });
  conclude(context, { outcome: 'stopped' });
  unplugIfOrdered(context, place);
}

/** A stopTransaction command may want the cable out once the transaction is over. */
function unplugIfOrdered(context: Context, place: Place): void {
  const pending = context.cause === undefined ? undefined : context.charger.commands[context.cause];
  if (pending?.command.kind !== 'stopTransaction' || !pending.command.unplug) return;
  settlePhysics(context);
  pull(context, place, 'both');
}

function sameOwner(context: Context, owner: { idTag?: string; parentIdTag?: string }, idTag: string): boolean {
  return sameTag(owner.idTag, idTag) || sameTag(owner.parentIdTag, knownParent(context, idTag));
}

/** Has a token authorized, by the charger itself or by the CSMS, for a purpose at a connector. */
function ask(context: Context, place: Place, wish: Authorization, purpose: Purpose): void {
  const note = { purpose, connectorId: place.connectorId, wish };
  const decision = decide(context, wish.idTag, note);
  act(context, place, wish, purpose, decision);
}

function act(context: Context, place: Place, wish: Authorization, purpose: Purpose, decision: Decision): void {
  if (decision.kind === 'asked') return;
  if (decision.kind === 'refused') return deny(context, decision);
  const granted: Authorization = {
    ...wish,
    ...(decision.parentIdTag === undefined ? {} : { parentIdTag: decision.parentIdTag }),
    ...(decision.offline ? { offline: true as const } : {}),
  };
  if (purpose === 'start') grant(context, place, granted);
  else stopIfSameGroup(context, place, granted);
}

/** A refused token is a normal answer of a reader; only who ordered a transaction has failed. */
function deny(context: Context, decision: Extract<Decision, { kind: 'refused' }>): void {
  conclude(context, { outcome: 'refused', authorization: { status: decision.status }, reason: decision.reason });
  failOrder(context, { kind: 'wrongState', detail: decision.reason });
}

function failOrder(context: Context, why: Refusal): void {
  const pending = context.cause === undefined ? undefined : context.charger.commands[context.cause];
  if (pending?.command.kind === 'startTransaction' || pending?.command.kind === 'stopTransaction')
    pending.failure ??= why;
}

/** A token may charge here: at once if an EV is connected, else when it comes within ConnectionTimeOut. */
export function grant(context: Context, place: Place, granted: Authorization): void {
  const { charger, now } = context;
  delete place.state.finishing;
  delete place.state.info;
  place.state.authorization = granted;
  touch(context);
  settlePhysics(context);
  if (canStart(context, place)) {
    beginTransaction(context, place);
    conclude(context, { outcome: 'started', authorization: { status: 'Accepted' } });
    return;
  }
  const seconds = settingNumber(charger, 'ConnectionTimeOut');
  if (seconds > 0) arm(charger, `connectionTimeout/${place.connectorId}`, now + seconds * 1000);
  conclude(context, { outcome: 'authorized', authorization: { status: 'Accepted' } });
}

/** A fault is gone: who has been waiting with token and EV may charge now (§4.9 B3). */
export function faultsChanged(context: Context): void {
  settlePhysics(context);
  for (const place of places(context.charger)) {
    if (place.state.authorization && canStart(context, place)) beginTransaction(context, place);
  }
}

function canStart(context: Context, place: Place): boolean {
  if (place.connector.cable !== 'connected' || !isActive(place)) return false;
  return !isFaulted(context.charger, place) && !lockFails(context.charger, place);
}

function stopIfSameGroup(context: Context, place: Place, granted: Authorization): void {
  const { transaction } = place.state;
  if (!transaction) return;
  if (sameTag(granted.parentIdTag, transaction.parentIdTag)) {
    return stopBy(context, place, granted.idTag);
  }
  const detail = `connector ${place.connectorId} charges for another token, and ${granted.idTag} is not of its group`;
  conclude(context, { outcome: 'refused', authorization: { status: 'Accepted' }, reason: detail });
  failOrder(context, { kind: 'wrongState', detail });
}

/** Authorize.conf. */
export function authorizeAnswered(context: Context, call: QueuedCall, answer: { idTagInfo: IdTagInfo }): void {
  const { idTag, connectorId, purpose, wish } = noteOf(call);
  learn(context, idTag, answer.idTagInfo);
  context.save = true;
  const place = findPlace(context.charger, connectorId);
  if (!place || !purpose) return;
  const { status, parentIdTag } = answer.idTagInfo;
  conclude(context, { authorization: answer.idTagInfo });
  if (status !== 'Accepted') {
    conclude(context, { outcome: 'refused' });
    failOrder(context, {
      kind: 'refusedByCsms',
      detail: `the CSMS refused the token: ${status}`,
      extra: { authorization: answer.idTagInfo },
    });
    return touch(context);
  }
  if (purpose === 'start' && !stillUsable(context, place)) return;
  act(context, place, wish, purpose, { kind: 'accepted', ...(parentIdTag === undefined ? {} : { parentIdTag }) });
}

/** Time has passed since the question: the connector may be in use, faulted or out of service by now. */
function stillUsable(context: Context, place: Place): boolean {
  try {
    requireUsable(context, place);
    return true;
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    conclude(context, { outcome: 'refused', reason: error.refusal.detail });
    failOrder(context, error.refusal);
    return false;
  }
}

/** No answer to Authorize: without a connection the offline rules decide (§3.5), else the token is refused. */
export function authorizeFailed(context: Context, call: QueuedCall, why: Refusal): void {
  const { idTag, connectorId, purpose, wish } = noteOf(call);
  const place = findPlace(context.charger, connectorId);
  if (!place || !purpose) return;
  // A charger that goes down itself decides nothing any more.
  if ((why.kind !== 'unreachable' && why.kind !== 'wrongState') || whyNotOn(context) !== undefined) {
    conclude(context, { outcome: 'refused', reason: why.detail });
    failOrder(context, why);
    return;
  }
  if (purpose === 'start' && !stillUsable(context, place)) return;
  act(context, place, wish, purpose, decideOffline(context, idTag));
}

function noteOf(call: QueuedCall): { idTag: string; connectorId: number; purpose?: Purpose; wish: Authorization } {
  const { idTag, connectorId, purpose, wish } = (call.note ?? {}) as Partial<ReturnType<typeof noteOf>>;
  // A tester's own Authorize comes without a note: what it asks for stands in the message alone.
  const known = idTag ?? (call.payload as { idTag: string }).idTag;
  return {
    idTag: known,
    connectorId: connectorId ?? 0,
    wish: wish ?? { idTag: known },
    ...(purpose ? { purpose } : {}),
  };
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
  if (command.ev) requireEv(place, command.ev);
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

/** A cable left in the socket is used again: for the hardware it goes in anew. */
function unplugStationSide(context: Context, place: Place): void {
  if (place.connector.locked) unlock(place.evse, place.connector.id);
  unplugStation(place.evse, place.evseSpec, place.connector.id, context.now);
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
  requireEv(place, { ...context.charger.ev, ...command.ev });
  if (place.evse.ev && isActive(place)) changeEv(place.evse, place.evseSpec, command.ev, context.now);
  else context.charger.ev = { ...context.charger.ev, ...command.ev };
  awaitRegistration(context);
  touch(context);
}

/** Timer `connectionTimeout/<connector>`: no EV came for the token (ConnectionTimeOut, §9.1): back to where it was. */
export function connectionTimedOut(context: Context, argument: string): void {
  const place = findPlace(context.charger, Number(argument));
  if (place?.state.authorization) cancelAuthorization(context, place);
}

/** Nobody charges at a connector that is faulted, out of service or busy. @throws CommandRefused (wrongState) */
export function requireUsable(context: Context, place: Place): void {
  const { charger } = context;
  const extra = { status: place.state.status };
  if (isFaulted(charger, place)) refuse('wrongState', `connector ${place.connectorId} is Faulted`, { extra });
  if (v16(charger).inoperative.includes(place.connectorId)) {
    refuse('wrongState', `connector ${place.connectorId} is Unavailable`, { extra });
  }
  if (place.state.transaction) refuse('wrongState', `connector ${place.connectorId} is in a transaction`, { extra });
  const other = place.evse.activeConnectorId;
  if (other !== undefined && other !== place.connector.id) {
    refuse('wrongState', `connector ${place.connectorId} shares its EVSE with one that is in use`, { extra });
  }
}

function requireOn(context: Context): void {
  const why = whyNotOn(context);
  if (why !== undefined) refuse('wrongState', why);
}

function whyNotOn(context: Context): string | undefined {
  const { power, timers } = context.charger;
  if (power === 'off') return 'the charger is switched off: switch it on first';
  return timers.reboot === undefined ? undefined : 'the charger is restarting: wait until it has booted';
}

/** idTag is a CiString20 (OCPP 1.6 §7.28). */
function tag(idToken: string): string {
  if (idToken.length > 0 && idToken.length <= 20) return idToken;
  const message = `1 to 20 characters in OCPP 1.6, not ${idToken.length}`;
  return refuse('badInput', `idToken: ${message}`, { errors: [{ path: 'idToken', message }] });
}

/** RemoteStartTransaction: as if the token had been presented, asking the CSMS first if AuthorizeRemoteTxRequests wants it. */
export function authorizeRemote(context: Context, place: Place, wish: Authorization, first: boolean): void {
  if (first) ask(context, place, wish, 'start');
  else grant(context, place, wish);
}
