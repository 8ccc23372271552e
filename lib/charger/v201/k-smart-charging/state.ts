// What the smart charging block remembers, as part of the charger document.
import type { RequestV201 } from '../../../ocpp/v201/messages';

export type WireProfile = RequestV201<'SetChargingProfile'>['chargingProfile'];
export type LimitSource = RequestV201<'NotifyChargingLimit'>['chargingLimit']['chargingLimitSource'];

/** A charging profile as it came: it is told again as it is. */
export interface InstalledProfile {
  /** 0: the station, and as a default every EVSE. */
  evseId: number;
  /** Who has set it: CSO is the CSMS. */
  source: LimitSource;
  wire: WireProfile;
}

export interface SmartChargingState {
  /** Absent: none. */
  chargingProfiles?: InstalledProfile[];
}
