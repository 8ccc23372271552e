// What a 1.6 controller remembers, as part of the charger document. Only data; defaults are left out to keep it small.
import type { StopWhen } from '../command';
import type { LocalList } from '../local-list';
import type { Reservation } from '../reservations';
import type { ChargingProfile } from '../schedule/profile';
import type { InstalledProfile } from './charging-profiles';
import type { MeterValue } from './meter-values';

/** ChargePointStatus of OCPP 1.6 §7.7. */
export type ConnectorStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEV'
  | 'SuspendedEVSE'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted';

/** Reason of OCPP 1.6 §7.36. */
export const stopReasons = [
  'DeAuthorized',
  'EmergencyStop',
  'EVDisconnected',
  'HardReset',
  'Local',
  'Other',
  'PowerLoss',
  'Reboot',
  'Remote',
  'SoftReset',
  'UnlockCommand',
] as const;
export type StopReason = (typeof stopReasons)[number];

/** A token that may start a transaction on a connector as soon as an EV is connected. */
export interface Authorization {
  idTag: string;
  parentIdTag?: string;
  remote?: true;
  /** Decided by the charger itself, without the CSMS. */
  offline?: true;
  /** From RemoteStartTransaction, for the transaction. */
  chargingProfile?: ChargingProfile;
  /** Wishes of a startTransaction command. */
  intervalSeconds?: number;
  stopWhen?: StopWhen;
}

export interface Transaction {
  /** Ours, known from the first moment. */
  id: string;
  /** The CSMS's, from StartTransaction.conf. */
  transactionId?: number;
  connectorId: number;
  idTag: string;
  parentIdTag?: string;
  startedAt: number;
  meterStartWh: number;
  startSoc?: number;
  remote?: true;
  offline?: true;
  /** It charges on, where the charger cannot switch them meanwhile. */
  phases?: number;
  /** idTagInfo.status of StartTransaction.conf. */
  authorization?: string;
  /** StartTransaction was given up: the CSMS will never know this transaction. */
  lost?: true;
  /** Energy delivery was taken back because the CSMS does not accept the token (OCPP 1.6 §3.5.4). */
  deauthorized?: true;
  /** Register reading at which delivery ends for a token that the CSMS does not accept (MaxEnergyOnInvalidId). */
  allowedUntilWh?: number;
  intervalSeconds?: number;
  stopWhen?: StopWhen;
  /** Register reading of the last Energy.Active.Import.Interval sample, by the list it was taken for. */
  intervalFromWh?: Record<string, number>;
  /** meterValue elements for StopTransaction.transactionData. */
  data?: MeterValue[];
  /** What they weigh as JSON. */
  dataBytes?: number;
  /** Some of them have been given up. */
  dataThinned?: true;
  stoppedAt?: number;
  meterStopWh?: number;
  stopSoc?: number;
  stopReason?: StopReason;
  stopIdTag?: string;
}

export interface ConnectorState {
  status: ConnectorStatus;
  since: number;
  /** Explains the status, for StatusNotification.info. */
  info?: string;
  /** What the CSMS was told last: status, error code and info; absent: nothing, or it may not have heard. */
  reported?: string;
  authorization?: Authorization;
  transaction?: Transaction;
  /** The transaction that ended here while the cable has not been taken out; whoever started it may unlock. */
  finishing?: { idTag: string; parentIdTag?: string };
}

export interface CachedToken {
  status: string;
  /** Epoch milliseconds. */
  expiry?: number;
  parentIdTag?: string;
  at: number;
}

/** A token on the local authorization list. Without a status it is good; ConcurrentTx counts as good. */
export interface ListedToken {
  status?: string;
  /** Epoch milliseconds, in the CSMS's clock. */
  expiry?: number;
  /** Its parentIdTag. */
  parent?: string;
}

export interface V16State {
  /** Keys whose value differs from the default. */
  configuration: Record<string, string>;
  /** Connectors (0: the charger) that ChangeAvailability made inoperative. */
  inoperative: number[];
  /** What ChangeAvailability asked for while a transaction ran. */
  scheduled?: Record<string, 'Operative' | 'Inoperative'>;
  /** What there is to tell about connector 0, and since when. */
  current?: { report: string; since: number };
  /** What the CSMS was told last about connector 0. */
  reported?: string;
  /** By connector id minus one. */
  connectors: ConnectorState[];
  /** By idTag in lower case. */
  cache: Record<string, CachedToken>;
  /** Installed by the CSMS; absent: none. */
  chargingProfiles?: InstalledProfile[];
  /** By idTag in lower case; absent while empty. */
  localList?: LocalList<ListedToken>;
  /** A listed token of which the CSMS said otherwise last; told with connector 0 until they agree or the list changes (§3.5.2). */
  listConflict?: { idTag: string; info: string; at: number };
  /** What ReserveNow has reserved, by connector; 0: any of them. Absent while there is nothing. */
  reservations?: Reservation[];
  /** A reset that waits for its transactions to be reported. */
  reset?: 'Soft' | 'Hard';
  /** Ended transactions, newest last; those with queued messages and a few more. */
  ended: Transaction[];
}
