// What a token does at a 1.6 connector: it is asked about, starts, stops, cancels or unlocks (OCPP 1.6 §3.5, §4.1, §5.11). Whether
// it may is decided in authorization.ts.
import type { QueuedCall } from '../charger';
import type { Refusal } from '../command';
import { CommandRefused, type Context, refuse, note as report, touch } from '../context';
import { unlock } from '../hardware/evse';
import { conclude } from '../pending';
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
import { canStart, isHeld, pull, refuseHeld, requireUsable, whyNotOn } from './cable';
import { settingIsTrue, settingNumber } from './configuration';
import { findPlace, type Place, places } from './places';
import { whyNoRoom } from './queue-relief';
import { claim } from './reservation';
import type { Authorization } from './state';
import { beginTransaction, endTransaction } from './transactions';

/** A token is held to the reader of a connector: what it does follows from the state. @throws CommandRefused (wrongState) */
export function present(context: Context, place: Place, wish: Authorization): void {
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

export function cancelAuthorization(context: Context, place: Place): void {
  delete place.state.authorization;
  disarm(context.charger, `connectionTimeout/${place.connectorId}`);
  touch(context);
}

export function presentToStop(context: Context, place: Place, idTag: string): void {
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
export function unplugIfOrdered(context: Context, place: Place): void {
  const pending = context.cause === undefined ? undefined : context.charger.commands[context.cause];
  if (pending?.command.kind !== 'stopTransaction' || !pending.command.unplug) return;
  settlePhysics(context);
  pull(context, place, 'both');
}

export function sameOwner(context: Context, owner: { idTag?: string; parentIdTag?: string }, idTag: string): boolean {
  return sameTag(owner.idTag, idTag) || sameTag(owner.parentIdTag, knownParent(context, idTag));
}

/** Has a token authorized, by the charger itself or by the CSMS, for a purpose at a connector. */
export function ask(context: Context, place: Place, wish: Authorization, purpose: Purpose): void {
  const full = purpose === 'start' ? whyNoRoom(context.charger) : undefined;
  if (full !== undefined) return turnAway(context, wish, full);
  const reserved = purpose === 'start' ? claim(context, place, wish.idTag) : 'none';
  if (reserved === 'barred') return turnAway(context, wish, reservedForOthers(place));
  const note = { purpose, connectorId: place.connectorId, wish };
  const decision = decide(context, wish.idTag, note, reserved === 'perhaps');
  act(context, place, wish, purpose, decision);
}

function act(context: Context, place: Place, wish: Authorization, purpose: Purpose, decision: Decision): void {
  if (decision.kind === 'asked') return;
  if (decision.kind === 'refused') return deny(context, decision);
  if (purpose === 'start' && claim(context, place, wish.idTag, decision) === 'barred') {
    return turnAway(context, wish, reservedForOthers(place));
  }
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

const reservedForOthers = ({ connectorId }: Place) =>
  `connector ${connectorId} is reserved for another token (OCPP 1.6 §5.13)`;

/** Nothing is said of the token: there is no room for it, or none here. */
function turnAway(context: Context, wish: Authorization, reason: string): void {
  report(context, 'warn', `${wish.idTag} may not start: ${reason}`);
  conclude(context, { outcome: 'refused', reason });
  failOrder(context, { kind: 'wrongState', detail: reason });
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

/** RemoteStartTransaction: as if the token had been presented, asking the CSMS first if AuthorizeRemoteTxRequests or a reservation wants it. */
export function authorizeRemote(context: Context, place: Place, wish: Authorization, first: boolean): void {
  if (first || claim(context, place, wish.idTag) === 'perhaps') return ask(context, place, wish, 'start');
  const parentIdTag = knownParent(context, wish.idTag);
  grant(context, place, { ...wish, ...(parentIdTag === undefined ? {} : { parentIdTag }) });
}

/** Timer `connectionTimeout/<connector>`: no EV came for the token (ConnectionTimeOut, §9.1): back to where it was. */
export function connectionTimedOut(context: Context, argument: string): void {
  const place = findPlace(context.charger, Number(argument));
  if (place?.state.authorization) cancelAuthorization(context, place);
}

/** idTag is a CiString20 (OCPP 1.6 §7.28). */
export function tag(idToken: string): string {
  if (idToken.length > 0 && idToken.length <= 20) return idToken;
  const message = `1 to 20 characters in OCPP 1.6, not ${idToken.length}`;
  return refuse('badInput', `idToken: ${message}`, { errors: [{ path: 'idToken', message }] });
}
