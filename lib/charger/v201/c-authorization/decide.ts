// Who may charge (C01 to C06, C09, C12, C13, C15, C16): what the charger decides itself, and when it asks the CSMS. What a decision leads
// to is in tokens.ts.
import type { RequestV201 } from '../../../ocpp/v201/messages';
import { enqueue } from '../../calls';
import type { Charger } from '../../charger';
import type { Context } from '../../context';
import { reachable } from '../../link';
import { registrationStatus } from '../../registration';
import type { KnownToken } from '../block';
import { variable, variableIsTrue } from '../device-model/read';
import { ask as askBlocks, tell } from '../extensions';
import type { IdToken, IdTokenInfo, Owner } from '../id-token';
import { sameToken } from '../id-token';
import { cached, remember, used } from './cache';

/** What an Authorize has of a contract (C07). */
export type Proof = Pick<RequestV201<'Authorize'>, 'certificate' | 'iso15118CertificateHashData'>;

/** What a token is wanted for. */
export type Purpose = 'start' | 'stop';

export type Decision =
  | { kind: 'accepted'; groupIdToken?: IdToken; offline?: true }
  | { kind: 'refused'; status: string; reason: string }
  | { kind: 'asked' };

/** What the charger itself knows of a token: a local list before the cache (C13.FR.01). */
export function known(context: Context, idToken: IdToken): KnownToken | undefined {
  return askBlocks('knownToken', context, idToken) ?? cached(context, idToken);
}

/** The group of a token as far as the charger knows it; a token that is known to be bad acts for no group. */
export function knownGroup(context: Context, idToken: IdToken): IdToken | undefined {
  const info = known(context, idToken)?.info;
  return info?.status === 'Accepted' ? info.groupIdToken : undefined;
}

/** The owner of a session is whoever started it, and its group (C09). */
export function isOwner(context: Context, owner: Owner, idToken: IdToken): boolean {
  return sameToken(owner.idToken, idToken) || sameToken(owner.groupIdToken, knownGroup(context, idToken));
}

/** C16: the group whose tokens stop any transaction and start none. */
export function isMasterPass(charger: Charger, groupIdToken: IdToken | undefined): boolean {
  const group = variable(charger, 'AuthCtrlr', 'MasterPassGroupId');
  return group !== '' && groupIdToken?.idToken.toLowerCase() === group.toLowerCase();
}

/** The CSMS has said something of a token. */
export function learn(context: Context, idToken: IdToken, info: IdTokenInfo): void {
  remember(context, idToken, info);
  tell('tokenLearned', context, idToken, info);
}

/** May business be done with the CSMS now? Otherwise the charger is offline. */
export function isOnline(charger: Charger): boolean {
  const status = registrationStatus(charger);
  return reachable(charger) && status !== 'Pending' && status !== 'Rejected';
}

/** C02, C03.FR.01, C05.FR.01: tokens of these types are not asked about. */
const unasked: ReadonlySet<IdToken['type']> = new Set(['Central', 'NoAuthorization']);

/**
 * Decides on a token, or asks the CSMS; `note` comes back with the answer. Online, a token that is known may start without asking
 * (LocalPreAuthorize); offline, what is known decides (LocalAuthorizeOffline), and unknown tokens pass if OfflineTxForUnknownIdEnabled.
 */
export function decide(
  context: Context,
  idToken: IdToken,
  evseId: number,
  note: Record<string, unknown>,
  proof: Proof = {},
): Decision {
  const { charger } = context;
  if (!variableIsTrue(charger, 'AuthCtrlr', 'Enabled') || unasked.has(idToken.type)) return { kind: 'accepted' };
  if (!isOnline(charger)) return decideOffline(context, idToken, evseId);
  const token = known(context, idToken);
  const proven = Object.keys(proof).length > 0;
  if (token && !proven && variableIsTrue(charger, 'AuthCtrlr', 'LocalPreAuthorize') && !whyBad(token, evseId)) {
    used(context, idToken);
    return accepted(token);
  }
  const remote = !variableIsTrue(charger, 'AuthCtrlr', 'DisableRemoteAuthorization');
  const why = token && whyBad(token, evseId);
  if (token && why !== undefined && (token.final || !remote)) return refused(token.info.status, why);
  if (!remote)
    return token
      ? accepted(token)
      : refused('Unknown', 'the token is not known, and DisableRemoteAuthorization is true');
  enqueue(context, {
    action: 'Authorize',
    payload: { idToken, ...proof },
    kind: 'plain',
    urgent: true,
    note: { ...note, idToken },
  });
  return { kind: 'asked' };
}

/** C13, C15. */
export function decideOffline(context: Context, idToken: IdToken, evseId: number): Decision {
  const { charger } = context;
  if (!variableIsTrue(charger, 'AuthCtrlr', 'Enabled') || unasked.has(idToken.type)) {
    return { kind: 'accepted', offline: true };
  }
  const token = known(context, idToken);
  const why = token && whyBad(token, evseId);
  if (token && why !== undefined) return refused(token.info.status, `offline, and ${why}`);
  if (token && variableIsTrue(charger, 'AuthCtrlr', 'LocalAuthorizeOffline')) {
    used(context, idToken);
    return { ...accepted(token), offline: true };
  }
  if (!token && variableIsTrue(charger, 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled')) {
    return { kind: 'accepted', offline: true };
  }
  const names = ['LocalAuthorizeOffline', 'OfflineTxForUnknownIdEnabled'] as const;
  const values = names.map((name) => `${name}=${variable(charger, 'AuthCtrlr', name)}`).join(', ');
  const knows = token ? 'known' : 'unknown';
  const state = reachable(charger) ? 'not accepted by the CSMS' : 'offline';
  return refused('Unknown', `the charger is ${state} and may not authorize the token itself (${knows}; ${values})`);
}

/** Why a token that the charger knows may not charge at an EVSE; `undefined`: it may. */
function whyBad({ info }: KnownToken, evseId: number): string | undefined {
  return whyNotAccepted(info, evseId, 'the token is known as');
}

/** Why what is said of a token lets it charge nowhere, or not at this EVSE (IdTokenInfoType.evseId). */
export function whyNotAccepted(info: KnownToken['info'], evseId: number, words: string): string | undefined {
  if (info.status !== 'Accepted') return `${words} ${info.status}`;
  if (info.evseId && !info.evseId.includes(evseId)) return `${words} good at EVSE ${info.evseId.join(', ')} only`;
  return undefined;
}

const refused = (status: string, reason: string): Decision => ({ kind: 'refused', status, reason });

function accepted({ info }: KnownToken): Extract<Decision, { kind: 'accepted' }> {
  return { kind: 'accepted', ...(info.groupIdToken ? { groupIdToken: info.groupIdToken } : {}) };
}
