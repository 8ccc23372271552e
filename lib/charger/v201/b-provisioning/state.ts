// What the provisioning block remembers, as part of the charger document.
import type { RequestV201 } from '../../../ocpp/v201/messages';

export type BootReason = RequestV201<'BootNotification'>['reason'];

export interface ProvisioningState {
  /** Why it booted last; absent: its power came on. */
  bootReason?: BootReason;
  /** A reset that has been accepted and not carried out: of the station, or of one EVSE. */
  reset?: { type: 'Immediate' | 'OnIdle'; evseId?: number };
  /** Resets of EVSEs that wait for their transactions to end. */
  evseResets?: number[];
}
