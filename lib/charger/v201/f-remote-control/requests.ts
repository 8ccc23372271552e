// Remote control (F01 to F03, F05): what RequestStartTransaction, RequestStopTransaction and UnlockConnector lead to.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { CommandRefused, type Context, note, touch } from '../../context';
import { unlock } from '../../hardware/evse';
import { registrationStatus } from '../../registration';
import { settlePhysics } from '../../timers';
import { isOnline, isOwner } from '../c-authorization/decide';
import type { Authorization } from '../c-authorization/state';
import { ask as askToken, grant } from '../c-authorization/tokens';
import { variableIsTrue } from '../device-model/read';
import { findTransaction } from '../e-transactions/event';
import { deauthorize, endTransaction } from '../e-transactions/lifecycle';
import { whyNoRoom } from '../e-transactions/queue-relief';
import { ask } from '../extensions';
import { lockFails } from '../g-availability/faults';
import { isHeld, requireUsable } from '../g-availability/usable';
import { type Bay, bays, findBay, findPlace, isConnected } from '../places';

type Start = RequestV201<'RequestStartTransaction'>;
type StartAnswer = ResponseV201<'RequestStartTransaction'>;

/** RequestStartTransaction (F01, F02). The answer only says that the station will try; with a transaction under way, which. */
export function requestStart(context: Context, request: Start): StartAnswer {
  const { charger } = context;
  // B02.FR.05: not while Pending, let alone before a boot was answered.
  if (registrationStatus(charger) !== 'Accepted')
    return rejectedStart(context, 'NotReady', 'the registration is not accepted');
  const found = startPlace(context, request);
  if (typeof found === 'string') {
    const isThere = request.evseId === undefined || findBay(charger, request.evseId) !== undefined;
    return rejectedStart(context, isThere ? 'TxNotStarted' : 'UnknownEvse', found);
  }
  const { bay, wish } = found;
  if (asksFirst(charger)) askToken(context, bay, wish, 'start');
  else grant(context, bay, wish, 'RemoteStart');
  const transactionId = bay.state.transaction?.id;
  return { status: 'Accepted', ...(transactionId === undefined ? {} : { transactionId }) };
}

/** F01.FR.01, F01.FR.02. */
const asksFirst = (charger: Charger) =>
  variableIsTrue(charger, 'AuthCtrlr', 'AuthorizeRemoteStart') && isOnline(charger);

function rejectedStart(context: Context, reasonCode: string, why: string): StartAnswer {
  note(context, 'warn', `RequestStartTransaction rejected: ${why}`);
  return { status: 'Rejected', statusInfo: { reasonCode, additionalInfo: why.slice(0, 512) } };
}

/** The EVSE that is asked for, or, where none is, the best: with an EV waiting, then any that is free; and what is wished there. */
function startPlace(context: Context, request: Start): { bay: Bay; wish: Authorization } | string {
  const { charger } = context;
  const full = whyNoRoom(charger);
  if (full !== undefined) return full;
  const asked =
    request.evseId === undefined ? bays(charger) : bays(charger).filter((bay) => bay.evseId === request.evseId);
  if (asked.length === 0) return `there is no EVSE ${request.evseId}`;
  const sorted = [...asked].sort((one, other) => Number(isConnected(other)) - Number(isConnected(one)));
  let why = '';
  for (const bay of sorted) {
    const wish = wishOf(request);
    why = whyNotHere(context, bay, request, wish) ?? '';
    if (why === '') return { bay, wish };
  }
  return why;
}

function wishOf({ idToken, groupIdToken, remoteStartId }: Start): Authorization {
  return { idToken, remoteStartId, ...(groupIdToken ? { groupIdToken } : {}) };
}

function whyNotHere(context: Context, bay: Bay, request: Start, wish: Authorization): string | undefined {
  try {
    requireUsable(context, bay);
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    return error.refusal.detail;
  }
  const { state } = bay;
  const owner = state.transaction ?? state.finishing ?? {};
  if (isHeld(bay) && !isOwner(context, owner, wish.idToken))
    return `the cable of another token is locked at EVSE ${bay.evseId}`;
  return (
    ask('whyNotStart', context, bay, wish, !asksFirst(context.charger)) ??
    ask('remoteStart', context, bay, request, wish)
  );
}

/** RequestStopTransaction (F03). */
export function requestStop(
  context: Context,
  { transactionId }: RequestV201<'RequestStopTransaction'>,
): ResponseV201<'RequestStopTransaction'> {
  const { charger } = context;
  const transaction = findTransaction(charger, transactionId);
  const bay = findBay(charger, transaction?.evseId);
  if (registrationStatus(charger) !== 'Accepted' || !bay || !transaction || bay.state.transaction !== transaction) {
    const additionalInfo = 'no transaction of that id is under way';
    return { status: 'Rejected', statusInfo: { reasonCode: 'TxNotFound', additionalInfo } };
  }
  // F03.FR.02: as if its user had stopped it; where nobody is authorized (any longer), there is only the transaction to end.
  if (bay.state.authorization) deauthorize(context, bay, 'RemoteStop', 'Remote');
  else endTransaction(context, bay, { trigger: 'RemoteStop', reason: 'Remote' });
  settlePhysics(context);
  return { status: 'Accepted' };
}

type UnlockAnswer = ResponseV201<'UnlockConnector'>;

/** UnlockConnector (F05). */
export function unlockConnector(context: Context, request: RequestV201<'UnlockConnector'>): UnlockAnswer {
  const { charger } = context;
  const place = findPlace(charger, request.evseId, request.connectorId);
  if (!place) return { status: 'UnknownConnector' };
  // F05.FR.02.
  if (place.bay.state.authorization && place.bay.state.transaction) return { status: 'OngoingAuthorizedTransaction' };
  if (place.connectorSpec.fixedCable) {
    const additionalInfo = 'a fixed cable is not locked in the station';
    return { status: 'UnlockFailed', statusInfo: { reasonCode: 'FixedCable', additionalInfo } };
  }
  if (lockFails(charger, place)) return { status: 'UnlockFailed' };
  unlock(place.bay.evse, place.connector.id);
  touch(context);
  return { status: 'Unlocked' };
}
