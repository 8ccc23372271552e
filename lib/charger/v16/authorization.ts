// Who may charge: local list, cache, offline rules and Authorize.req of OCPP 1.6 §3.5 and §4.1. The list itself is in
// local-auth-list.ts, what a decision leads to in tokens.ts.
import { enqueue } from '../calls';
import type { Charger } from '../charger';
import { chargerTime } from '../clock';
import type { Context } from '../context';
import { reachable } from '../link';
import { registrationStatus } from '../registration';
import { setting, settingIsTrue } from './configuration';
import { compareWithList, listed } from './local-auth-list';
import { v16 } from './places';
import type { CachedToken } from './state';

/** Tokens the cache holds at most; it is part of the charger document, which has to stay small. */
const cacheLimit = 40;

export interface IdTagInfo {
  status: string;
  expiryDate?: string | undefined;
  parentIdTag?: string | undefined;
}

/** What a token is wanted for. */
export type Purpose = 'start' | 'stop';

export type Decision =
  | { kind: 'accepted'; parentIdTag?: string; offline?: true }
  | { kind: 'refused'; status: string; reason: string }
  | { kind: 'asked' };

function cacheEnabled(charger: Charger): boolean {
  return settingIsTrue(charger, 'AuthorizationCacheEnabled');
}

/** idTags are compared without regard to case: CiString (OCPP 1.6 §7.28). Nothing is the same as an absent one. */
export function sameTag(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}

/** Updates the cache with what the CSMS says of a token (OCPP 1.6 §3.5.1), unless it is on the local list (§3.5.3). */
export function learn(context: Context, idTag: string, info: IdTagInfo): void {
  const { charger } = context;
  const entry = listed(context, idTag);
  if (entry) return compareWithList(context, idTag, entry, info.status);
  if (!cacheEnabled(charger)) return;
  const { cache } = v16(charger);
  const expiry = info.expiryDate === undefined ? Number.NaN : Date.parse(info.expiryDate);
  // ConcurrentTx says that the token is good but busy (§7.2): it is a valid entry.
  const key = idTag.toLowerCase();
  delete cache[key];
  cache[key] = {
    status: info.status === 'ConcurrentTx' ? 'Accepted' : info.status,
    ...(Number.isNaN(expiry) ? {} : { expiry }),
    ...(info.parentIdTag === undefined ? {} : { parentIdTag: info.parentIdTag }),
    at: context.now,
  };
  makeRoom(cache);
}

/** Not-valid entries go first, then the oldest valid ones (§3.5.1). */
function makeRoom(cache: Record<string, CachedToken>): void {
  const tags = Object.keys(cache);
  if (tags.length <= cacheLimit) return;
  const byAge = tags.sort((a, b) => (cache[a]?.at ?? 0) - (cache[b]?.at ?? 0));
  const victim = byAge.find((tag) => cache[tag]?.status !== 'Accepted') ?? byAge[0];
  if (victim !== undefined) delete cache[victim];
}

/** The cache's word on a token, expired where time has passed. */
function cached(context: Context, idTag: string): CachedToken | undefined {
  const { charger, now } = context;
  if (!cacheEnabled(charger)) return undefined;
  const { cache } = v16(charger);
  const key = idTag.toLowerCase();
  const token = Object.hasOwn(cache, key) ? cache[key] : undefined;
  if (token?.expiry !== undefined && token.expiry <= chargerTime(charger, now)) token.status = 'Expired';
  return token;
}

interface KnownToken {
  status: string;
  parentIdTag?: string;
}

/** What the charger itself knows of a token: the list before the cache (§3.5.3). */
function known(context: Context, idTag: string): KnownToken | undefined {
  return listed(context, idTag) ?? cached(context, idTag);
}

/** The parent of a token as far as the charger knows it; one that is known to be bad acts for no group. */
export function knownParent(context: Context, idTag: string): string | undefined {
  const token = known(context, idTag);
  return token?.status === 'Accepted' ? token.parentIdTag : undefined;
}

/** May business be done with the CSMS now? Otherwise the charger is offline for the purposes of §3.5. */
export function isOnline(charger: Charger): boolean {
  const status = registrationStatus(charger);
  const refused = status === 'Pending' || status === 'Rejected';
  return reachable(charger) && !refused;
}

/**
 * Decides on a token, or asks the CSMS. `note` comes back with the answer.
 * Online a token on the list or in the cache may start without asking (LocalPreAuthorize), unless the CSMS `mustSay`; offline list
 * and cache decide if LocalAuthorizeOffline allows, and unknown tokens pass if AllowOfflineTxForUnknownId allows (§3.5.4).
 */
export function decide(context: Context, idTag: string, note: Record<string, unknown>, mustSay = false): Decision {
  const { charger } = context;
  if (!isOnline(charger)) return decideOffline(context, idTag);
  const token = mustSay ? undefined : known(context, idTag);
  if (settingIsTrue(charger, 'LocalPreAuthorize') && token?.status === 'Accepted') return accepted(token);
  enqueue(context, { action: 'Authorize', payload: { idTag }, kind: 'plain', urgent: true, note: { ...note, idTag } });
  return { kind: 'asked' };
}

export function decideOffline(context: Context, idTag: string): Decision {
  const { charger } = context;
  const token = known(context, idTag);
  if (token && token.status !== 'Accepted') {
    return { kind: 'refused', status: token.status, reason: `offline, and the token is known as ${token.status}` };
  }
  if (token && settingIsTrue(charger, 'LocalAuthorizeOffline')) return { ...accepted(token), offline: true };
  if (!token && settingIsTrue(charger, 'AllowOfflineTxForUnknownId')) return { kind: 'accepted', offline: true };
  const keys = ['LocalAuthorizeOffline', 'AllowOfflineTxForUnknownId'];
  const settings = keys.map((key) => `${key}=${setting(charger, key)}`).join(', ');
  const why = reachable(charger) ? 'not accepted by the CSMS' : 'offline';
  const reason = `the charger is ${why} and may not authorize the token itself (${token ? 'known' : 'unknown'}; ${settings})`;
  return { kind: 'refused', status: 'Unknown', reason };
}

function accepted(token: KnownToken): Extract<Decision, { kind: 'accepted' }> {
  return { kind: 'accepted', ...(token.parentIdTag === undefined ? {} : { parentIdTag: token.parentIdTag }) };
}

/** ClearCache (OCPP 1.6 §5.4). */
export function clearCache(context: Context): Record<string, unknown> {
  if (!cacheEnabled(context.charger)) return { status: 'Rejected' };
  v16(context.charger).cache = {};
  context.save = true;
  return { status: 'Accepted' };
}
