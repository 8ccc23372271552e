// The local authorization list (D01, D02): how the CSMS writes it, and what it says of a token (C13, C14). How its word weighs beside the
// cache and the CSMS is in c-authorization/decide.ts.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import { type Context, note, touch } from '../../context';
import { type ListOutcome, updateList } from '../../local-list';
import type { KnownToken } from '../block';
import { variableIsTrue } from '../device-model/read';
import { localListMost } from '../device-model/sessions';
import { type IdToken, type IdTokenInfo, keyOf } from '../id-token';
import { limit } from '../message-limits';
import { v201 } from '../places';
import type { ListedToken } from './state';

type Request = RequestV201<'SendLocalList'>;

/** `localListMost` tokens of plain text fit, whatever is told of each; the list is part of the document, which has to stay small. */
const listBytesMost = 96 * 1024;

const isEnabled = (charger: Charger) => variableIsTrue(charger, 'LocalAuthListCtrlr', 'Enabled');

/** GetLocalListVersion (D02): 0 for an empty list, and where there is to be none (D02.FR.02, D02.FR.03). */
export function getLocalListVersion({ charger }: Context): ResponseV201<'GetLocalListVersion'> {
  return { versionNumber: versionOf(charger) };
}

function versionOf(charger: Charger): number {
  return isEnabled(charger) ? (v201(charger).localList?.version ?? 0) : 0;
}

const refusals = { versionMismatch: 'VersionMismatch', failed: 'Failed' } as const;

/** SendLocalList (D01): taken as a whole, or refused with the list as it was. */
export function sendLocalList(context: Context, request: Request): ResponseV201<'SendLocalList'> {
  const { charger } = context;
  limit(charger, 'SendLocalList', request.localAuthorizationList?.length ?? 0, request);
  if (!isEnabled(charger)) return refused(context, 'Failed', 'NotEnabled', 'LocalAuthListCtrlr.Enabled is false');
  // D01.FR.18: 0 is the version of an empty list.
  if (request.versionNumber <= 0) {
    return refused(context, 'Failed', 'InvalidValue', `${request.versionNumber} is no version of a list`);
  }
  const outcome = applied(charger, request);
  if (outcome.kind !== 'updated') return refused(context, refusals[outcome.kind], 'InvalidValue', outcome.why);
  const state = v201(charger);
  if (outcome.list) state.localList = outcome.list;
  else delete state.localList;
  touch(context);
  return { status: 'Accepted' };
}

function refused(
  context: Context,
  status: 'Failed' | 'VersionMismatch',
  reasonCode: string,
  why: string,
): ResponseV201<'SendLocalList'> {
  note(context, 'warn', `SendLocalList answered with ${status}: ${why}`);
  return { status, statusInfo: { reasonCode, additionalInfo: why } };
}

function applied(charger: Charger, request: Request): ListOutcome<ListedToken> {
  const { versionNumber, updateType, localAuthorizationList = [] } = request;
  const changes = localAuthorizationList.map(({ idToken, idTokenInfo }) => ({
    token: keyOf(idToken),
    ...(idTokenInfo ? { entry: entryOf(idTokenInfo) } : {}),
  }));
  const kind = updateType === 'Full' ? ('full' as const) : ('differential' as const);
  const limits = { entries: localListMost, changes: localListMost, bytes: listBytesMost };
  return updateList(v201(charger).localList, { kind, version: versionNumber, changes }, limits);
}

/** Only what differs from a plain accepted token. ConcurrentTx says that the token is good but busy: it is a valid entry. */
function entryOf({ status, groupIdToken, evseId, cacheExpiryDateTime }: IdTokenInfo): ListedToken {
  return {
    ...(status === 'Accepted' || status === 'ConcurrentTx' ? {} : { status }),
    ...(groupIdToken ? { groupIdToken } : {}),
    ...(evseId ? { evseId } : {}),
    ...(cacheExpiryDateTime === undefined ? {} : { expiry: Date.parse(cacheExpiryDateTime) }),
  };
}

/** The list's word on a token, expired where time has passed; `undefined`: it is not on it, or there is to be no list. */
export function listed({ charger, now }: Context, idToken: IdToken): KnownToken | undefined {
  const entries = v201(charger).localList?.entries;
  const key = keyOf(idToken);
  const entry = entries && Object.hasOwn(entries, key) ? entries[key] : undefined;
  if (!entry || !isEnabled(charger)) return undefined;
  const { status = 'Accepted', groupIdToken, evseId, expiry } = entry;
  const expired = status === 'Accepted' && expiry !== undefined && expiry <= chargerTime(charger, now);
  const info = {
    status: expired ? ('Expired' as const) : status,
    ...(groupIdToken ? { groupIdToken } : {}),
    ...(evseId ? { evseId } : {}),
  };
  return { info, final: variableIsTrue(charger, 'LocalAuthListCtrlr', 'DisablePostAuthorize') };
}

/** The list as people see it. Its version is what GetLocalListVersion answers. */
export function viewLocalList(charger: Charger): Record<string, unknown> {
  const tokens = Object.keys(v201(charger).localList?.entries ?? {}).length;
  return { enabled: isEnabled(charger), version: versionOf(charger), tokens };
}

/** What the list says of each token, by type and text. Case does not matter in the text, which is kept in lower case. */
export function listTokens(charger: Charger): Record<string, unknown>[] {
  return Object.entries(v201(charger).localList?.entries ?? {}).map(([key, listed]) => {
    const { status, groupIdToken, evseId, expiry } = listed;
    const [type = '', ...text] = key.split('|');
    return {
      idToken: text.join('|'),
      type,
      status: status ?? 'Accepted',
      ...(expiry === undefined ? {} : { expiryDate: new Date(expiry).toISOString() }),
      ...(groupIdToken ? { groupIdToken: groupIdToken.idToken } : {}),
      ...(evseId ? { evseIds: evseId } : {}),
    };
  });
}
