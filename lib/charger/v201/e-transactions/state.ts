// What the transactions block remembers, as part of the charger document.
import type { RequestV201 } from '../../../ocpp/v201/messages';
import type { StopWhen } from '../../command';
import type { Cost } from '../i-tariff-cost/state';
import type { IdToken } from '../id-token';

export type TransactionEvent = RequestV201<'TransactionEvent'>;
export type TriggerReason = TransactionEvent['triggerReason'];
export type ChargingState = NonNullable<TransactionEvent['transactionInfo']['chargingState']>;
export type StoppedReason = NonNullable<TransactionEvent['transactionInfo']['stoppedReason']>;
export type MeterValue = NonNullable<TransactionEvent['meterValue']>[number];

/** ReasonEnumType. */
export const stoppedReasons = [
  'DeAuthorized',
  'EmergencyStop',
  'EnergyLimitReached',
  'EVDisconnected',
  'GroundFault',
  'ImmediateReset',
  'Local',
  'LocalOutOfCredit',
  'MasterPass',
  'Other',
  'OvercurrentFault',
  'PowerLoss',
  'PowerQuality',
  'Reboot',
  'Remote',
  'SOCLimitReached',
  'StoppedByEV',
  'TimeLimitReached',
  'Timeout',
] as const satisfies readonly StoppedReason[];

export interface Transaction {
  /** The charger's, and the CSMS's: one id for both. */
  id: string;
  evseId: number;
  /** Known from when an EV hangs on one. */
  connectorId?: number;
  startedAt: number;
  /** seqNo of the next event that leaves. */
  seqNo: number;
  idToken?: IdToken;
  groupIdToken?: IdToken;
  remoteStartId?: number;
  offline?: true;
  meterStartWh: number;
  startSoc?: number;
  /** What the CSMS was told last. */
  chargingState: ChargingState;
  /** Time spent in Charging before `chargingSince`, milliseconds. */
  chargedMs?: number;
  chargingSince?: number;
  /** idTokenInfo.status that the CSMS has given with an event. */
  authorization?: string;
  /** Energy is withheld because the CSMS does not accept the token (E05). */
  deauthorized?: true;
  /** Register reading at which delivery ends for a token that the CSMS does not accept (MaxEnergyOnInvalidId). */
  allowedUntilWh?: number;
  intervalSeconds?: number;
  stopWhen?: StopWhen;
  /** Register reading of the last interval sample, by the variable it was taken for. */
  intervalFromWh?: Record<string, number>;
  /** Samples for the last event (TxEndedInterval). */
  data?: MeterValue[];
  /** What they weigh as JSON. */
  dataBytes?: number;
  dataThinned?: true;
  /** The CSMS has been told the connector, and the token. */
  toldConnector?: true;
  toldRemoteStart?: true;
  stoppedAt?: number;
  meterStopWh?: number;
  stopSoc?: number;
  stoppedReason?: StoppedReason;
  stopIdToken?: IdToken;
  cost?: Cost;
  /** Phases that it cannot leave until it ends. */
  phases?: number;
}

export interface TransactionsState {
  /** Ended transactions, newest last; those with queued messages and a few more. */
  ended: Transaction[];
}
