// What a 2.0.1 controller remembers, as part of the charger document: one part per functional block. Only data; defaults are left out to
// keep it small.
import type { ProvisioningState } from './b-provisioning/state';
import type { Authorization, AuthorizationState } from './c-authorization/state';
import type { LocalListState } from './d-local-list/state';
import type { DeviceModelState } from './device-model/state';
import type { Transaction, TransactionsState } from './e-transactions/state';
import type { AvailabilityState, ConnectorState } from './g-availability/state';
import type { ReservationState } from './h-reservation/state';
import type { IdToken } from './id-token';
import type { SmartChargingState } from './k-smart-charging/state';
import type { FirmwareState } from './l-firmware/state';
import type { MonitoringState } from './n-diagnostics/monitor';
import type { DisplayMessageState } from './o-display-message/state';
import type { PagedReport } from './paged-reports';

/** What the controller knows of one EVSE. */
export interface EvseState {
  authorization?: Authorization;
  transaction?: Transaction;
  /** An EV stands in the bay. */
  parked?: true;
  /** The session that ended here while its cable is locked in the socket; whoever started it may unlock. */
  finishing?: { idToken?: IdToken; groupIdToken?: IdToken };
  /** By connector id minus one. */
  connectors: ConnectorState[];
}

export interface V201State
  extends DeviceModelState,
    ProvisioningState,
    AuthorizationState,
    LocalListState,
    TransactionsState,
    AvailabilityState,
    ReservationState,
    DisplayMessageState,
    FirmwareState,
    SmartChargingState {
  /** By EVSE id minus one. */
  evses: EvseState[];
  /** Reports that the CSMS has asked for and not heard to the end, in that order; absent: none. */
  reports?: PagedReport[];
  /** Monitors of variables, as far as they are not as the charger was made. */
  monitoring?: MonitoringState;
}
