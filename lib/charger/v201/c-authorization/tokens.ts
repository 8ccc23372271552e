// What a token does at a 2.0.1 EVSE: it is asked about, starts, stops, cancels or unlocks (C01 to C06, C09, C16, E02, E03, E07). Whether it
// may is decided in decide.ts.
import type { ResponseV201 } from '../../../ocpp/v201/messages';
import type { QueuedCall } from '../../charger';
import type { Refusal } from '../../command';
import { CommandRefused, type Context, refuse, note as report, touch } from '../../context';
import { conclude } from '../../pending';
import { isAccepted } from '../../registration';
import { settlePhysics } from '../../timers';
import { variableIsTrue } from '../device-model/read';
import { pull } from '../e-transactions/disconnect';
import { authorize, deauthorize, release } from '../e-transactions/lifecycle';
import { whyNoRoom } from '../e-transactions/queue-relief';
import type { TriggerReason } from '../e-transactions/state';
import { ask as askBlocks } from '../extensions';
import { isHeld, refuseHeld, requireUsable, whyNotOn } from '../g-availability/usable';
import { textOf } from '../i-tariff-cost/cost';
import { type IdToken, sameToken } from '../id-token';
import { activePlace, type Bay, bays, findBay } from '../places';
import {
  type Decision,
  decide,
  decideOffline,
  isMasterPass,
  isOwner,
  knownGroup,
  learn,
  type Proof,
  type Purpose,
  whyNotAccepted,
} from './decide';
import type { Authorization } from './state';

/** A token is held to the reader of an EVSE: what it does follows from the state. @throws CommandRefused (wrongState) */
export function present(context: Context, bay: Bay, wish: Authorization): void {
  const { state } = bay;
  if (state.authorization) return presentAgain(context, bay, wish);
  if (isHeld(bay)) {
    if (!isOwner(context, ownerOf(bay), wish.idToken)) refuseHeld(bay);
    if (!state.transaction) return unlockFor(context, bay);
  }
  requireUsable(context, bay);
  ask(context, bay, wish, 'start');
}

const ownerOf = ({ state }: Bay) => state.transaction ?? state.finishing ?? {};

/** Whoever has ended a session takes the cable (E09.FR.03). */
function unlockFor(context: Context, bay: Bay): void {
  release(context, bay);
  conclude(context, { outcome: 'unlocked' });
  touch(context);
}

/** Somebody is authorized here already: the same token, or one of its group, takes that back (E07, C09). */
function presentAgain(context: Context, bay: Bay, { idToken }: Authorization): void {
  const { authorization, transaction } = bay.state;
  if (!authorization) return;
  // C01.FR.03: the token that started is not asked about again.
  if (sameToken(authorization.idToken, idToken)) return stopBy(context, bay, idToken);
  if (authorization.groupIdToken && sameToken(authorization.groupIdToken, knownGroup(context, idToken))) {
    return stopBy(context, bay, idToken);
  }
  if (transaction) return ask(context, bay, { idToken }, 'stop');
  const status = activePlace(bay)?.state.status;
  refuse('wrongState', `EVSE ${bay.evseId} waits for the EV of another token`, { extra: { status } });
}

export function presentToStop(context: Context, bay: Bay, idToken: IdToken): void {
  if (bay.state.authorization) return presentAgain(context, bay, { idToken });
  refuse('wrongState', `nobody is authorized at EVSE ${bay.evseId}: the transaction there goes on until the EV leaves`);
}

function stopBy(context: Context, bay: Bay, idToken: IdToken): void {
  const runs = bay.state.transaction !== undefined;
  deauthorize(context, bay, 'StopAuthorized', 'Local', idToken);
  conclude(context, { outcome: runs ? 'stopped' : 'cancelled' });
  unplugIfOrdered(context, bay);
}

/** A stopTransaction command may want the cable out once the transaction is over. */
export function unplugIfOrdered(context: Context, bay: Bay): void {
  const pending = context.cause === undefined ? undefined : context.charger.commands[context.cause];
  if (pending?.command.kind !== 'stopTransaction' || !pending.command.unplug) return;
  settlePhysics(context);
  const place = activePlace(bay);
  if (place) pull(context, place, 'both');
}

/** Has a token authorized, by the charger itself or by the CSMS, for a purpose at an EVSE. `proof`: what the CSMS is told of its contract. */
export function ask(context: Context, bay: Bay, wish: Authorization, purpose: Purpose, proof: Proof = {}): void {
  const why = purpose === 'start' ? whyNotStart(context, bay, wish) : undefined;
  if (why !== undefined) return turnAway(context, wish, why);
  const decision = decide(context, wish.idToken, bay.evseId, { purpose, evseId: bay.evseId, wish }, proof);
  act(context, bay, wish, purpose, decision);
}

/** Nothing is said of the token: there is no room for it, or none here. */
function whyNotStart(context: Context, bay: Bay, wish: Authorization): string | undefined {
  const { charger } = context;
  if (!isAccepted(charger) && !variableIsTrue(charger, 'TxCtrlr', 'TxBeforeAcceptedEnabled')) {
    return 'the CSMS has not accepted the charger, and TxBeforeAcceptedEnabled is false';
  }
  return whyNoRoom(charger) ?? askBlocks('whyNotStart', context, bay, wish, false);
}

function act(context: Context, bay: Bay, wish: Authorization, purpose: Purpose, decision: Decision): void {
  if (decision.kind === 'asked') return;
  if (decision.kind === 'refused') return deny(context, decision);
  const { groupIdToken, offline } = decision;
  const granted: Authorization = {
    ...wish,
    ...(groupIdToken ? { groupIdToken } : {}),
    ...(offline ? { offline } : {}),
  };
  if (isMasterPass(context.charger, groupIdToken)) return useMasterPass(context, bay, granted, purpose);
  if (purpose === 'stop') return stopIfSameGroup(context, bay, granted);
  const why = askBlocks('whyNotStart', context, bay, granted, true);
  if (why !== undefined) return turnAway(context, granted, why);
  grant(context, bay, granted, 'Authorized');
}

/** C16: without a choice on a display it stops every transaction, and starts none. */
function useMasterPass(context: Context, bay: Bay, { idToken }: Authorization, purpose: Purpose): void {
  const running = bays(context.charger).filter(({ state }) => state.transaction);
  if (running.length === 0) {
    const reason = 'a token of the master pass group stops transactions, and starts none (C16)';
    conclude(context, { outcome: 'refused', authorization: { status: 'Accepted' }, reason });
    return failOrder(context, { kind: 'wrongState', detail: reason });
  }
  for (const one of running) deauthorize(context, one, 'StopAuthorized', 'MasterPass', idToken);
  conclude(context, { outcome: 'stopped', authorization: { status: 'Accepted' } });
  if (purpose === 'stop') unplugIfOrdered(context, bay);
}

/** A refused token is a normal answer of a reader; only who ordered a transaction has failed. */
function deny(context: Context, decision: Extract<Decision, { kind: 'refused' }>): void {
  conclude(context, { outcome: 'refused', authorization: { status: decision.status }, reason: decision.reason });
  failOrder(context, { kind: 'wrongState', detail: decision.reason });
}

function turnAway(context: Context, { idToken }: Authorization, reason: string): void {
  report(context, 'warn', `${idToken.idToken} may not start: ${reason}`);
  conclude(context, { outcome: 'refused', reason });
  failOrder(context, { kind: 'wrongState', detail: reason });
}

function failOrder(context: Context, why: Refusal): void {
  const pending = context.cause === undefined ? undefined : context.charger.commands[context.cause];
  if (pending?.command.kind === 'startTransaction' || pending?.command.kind === 'stopTransaction') {
    pending.failure ??= why;
  }
}

/** A token may charge here: at once if an EV is connected, else when it comes within EVConnectionTimeOut. */
export function grant(context: Context, bay: Bay, granted: Authorization, trigger: TriggerReason): void {
  authorize(context, bay, granted, trigger);
  settlePhysics(context);
  const outcome = bay.state.transaction ? 'started' : 'authorized';
  conclude(context, { outcome, authorization: { status: 'Accepted' } });
}

function stopIfSameGroup(context: Context, bay: Bay, granted: Authorization): void {
  const { authorization } = bay.state;
  if (!authorization) return;
  if (sameToken(granted.groupIdToken, authorization.groupIdToken)) return stopBy(context, bay, granted.idToken);
  const detail = `EVSE ${bay.evseId} charges for another token, and ${granted.idToken.idToken} is not of its group`;
  conclude(context, { outcome: 'refused', authorization: { status: 'Accepted' }, reason: detail });
  failOrder(context, { kind: 'wrongState', detail });
}

interface Note {
  idToken: IdToken;
  evseId: number;
  purpose: Purpose;
  wish: Authorization;
}

/** A tester's own Authorize comes without a note: what it asks for stands in the message alone. */
function noteOf(call: QueuedCall): Partial<Note> & Pick<Note, 'idToken'> {
  const note = (call.note ?? {}) as Partial<Note>;
  return { ...note, idToken: note.idToken ?? (call.payload as { idToken: IdToken }).idToken };
}

/** AuthorizeResponse (C01). */
export function authorizeAnswered(context: Context, call: QueuedCall, answer: ResponseV201<'Authorize'>): void {
  const { idToken, evseId, purpose, wish } = noteOf(call);
  const { idTokenInfo, certificateStatus = 'Accepted' } = answer;
  learn(context, idToken, idTokenInfo);
  const bay = findBay(context.charger, evseId);
  if (!bay || !purpose || !wish) return;
  const { status, groupIdToken, personalMessage } = idTokenInfo;
  conclude(context, { authorization: idTokenInfo });
  const why =
    certificateStatus === 'Accepted'
      ? whyNotAccepted(idTokenInfo, bay.evseId, 'the CSMS refused the token:')
      : `the CSMS refused the contract certificate: ${certificateStatus}`;
  if (why !== undefined) {
    conclude(context, { outcome: 'refused' });
    failOrder(context, { kind: 'refusedByCsms', detail: why, extra: { authorization: { status } } });
    return touch(context);
  }
  if (purpose === 'start' && !stillUsable(context, bay)) return;
  const granted: Authorization = { ...wish, ...(personalMessage ? { personalMessage: textOf(personalMessage) } : {}) };
  act(context, bay, granted, purpose, { kind: 'accepted', ...(groupIdToken ? { groupIdToken } : {}) });
}

/** Time has passed since the question: the EVSE may be in use, faulted or out of service by now. */
function stillUsable(context: Context, bay: Bay): boolean {
  try {
    requireUsable(context, bay);
    return true;
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    conclude(context, { outcome: 'refused', reason: error.refusal.detail });
    failOrder(context, error.refusal);
    return false;
  }
}

/** No answer to Authorize: without a connection the offline rules decide, else the token is refused. */
export function authorizeFailed(context: Context, call: QueuedCall, why: Refusal): void {
  const { idToken, evseId, purpose, wish } = noteOf(call);
  const bay = findBay(context.charger, evseId);
  if (!bay || !purpose || !wish) return;
  // A charger that goes down itself decides nothing any more.
  if ((why.kind !== 'unreachable' && why.kind !== 'wrongState') || whyNotOn(context) !== undefined) {
    conclude(context, { outcome: 'refused', reason: why.detail });
    failOrder(context, why);
    return;
  }
  if (purpose === 'start' && !stillUsable(context, bay)) return;
  act(context, bay, wish, purpose, decideOffline(context, idToken, bay.evseId));
}
