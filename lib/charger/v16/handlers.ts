// CSMS-initiated calls of 1.6 Core (OCPP 1.6 §5), one function each. Payloads have passed their schemas; what a call means for
// sessions, transactions and configuration is done by the files of those.
import type { RequestV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { CommandRefused, type Context, note, touch } from '../context';
import { answerDataTransfer } from '../data-transfer';
import { unlock } from '../hardware/evse';
import { requestLog } from '../log-request';
import type { AnswerLater } from '../owed-answers';
import { registrationStatus } from '../registration';
import type { Claim } from '../reservations';
import { clearCache, isOnline } from './authorization';
import { reset } from './boot';
import { isHeld, requireUsable } from './cable';
import { certificateSigned, deleteCertificate, getInstalledCertificateIds, installCertificate } from './certificates';
import { changeConfiguration, getConfiguration, settingIsTrue } from './configuration';
import { getLocalListVersion, sendLocalList } from './local-auth-list';
import { findPlace, type Place, places, v16 } from './places';
import { whyNoRoom } from './queue-relief';
import { extendedTriggerMessage, triggerMessage } from './remote-trigger';
import { cancelReservation, claim, reserveNow } from './reservation';
import {
  clearChargingProfile,
  getCompositeSchedule,
  profileForStart,
  setChargingProfile,
  whyNotStartWith,
} from './smart-charging';
import type { Authorization } from './state';
import { authorizeRemote, sameOwner } from './tokens';
import { endTransaction, lockFails, setInoperative } from './transactions';
import { getDiagnostics, signedUpdateFirmware, updateFirmware } from './transfers';

/** ChangeAvailability (§5.2): at once, or when the transaction that runs has ended. */
export function changeAvailability(
  context: Context,
  request: RequestV16<'ChangeAvailability'>,
): Record<string, unknown> {
  const { charger } = context;
  const { connectorId, type } = request;
  const all = places(charger);
  const concerned = connectorId === 0 ? all : all.filter((place) => place.connectorId === connectorId);
  if (concerned.length === 0) return { status: 'Rejected' };
  const state = v16(charger);
  let scheduled = false;
  for (const place of concerned) {
    const busy = place.state.transaction !== undefined;
    const already = state.inoperative.includes(place.connectorId) === (type === 'Inoperative');
    forgetSchedule(charger, place.connectorId);
    if (already) continue;
    if (busy) schedule(charger, place.connectorId, type);
    else setInoperative(charger, place.connectorId, type);
    scheduled ||= busy;
  }
  if (connectorId === 0) {
    forgetSchedule(charger, 0);
    if (scheduled) schedule(charger, 0, type);
    else setInoperative(charger, 0, type);
  }
  touch(context);
  return { status: scheduled ? 'Scheduled' : 'Accepted' };
}

function schedule(charger: Charger, connectorId: number, type: 'Operative' | 'Inoperative'): void {
  const state = v16(charger);
  state.scheduled = { ...state.scheduled, [connectorId]: type };
}

function forgetSchedule(charger: Charger, connectorId: number): void {
  const state = v16(charger);
  if (!state.scheduled) return;
  delete state.scheduled[connectorId];
  if (Object.keys(state.scheduled).length === 0) delete state.scheduled;
}

/** RemoteStartTransaction (§5.11). The answer only says that the charger will try. */
export function remoteStart(context: Context, request: RequestV16<'RemoteStartTransaction'>): Record<string, unknown> {
  const { charger } = context;
  const rejected = { status: 'Rejected' };
  // §4.2: not allowed while Pending, let alone before a boot was answered.
  if (registrationStatus(charger) !== 'Accepted') return rejected;
  const profile = request.chargingProfile;
  const why = whyNoRoom(charger) ?? (profile && whyNotStartWith(charger, profile, context.now));
  if (why !== undefined) {
    note(context, 'warn', `RemoteStartTransaction rejected: ${why}`);
    return rejected;
  }
  const place = remotePlace(context, request);
  if (!place) return rejected;
  const chargingProfile = profile && profileForStart(charger, profile);
  const wish: Authorization = { idTag: request.idTag, remote: true, ...(chargingProfile ? { chargingProfile } : {}) };
  authorizeRemote(context, place, wish, settingIsTrue(charger, 'AuthorizeRemoteTxRequests') && isOnline(charger));
  return { status: 'Accepted' };
}

/** The connector asked for, or, where none is, the best: reserved for the token, then with an EV waiting, then any that is free. */
function remotePlace(
  context: Context,
  { connectorId, idTag }: RequestV16<'RemoteStartTransaction'>,
): Place | undefined {
  // A cable that is kept locked for its owner is not somebody else's to charge with (§3.5.4).
  const free = (place: Place) => !isHeld(place) || sameOwner(context, place.state.finishing ?? {}, idTag);
  const claimed = (place: Place) => claim(context, place, idTag);
  const usable = (place: Place) =>
    isUsable(context, place) && !place.state.authorization && free(place) && claimed(place) !== 'barred';
  const rank = (place: Place) => preference[claimed(place)] - (place.connector.cable === 'connected' ? 1 : 0);
  if (connectorId !== undefined) {
    const place = findPlace(context.charger, connectorId);
    return place && usable(place) ? place : undefined;
  }
  return places(context.charger)
    .filter(usable)
    .sort((one, other) => rank(one) - rank(other))[0];
}

const preference: Record<Claim, number> = { holder: 0, none: 2, perhaps: 4, barred: 6 };

function isUsable(context: Context, place: Place): boolean {
  try {
    requireUsable(context, place);
    return true;
  } catch (error) {
    if (error instanceof CommandRefused) return false;
    throw error;
  }
}

/** RemoteStopTransaction (§5.12). */
export function remoteStop(context: Context, request: RequestV16<'RemoteStopTransaction'>): Record<string, unknown> {
  const { charger } = context;
  if (registrationStatus(charger) !== 'Accepted') return { status: 'Rejected' };
  const place = places(charger).find(
    (candidate) => candidate.state.transaction?.transactionId === request.transactionId,
  );
  if (!place) return { status: 'Rejected' };
  endTransaction(context, place, { reason: 'Remote' });
  return { status: 'Accepted' };
}

/** UnlockConnector (§5.18): ends the transaction first; a fixed cable has no lock, an unknown connector none either. */
export function unlockConnector(context: Context, request: RequestV16<'UnlockConnector'>): Record<string, unknown> {
  const place = findPlace(context.charger, request.connectorId);
  if (!place || place.connectorSpec.fixedCable) return { status: 'NotSupported' };
  if (place.state.transaction) endTransaction(context, place, { reason: 'UnlockCommand' });
  if (lockFails(context.charger, place)) return { status: 'UnlockFailed' };
  unlock(place.evse, place.connector.id);
  touch(context);
  return { status: 'Unlocked' };
}

type Handler<A extends keyof Requests> = (
  context: Context,
  request: Requests[A],
) => Record<string, unknown> | AnswerLater;

interface Requests {
  CancelReservation: RequestV16<'CancelReservation'>;
  CertificateSigned: RequestV16<'CertificateSigned'>;
  ChangeAvailability: RequestV16<'ChangeAvailability'>;
  ChangeConfiguration: RequestV16<'ChangeConfiguration'>;
  ClearCache: RequestV16<'ClearCache'>;
  ClearChargingProfile: RequestV16<'ClearChargingProfile'>;
  DataTransfer: RequestV16<'DataTransfer'>;
  DeleteCertificate: RequestV16<'DeleteCertificate'>;
  ExtendedTriggerMessage: RequestV16<'ExtendedTriggerMessage'>;
  GetCompositeSchedule: RequestV16<'GetCompositeSchedule'>;
  GetConfiguration: RequestV16<'GetConfiguration'>;
  GetDiagnostics: RequestV16<'GetDiagnostics'>;
  GetLocalListVersion: RequestV16<'GetLocalListVersion'>;
  GetLog: RequestV16<'GetLog'>;
  GetInstalledCertificateIds: RequestV16<'GetInstalledCertificateIds'>;
  InstallCertificate: RequestV16<'InstallCertificate'>;
  RemoteStartTransaction: RequestV16<'RemoteStartTransaction'>;
  RemoteStopTransaction: RequestV16<'RemoteStopTransaction'>;
  ReserveNow: RequestV16<'ReserveNow'>;
  Reset: RequestV16<'Reset'>;
  SetChargingProfile: RequestV16<'SetChargingProfile'>;
  SignedUpdateFirmware: RequestV16<'SignedUpdateFirmware'>;
  SendLocalList: RequestV16<'SendLocalList'>;
  TriggerMessage: RequestV16<'TriggerMessage'>;
  UnlockConnector: RequestV16<'UnlockConnector'>;
  UpdateFirmware: RequestV16<'UpdateFirmware'>;
}

/** Calls that this charger answers. */
export const handlers: { [A in keyof Requests]: Handler<A> } = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificateSigned,
  ChangeAvailability: changeAvailability,
  ChangeConfiguration: changeConfiguration,
  ClearCache: clearCache,
  ClearChargingProfile: clearChargingProfile,
  DataTransfer: (_context, request) => answerDataTransfer(request),
  DeleteCertificate: deleteCertificate,
  ExtendedTriggerMessage: extendedTriggerMessage,
  GetCompositeSchedule: getCompositeSchedule,
  GetConfiguration: getConfiguration,
  GetDiagnostics: getDiagnostics,
  GetLocalListVersion: getLocalListVersion,
  GetLog: requestLog,
  GetInstalledCertificateIds: getInstalledCertificateIds,
  InstallCertificate: installCertificate,
  RemoteStartTransaction: remoteStart,
  RemoteStopTransaction: remoteStop,
  ReserveNow: reserveNow,
  Reset: reset,
  SetChargingProfile: setChargingProfile,
  SignedUpdateFirmware: signedUpdateFirmware,
  SendLocalList: sendLocalList,
  TriggerMessage: triggerMessage,
  UnlockConnector: unlockConnector,
  UpdateFirmware: updateFirmware,
};
