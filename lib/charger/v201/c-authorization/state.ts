// What the authorization block remembers, as part of the charger document.
import type { StopWhen } from '../../command';
import type { DriverMessage } from '../i-tariff-cost/state';
import type { IdToken, IdTokenInfo } from '../id-token';
import type { WireProfile } from '../k-smart-charging/state';

/** A token that may charge at an EVSE now, or as soon as an EV is connected. */
export interface Authorization {
  idToken: IdToken;
  groupIdToken?: IdToken;
  /** From RequestStartTransaction. */
  remoteStartId?: number;
  /** Decided by the charger itself, while the CSMS could not be asked. */
  offline?: true;
  /** Wishes of a startTransaction command, for the transaction. */
  intervalSeconds?: number;
  stopWhen?: StopWhen;
  /** What the CSMS wants its driver to read (I01). */
  personalMessage?: DriverMessage;
  /** For the transaction, from RequestStartTransaction. */
  chargingProfile?: WireProfile;
}

export interface CachedToken {
  status: IdTokenInfo['status'];
  groupIdToken?: IdToken;
  /** It counts at these EVSEs only. */
  evseId?: number[];
  /** Epoch milliseconds, in the CSMS's clock. */
  expiry?: number;
  /** Last used, in the charger's time. */
  at: number;
}

export interface AuthorizationState {
  /** By type and text of the token; see `keyOf`. */
  cache: Record<string, CachedToken>;
}
