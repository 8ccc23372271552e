// What people and programs see of a charger, whatever its OCPP version: the shapes alone. They are filled by view.ts and the dialects.
import type { Address } from './command';

export interface TransactionView {
  id: string;
  /** The id that the CSMS knows it by; absent until there is one. */
  transactionId?: number | string;
  connectorId: number;
  evseId: number;
  idToken: string;
  state: 'running' | 'ended';
  startedAt: string;
  meterStartWh: number;
  energyWh: number;
  powerW: number;
  /** 2.x. */
  chargingState?: string;
  soc?: number;
  authorization?: string;
  remote?: true;
  offline?: true;
  stoppedAt?: string;
  meterStopWh?: number;
  stopReason?: string;
  /** 2.x: what the CSMS has told of it. */
  totalCost?: number;
  currency?: string;
  /** The CSMS never took its start. */
  lost?: true;
}

/** One thing that can be configured. */
export interface ConfigurationEntry {
  key: string;
  /** Absent where it may not be read. */
  value?: string;
  readonly: boolean;
  /** 2.x: what VariableCharacteristicsType says of it. */
  dataType?: string;
  unit?: string;
  minLimit?: number;
  maxLimit?: number;
  valuesList?: readonly string[];
  /** 2.x: a change comes into effect with the next start. */
  rebootRequired?: true;
}

/** Of which connector (1.6) or EVSE (2.x) the composite schedule is wanted, as commands address them; 0: the whole charger. */
export interface ScheduleWish extends Address {
  seconds: number;
  unit?: 'A' | 'W';
}

/** A charger in one line of a list. */
export interface ChargerSummary {
  chargerId: string;
  protocol: string;
  connection: string;
  power: string;
  network: string;
  tags: string[];
  link: string;
  registration: string;
  status: string;
  connectors: { connectorId: number; evseId: number; status: string; errorCode: string; charging: boolean }[];
}

/** The whole charger is meant, not one place on it. */
export function isWhole({ evseId, connectorId }: Address): boolean {
  return (evseId ?? connectorId) === 0;
}
