// What the availability block remembers, as part of the charger document.
import type { ConnectorStatus } from '../block';

export interface ConnectorState {
  status: ConnectorStatus;
  since: number;
  /** What the CSMS was told last; absent: nothing, or it may not have heard. */
  reported?: ConnectorStatus;
}

export type Operational = 'Operative' | 'Inoperative';

export interface AvailabilityState {
  /** What ChangeAvailability made inoperative: `0` the station, `1` an EVSE, `1/2` a connector of it. Survives restarts (G03.FR.08). */
  inoperative: string[];
  /** What it asked for while a transaction ran. */
  scheduled?: Record<string, Operational>;
}
