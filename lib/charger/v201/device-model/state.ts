// What the device model adds to the charger document: only what differs from the tables.
import type { NetworkState } from './network-slots';

export interface DeviceModelState {
  /** By component and variable as the tables name them (`EVSE(1)`, `MessageAttempts[TransactionEvent]`, `Power#MaxSet`). */
  variables: Record<string, Record<string, string>>;
  /** Network connection profiles; absent: only the connection that the charger was made with. */
  network?: NetworkState;
}
