// What people and programs see of a charger, whatever its OCPP version: the shapes alone. They are filled by view.ts and the dialects.

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
