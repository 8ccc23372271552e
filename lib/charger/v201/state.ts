// The 2.0.1 part of the charger document: data only.
import type { DeviceModelState } from './device-model/state';
import type { MonitoringState } from './n-diagnostics/monitor';
import type { PagedReport } from './paged-reports';

export interface V201State extends DeviceModelState {
  /** Reports that the CSMS has asked for and not heard to the end, in that order; absent: none. */
  reports?: PagedReport[];
  /** Monitors of variables, as far as they are not as the charger was made. */
  monitoring?: MonitoringState;
}
