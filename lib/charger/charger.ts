// The charger document: everything a charger knows, as one JSON value. What moves it is in `step.ts`; nothing here does.
import type { Behaviour } from './behaviour';
import type { TlsDetails } from './certificates';
import type { PendingCommand } from './command';
import type { FirmwareFailure, FirmwareUpdate } from './firmware';
import type { EvSettings } from './hardware/ev';
import type { Evse } from './hardware/evse';
import type { BootInfo, EvseSpec } from './hardware/models';
import type { LogChannel, LogUpload } from './log-upload';
import type { NetworkFaults } from './network-faults';
import type { OwedAnswer } from './owed-answers';
import type { Pace } from './pace';
import type { Registration } from './registration';
import type { SecurityState } from './security';
import type { PendingTask } from './task';
import type { V16State } from './v16/state';
import type { V201State } from './v201/state';
import type { Violations } from './violations';

export type Protocol = 'ocpp1.6' | 'ocpp2.0.1';
export type ConnectionMode = 'onDemand' | 'persistent';

/** Where and how a charger dials. `basicAuth.password` and `tls.key` are secrets: they never leave through an answer. */
export interface CsmsSettings {
  /** ws:// or wss:// URL without the identity, which is appended percent-encoded (OCPP-J 1.6 §3.1.1). */
  url: string;
  securityProfile?: 0 | 1 | 2 | 3;
  /** `encoding`: the password is the bytes that these hexadecimal digits stand for. */
  basicAuth?: { username: string; password: string; encoding?: 'hex' };
  /** `details`: what the certificates say, read when they were given. */
  tls?: { ca?: string; certificate?: string; key?: string; verifyHostname?: boolean; details?: TlsDetails };
}

/** The WebSocket as the charger sees it. `up` in a stored document means that whoever stored it held the socket. */
export interface LinkState {
  state: 'down' | 'opening' | 'up';
  /** Unique part of message ids on this connection, given by the host with `linkUp`. */
  nonce: string;
  /** Number of the last CALL sent on this connection. */
  lastCall: number;
  /** Attempts in a row that failed or brought no word from the CSMS, for the back-off. */
  failures: number;
  /** True after an explicit disconnect of a persistent charger: stay down until told to connect. */
  stayDown?: true;
  /** Message ids of the last CALLs of the CSMS on this connection; absent: none. */
  heardIds?: string[];
  /** Message ids of the last CALLs that a tester sent as frames of their own, as long as they are not answered. */
  rawIds?: string[];
  /** Numbers of the last CALLs that were given up before they were answered. */
  givenUp?: number[];
  /** A tester's network faults have struck frames on this connection: what follows from it is not the CSMS's doing. */
  mangled?: true;
  /** A tester has sent something that is no CALL by hand: the CSMS may react to it under any message id. */
  rawNoise?: true;
  /** Fingerprint of the root certificate that the CSMS's was checked against, where the charger has installed any. */
  root?: string;
  /** Since when the CSMS cannot be reached though nobody let go of the link; until it is back. */
  offlineSince?: number;
  /** Why the link went down last, for people. */
  lastDown?: { at: number; kind: LinkDownKind; detail: string };
}

export type LinkDownKind =
  | 'released' // we closed it because nothing was left to do
  | 'handedOver' // we closed it so that another process opens the next one
  | 'closed' // the CSMS closed it
  | 'cut' // the TCP connection ended without a close frame
  | 'unreachable' // no TCP connection: refused, no route, no such host
  | 'timeout' // no answer to the handshake in time
  | 'unauthorized' // HTTP 401 or 403 to the handshake
  | 'notFound' // HTTP 404 to the handshake
  | 'refused' // another HTTP answer to the handshake
  | 'subprotocol' // the CSMS does not speak our OCPP version
  | 'tls' // certificate or TLS failure
  | 'forbiddenHost' // the allow-list forbids the address
  | 'hostLost'; // the process that held the socket is gone

/** A CALL that waits for its turn. Ids of the CSMS that are not known yet are filled in when it is sent. */
export interface QueuedCall {
  action: string;
  payload: unknown;
  /**
   * `transaction` calls are kept while offline, in order, and retried. So are `kept` calls, in an order of their own and until the CSMS
   * has answered anything at all. Others are dropped when the link goes down.
   */
  kind: 'transaction' | 'kept' | 'plain';
  /** The command that this call belongs to, whose outcome waits for it. */
  cause?: string;
  /** Our id of the transaction that a transaction call belongs to. */
  transaction?: string;
  /** Goes before queued transaction calls: a user waits for it. */
  urgent?: true;
  /** A tester's own message: sent as it is, its answer handed back. */
  raw?: true;
  /** It starts, changes and ends nothing: it need not be saved before it leaves (docs/adr/0002). */
  intermediate?: true;
  /** What it weighs as JSON; known for queued transaction calls (see queue-budget.ts). */
  bytes?: number;
  /** Times sent without a usable answer. */
  attempts?: number;
  /** The attempt that was not answered in time: a late answer to it still counts. */
  unanswered?: { messageId: string; sentAt: number };
  /** Not to be sent before this time (retry of a transaction call). */
  notBefore?: number;
  /** What the dialect wants to remember until the answer (small). */
  note?: Record<string, unknown>;
}

export interface InFlightCall extends QueuedCall {
  messageId: string;
  sentAt: number;
  /** It left with fields that a tester had changed. */
  bent?: true;
}

export interface CallState {
  inFlight?: InFlightCall;
  queue: QueuedCall[];
}

/** A fault raised by a tester. Without an EVSE it concerns the whole charger. */
export interface Fault {
  id: string;
  errorCode: string;
  info?: string;
  vendorId?: string;
  vendorErrorCode?: string;
  evseId?: number;
  connectorId?: number;
  at: number;
}

export interface Charger {
  /** Version of this document's layout. */
  schema: 1;
  id: string;
  /** What the CSMS sees in the URL. */
  identity: string;
  protocol: Protocol;
  /** Counts changes of the settings (not of the state): the base of the ETag. */
  revision: number;
  createdAt: number;
  /** The latest moment that it has lived. Epoch ms. */
  livedTo?: number;
  csms: CsmsSettings;
  /** Name of the model in `hardware/models.ts`; `boot` and `evseSpecs` hold what differs from it. */
  model: string;
  boot?: Partial<BootInfo>;
  evseSpecs?: EvseSpec[];
  tags: string[];
  connection: ConnectionMode;
  power: 'on' | 'off';
  network: 'online' | 'offline';
  /** State of the charger's own dice (see random.ts); `seed` is where it started. */
  seed: number;
  random: number;
  link: LinkState;
  /** Absent: the CSMS has not said anything since the last boot. */
  registration?: Registration;
  /** A BootNotification is due as soon as there is a link. */
  bootDue?: true;
  /** The charger's clock minus the host's, milliseconds. */
  clockOffsetMs?: number;
  /** Named deadlines, epoch milliseconds. The host sees only the earliest. */
  timers: Record<string, number>;
  calls: CallState;
  /** Commands that have not been settled yet, by command id. */
  commands: Record<string, PendingCommand>;
  /** Work under way outside the document, by task id; absent when there is none. */
  tasks?: Record<string, PendingTask>;
  /** CSMS calls on the present connection whose answers follow from tasks; absent when there are none. */
  owed?: Record<string, OwedAnswer>;
  /** The firmware update under way, or whose end the CSMS has not heard of. */
  firmware?: FirmwareUpdate;
  /** How the last signed update failed, until the next one begins. */
  firmwareFailure?: FirmwareFailure;
  /** Uploads of logs, likewise. */
  uploads?: Partial<Record<LogChannel, LogUpload>>;
  faults: Fault[];
  /** What the CSMS has done against the specification; absent: nothing. */
  violations?: Violations;
  /** What a tester has the network do. */
  networkFaults?: NetworkFaults;
  /** How a tester has it behave otherwise than a real charger would. */
  behaviour?: Behaviour;
  /** Its own time, where a tester has it run faster than the real one. */
  pace?: Pace;
  /** Counts ids that the charger hands out (transactions, faults). */
  lastId: number;
  evses: Evse[];
  /** The EV that plugs in when a plug-in names none. */
  ev?: EvSettings;
  /** Credentials, certificates and events, as far as there are any. */
  security?: SecurityState;
  v16?: V16State;
  v201?: V201State;
}
