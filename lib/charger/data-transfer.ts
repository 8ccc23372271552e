// DataTransfer from the CSMS, the same for every OCPP version (1.6 §5.6, 2.0.1 P01): what vendors agree on between themselves. This charger
// knows one vendor, and one message of it.

/** Vendor id of DataTransfer messages that this charger understands. */
export const ownVendorId = 'org.charger-simulator';

/** Of `ownVendorId`: the data comes back. */
const echo = 'Echo';

interface Received {
  vendorId: string;
  messageId?: string | undefined;
  data?: unknown;
}

type Answer<Data> =
  | { status: 'UnknownVendorId' | 'UnknownMessageId' }
  | { status: 'Accepted'; data?: NonNullable<Data> };

/** What is answered to it. */
export function answerDataTransfer<R extends Received>({ vendorId, messageId, data }: R): Answer<R['data']> {
  if (vendorId !== ownVendorId) return { status: 'UnknownVendorId' };
  if (messageId !== echo) return { status: 'UnknownMessageId' };
  return { status: 'Accepted', ...(data === undefined ? {} : { data: data as NonNullable<R['data']> }) };
}
