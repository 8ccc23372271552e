// What the firmware block remembers besides the update under way, as part of the charger document.
import type { RequestV201 } from '../../../ocpp/v201/messages';
import type { Retries } from '../../retries';

export type PublishStatus = RequestV201<'PublishFirmwareStatusNotification'>['status'];

/** Firmware that is being fetched to be published, until the CSMS knows how that ended. */
export interface Publishing {
  requestId: number;
  location: string;
  /** The same without user and password: what others may fetch it from. */
  address: string;
  /** MD5, hexadecimal. */
  checksum: string;
  retries: Retries;
  /** `undefined`: the file is being fetched. */
  phase?: 'paused' | 'over';
  /** When the next try is due, epoch ms. */
  dueAt?: number;
  status: PublishStatus;
  /** Statuses of which the CSMS has not heard, in their order. */
  untold?: PublishStatus[];
}

export interface FirmwareState {
  publishing?: Publishing;
  /** Where published firmware is, by its checksum. */
  published?: Record<string, string>;
}
