// What the display message block remembers, as part of the charger document.
import type { RequestV201 } from '../../../ocpp/v201/messages';

/** MessageInfoType, as the CSMS has set it. */
export type MessageInfo = RequestV201<'SetDisplayMessage'>['message'];
export type MessageState = NonNullable<MessageInfo['state']>;

export interface DisplayMessageState {
  /** In the order in which they were set; absent: none. They outlive restarts (O01). */
  displayMessages?: MessageInfo[];
}
