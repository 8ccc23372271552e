// Local Auth List Management of 1.6 (§5.10, §5.15): the list the CSMS keeps in the charger, what it says of a token, and conflicts with
// what the CSMS says otherwise (§3.5.2). How the list weighs against cache and CSMS is in authorization.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { chargerTime } from '../clock';
import { type Context, note, touch } from '../context';
import { type ListOutcome, updateList } from '../local-list';
import { hasProfile, settingIsTrue, settingNumber } from './configuration';
import { v16 } from './places';
import type { ListedToken } from './state';

/** LocalAuthListMaxLength tokens of plain text fit, whatever is told of each; those of rarer characters may not. */
const listBytesMost = 64 * 1024;

function isEnabled(charger: Charger): boolean {
  return hasProfile(charger, 'LocalAuthListManagement') && settingIsTrue(charger, 'LocalAuthListEnabled');
}

/** GetLocalListVersion (§5.10). */
export function getLocalListVersion({ charger }: Context): { listVersion: number } {
  return { listVersion: versionOf(charger) };
}

/** 0 for an empty list, -1 where there is to be none (§3.5.2). */
function versionOf(charger: Charger): number {
  return isEnabled(charger) ? (v16(charger).localList?.version ?? 0) : -1;
}

const refusals = { versionMismatch: 'VersionMismatch', failed: 'Failed' } as const;

/** SendLocalList (§5.15): taken as a whole, or refused with the list as it was. */
export function sendLocalList(context: Context, request: RequestV16<'SendLocalList'>): { status: string } {
  const { charger } = context;
  if (!isEnabled(charger)) return { status: 'NotSupported' };
  const outcome = applied(charger, request);
  if (outcome.kind !== 'updated') {
    const status = refusals[outcome.kind];
    note(context, 'warn', `SendLocalList answered with ${status}: ${outcome.why}`);
    return { status };
  }
  const state = v16(charger);
  delete state.listConflict;
  if (outcome.list) state.localList = outcome.list;
  else delete state.localList;
  forgetCached(charger);
  touch(context);
  return { status: 'Accepted' };
}

function applied(charger: Charger, request: RequestV16<'SendLocalList'>): ListOutcome<ListedToken> {
  const { listVersion, updateType, localAuthorizationList = [] } = request;
  const changes = localAuthorizationList.map(({ idTag, idTagInfo }) => ({
    token: idTag.toLowerCase(),
    ...(idTagInfo ? { entry: entryOf(idTagInfo) } : {}),
  }));
  const kind = updateType === 'Full' ? ('full' as const) : ('differential' as const);
  return updateList(v16(charger).localList, { kind, version: listVersion, changes }, limitsOf(charger));
}

function limitsOf(charger: Charger) {
  return {
    entries: settingNumber(charger, 'LocalAuthListMaxLength'),
    changes: settingNumber(charger, 'SendLocalListMaxLength'),
    bytes: listBytesMost,
  };
}

type IdTagInfo = NonNullable<NonNullable<RequestV16<'SendLocalList'>['localAuthorizationList']>[number]['idTagInfo']>;

/** Only what differs from a plain accepted token. ConcurrentTx marks one that is good but busy (§3.5.2). */
function entryOf({ status, expiryDate, parentIdTag }: IdTagInfo): ListedToken {
  return {
    ...(isValid(status) ? {} : { status }),
    ...(expiryDate === undefined ? {} : { expiry: Date.parse(expiryDate) }),
    ...(parentIdTag === undefined ? {} : { parent: parentIdTag }),
  };
}

const isValid = (status: string) => status === 'Accepted' || status === 'ConcurrentTx';

/** §3.5.3: tokens on the list are not in the cache. */
function forgetCached(charger: Charger): void {
  const { cache, localList } = v16(charger);
  for (const idTag of Object.keys(cache)) if (localList && Object.hasOwn(localList.entries, idTag)) delete cache[idTag];
}

/** LocalAuthListEnabled has changed: a list that is used again takes its tokens from the cache. */
export function localListEnabled(context: Context): void {
  delete v16(context.charger).listConflict;
  if (isEnabled(context.charger)) forgetCached(context.charger);
}

/** The list's word on a token, expired where time has passed; `undefined`: it is not on it, or there is to be no list. */
export function listed(context: Context, idTag: string): { status: string; parentIdTag?: string } | undefined {
  const { charger, now } = context;
  const entries = v16(charger).localList?.entries;
  const key = idTag.toLowerCase();
  const entry = entries && Object.hasOwn(entries, key) ? entries[key] : undefined;
  if (!entry || !isEnabled(charger)) return undefined;
  const { status = 'Accepted', expiry, parent } = entry;
  const expired = status === 'Accepted' && expiry !== undefined && expiry <= chargerTime(charger, now);
  return { status: expired ? 'Expired' : status, ...(parent === undefined ? {} : { parentIdTag: parent }) };
}

/** The CSMS says something of a listed token. It does not change the list, but a conflict is told with connector 0 (§3.5.2). */
export function compareWithList(context: Context, idTag: string, list: { status: string }, told: string): void {
  const state = v16(context.charger);
  const mine = state.listConflict?.idTag.toLowerCase() === idTag.toLowerCase();
  if (isValid(list.status) !== isValid(told)) {
    const word = isValid(told) ? 'Accepted' : told;
    state.listConflict = { idTag, info: `${idTag}: list ${list.status}, CSMS ${word}`, at: context.now };
  } else if (mine) delete state.listConflict;
  else return;
  touch(context);
}

/** The list as people see it. Its version is what GetLocalListVersion answers. */
export function viewLocalList(charger: Charger): Record<string, unknown> {
  const { localList, listConflict } = v16(charger);
  return {
    enabled: isEnabled(charger),
    version: versionOf(charger),
    tokens: Object.keys(localList?.entries ?? {}).length,
    ...(listConflict ? { conflict: listConflict.info } : {}),
  };
}

/** What the list says of each token, by its text. Tokens are compared without regard to case, and kept in lower case. */
export function listTokens(charger: Charger): Record<string, unknown>[] {
  return Object.entries(v16(charger).localList?.entries ?? {}).map(([idToken, { status, expiry, parent }]) => ({
    idToken,
    status: status ?? 'Accepted',
    ...(expiry === undefined ? {} : { expiryDate: new Date(expiry).toISOString() }),
    ...(parent === undefined ? {} : { groupIdToken: parent }),
  }));
}
