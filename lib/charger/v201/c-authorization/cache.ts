// The Authorization Cache (C10, C11, C12): what the CSMS has said of tokens, as long as it may be believed.
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import type { Context } from '../../context';
import type { KnownToken } from '../block';
import { variableIsTrue, variableNumber } from '../device-model/read';
import { type IdToken, type IdTokenInfo, keyOf } from '../id-token';
import { v201 } from '../places';
import type { CachedToken } from './state';

/** Tokens the cache holds at most; it is part of the charger document, which has to stay small. */
const cacheMost = 40;

export const cacheEnabled = (charger: Charger) => variableIsTrue(charger, 'AuthCacheCtrlr', 'Enabled');

/** Keeps what the CSMS says of a token (C10.FR.01, .04, .05). */
export function remember(context: Context, idToken: IdToken, info: IdTokenInfo): void {
  const { charger } = context;
  if (!cacheEnabled(charger)) return;
  const { cache } = v201(charger);
  const { groupIdToken, evseId } = info;
  const expiry = expiryOf(info);
  const key = keyOf(idToken);
  delete cache[key];
  cache[key] = {
    // ConcurrentTx says that the token is good but busy: it is a valid entry.
    status: info.status === 'ConcurrentTx' ? 'Accepted' : info.status,
    ...(groupIdToken ? { groupIdToken } : {}),
    ...(evseId ? { evseId } : {}),
    ...(expiry === undefined ? {} : { expiry }),
    at: context.now,
  };
  makeRoom(cache);
  context.save = true;
}

/** The CSMS's own date counts (C10.FR.07); else it is AuthCacheCtrlr.LifeTime from the last use (C10.FR.08). */
function expiryOf({ cacheExpiryDateTime }: IdTokenInfo): number | undefined {
  const told = Date.parse(cacheExpiryDateTime ?? '');
  return Number.isNaN(told) ? undefined : told;
}

/** Not-valid entries go first, then the one that was used longest ago (C10.FR.09). */
function makeRoom(cache: Record<string, CachedToken>): void {
  const keys = Object.keys(cache);
  if (keys.length <= cacheMost) return;
  const byAge = keys.sort((a, b) => (cache[a]?.at ?? 0) - (cache[b]?.at ?? 0));
  const victim = byAge.find((key) => cache[key]?.status !== 'Accepted') ?? byAge[0];
  if (victim !== undefined) delete cache[victim];
}

/** The cache's word on a token, expired where time has passed. */
export function cached(context: Context, idToken: IdToken): KnownToken | undefined {
  const { charger, now } = context;
  if (!cacheEnabled(charger)) return undefined;
  const { cache } = v201(charger);
  const key = keyOf(idToken);
  const entry = Object.hasOwn(cache, key) ? cache[key] : undefined;
  if (!entry) return undefined;
  if (isOver(charger, entry, now)) entry.status = 'Expired';
  const { status, groupIdToken, evseId } = entry;
  const info = { status, ...(groupIdToken ? { groupIdToken } : {}), ...(evseId ? { evseId } : {}) };
  return { info, final: variableIsTrue(charger, 'AuthCacheCtrlr', 'DisablePostAuthorize') };
}

function isOver(charger: Charger, { expiry, at }: CachedToken, now: number): boolean {
  if (expiry !== undefined) return expiry <= chargerTime(charger, now);
  const seconds = variableNumber(charger, 'AuthCacheCtrlr', 'LifeTime');
  return seconds > 0 && at + seconds * 1000 <= now;
}

/** A token has started something by what the cache says: its life time begins anew (C10.FR.08). */
export function used(context: Context, idToken: IdToken): void {
  const entry = v201(context.charger).cache[keyOf(idToken)];
  if (entry) entry.at = context.now;
}

/** ClearCache (C11). */
export function clearCache(context: Context): { status: 'Accepted' | 'Rejected' } {
  if (!cacheEnabled(context.charger)) return { status: 'Rejected' };
  v201(context.charger).cache = {};
  context.save = true;
  return { status: 'Accepted' };
}
