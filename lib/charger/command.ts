// What people and tests can ask of a charger, and how the asking ends. How each is carried out is in `commands.ts`.
import type { BehaviourWish } from './behaviour';
import type { CsmsSettings, Fault } from './charger';
import type { LoggedFrame } from './effect';
import type { EvSettings } from './hardware/ev';
import type { NetworkFault } from './network-faults';
import type { SecurityEvent } from './security-events';

/** A place to plug in. In 1.6 the connector id alone counts (numbered over all EVSEs); in 2.x the EVSE, and a connector on it. */
export interface Address {
  evseId?: number;
  connectorId?: number;
}

export interface StopWhen {
  energyWh?: number;
  soc?: number;
  durationSeconds?: number;
}

export type Command =
  /** Opens the link, boots if it must; outcome: the registration. With `holdSeconds` the socket stays for CSMS-initiated calls. */
  | { kind: 'connect'; holdSeconds?: number }
  /** `reconnect`: the connection is lost rather than given up, a persistent charger comes back after its back-off. */
  | { kind: 'disconnect'; abrupt?: boolean; reconnect?: boolean }
  | { kind: 'power'; state: 'off' | 'on' | 'cycle' }
  | { kind: 'network'; state: 'offline' | 'online' }
  /** Replaces what the network does to frames; none: a good network. */
  | { kind: 'setNetworkFaults'; faults: NetworkFault[]; seed?: number }
  /** Replaces how it behaves otherwise than a real charger would; nothing: it is exact. */
  | { kind: 'setBehaviour'; behaviour: BehaviourWish }
  | { kind: 'plugIn'; address: Address; ev?: EvSettings }
  /** `side: "ev"` leaves the cable in the charger's socket; `both` (default) takes it out there too when it is not locked. */
  | { kind: 'unplug'; address: Address; side?: 'ev' | 'both' }
  /** `certificate`: PEM, the contract that an EV shows (2.0.1). */
  | { kind: 'presentToken'; address: Address; idToken: string; type?: string; certificate?: string }
  | { kind: 'setEv'; address: Address; ev: EvSettings }
  | { kind: 'raiseFault'; address: Address; fault: Pick<Fault, 'errorCode' | 'info' | 'vendorId' | 'vendorErrorCode'> }
  | { kind: 'clearFault'; faultId: string }
  /** Has the charger send a CSR; outcome: the CSMS's answer to it. */
  /** `use` v2g: the one that EVs are shown (2.0.1). Default: the one for the CSMS. */
  | { kind: 'requestCertificate'; use?: 'v2g' }
  | { kind: 'raiseSecurityEvent'; event: SecurityEvent; techInfo?: string }
  /** Forgets what the CSMS has done against the specification so far. */
  | { kind: 'clearViolations' }
  /** `fill: false`: nothing is filled in from the charger's state. */
  | { kind: 'sendMessage'; action: string; payload?: Record<string, unknown>; validate: boolean; fill?: false }
  | { kind: 'sendFrame'; text: string; waitSeconds?: number }
  /** Waits for a CSMS-initiated CALL; `match`: fields (deep subset) that its payload must have. */
  | { kind: 'awaitMessage'; action: string; match?: Record<string, unknown> }
  | {
      kind: 'startTransaction';
      address: Address;
      idToken: string;
      type?: string;
      ev?: EvSettings;
      meterValuesIntervalSeconds?: number;
      stopWhen?: StopWhen;
    }
  | { kind: 'stopTransaction'; transactionId: string; reason?: string; idToken?: string; unplug?: boolean }
  /** As if set on the device: read-only keys too. 1.6: key and value. */
  | { kind: 'setConfiguration'; entries: { key: string; value: string }[] }
  /** With `ifRevision` only while the settings are still of that revision; else refused as `stale`. */
  | { kind: 'updateSettings'; settings: SettingsPatch; ifRevision?: number }
  /** Ends what is running (transactions, link) before the charger is deleted. */
  | { kind: 'retire' };

export interface SettingsPatch {
  identity?: string;
  csms?: CsmsSettings;
  tags?: string[];
  connection?: 'onDemand' | 'persistent';
}

/** Why a command did not succeed. The API turns the kind into an HTTP status. */
export type RefusalKind =
  | 'badInput' // 400
  | 'notFound' // 404: no such connector, transaction, fault
  | 'wrongState' // 409: with the state in `detail`
  | 'stale' // 412: the settings have changed since the caller read them
  | 'refusedByCsms' // 422
  | 'unreachable' // 502: no connection to the CSMS
  | 'protocol' // 502: the CSMS answered outside the protocol
  | 'timeout'; // 504

export interface Refusal {
  kind: RefusalKind;
  detail: string;
  /** For `badInput`: where. */
  errors?: { path: string; message: string }[];
  /** Anything else worth telling: the state found, the answer received, how many messages are queued. */
  extra?: Record<string, unknown>;
}

/** `exchange` is not here: the host that watched the frames adds it. */
export type Outcome = { ok: true; result: Record<string, unknown> } | { ok: false; refusal: Refusal };

/** A command under way, as the document remembers it. */
export interface PendingCommand {
  command: Command;
  /** Epoch milliseconds. */
  since: number;
  deadline: number;
  /** Calls it caused that are queued or in flight. */
  outstanding: number;
  /** What the first failing call of it met. */
  failure?: Refusal;
  /** Our id of the transaction it is about, where its address does not say. */
  transaction?: string;
  /** What is known of the result so far. */
  result?: Record<string, unknown>;
  /** Waits for something else than its calls: a CSMS call, a registration, a transaction. */
  waitingFor?: string;
}

/** A settled command as hosts hand it on: the outcome and the frames meanwhile, in order. */
export interface SettledCommand {
  outcome: Outcome;
  exchange: LoggedFrame[];
}
