// What one OCPP version adds to the charger: its messages, its handlers, its spelling. A version is a value of this type.
import type { z } from 'zod';
import type { Found } from '../ocpp/check';
import type { RpcError } from '../ocpp/errors';
import type { FrameRules } from '../ocpp/frame';
import type { Charger, Protocol, QueuedCall } from './charger';
import type { Address, Command, PendingCommand, Refusal } from './command';
import type { Context } from './context';
import type { NewCharger } from './create';
import type { FactReader } from './facts';
import type { FirmwareRules } from './firmware';
import type { LogRules } from './log-upload';
import type { AnswerLater } from './owed-answers';
import type { CertificateRules } from './own-certificate';
import type { RegistrationRules } from './registration';
import type { RootRules } from './root-certificates';
import type { SecurityEvent, SecurityEventRule } from './security-events';
import type { TaskHandler } from './tasks';
import type { ChargerSummary, ConfigurationEntry, ScheduleWish, TransactionView } from './views';
import type { CoreRule, Rule } from './violations';

export interface MessageDefinition {
  from: 'charger' | 'csms' | 'both';
  request: z.ZodType;
  response: z.ZodType;
}

export type CommandHandler<K extends Command['kind']> = (
  context: Context,
  command: Extract<Command, { kind: K }>,
  id: string,
) => void;

/** Commands whose meaning depends on the OCPP version. */
export type DialectCommand =
  | 'plugIn'
  | 'unplug'
  | 'presentToken'
  | 'setEv'
  | 'startTransaction'
  | 'stopTransaction'
  | 'requestCertificate'
  | 'setConfiguration'
  | 'retire';

/** Thrown by handlers of CSMS calls: answered as CALLERROR with this version's spelling. */
export class CallRefused extends Error {
  constructor(
    readonly error: RpcError,
    description: string,
  ) {
    super(description);
  }
}

/** How people and programs see a charger of this version. `now` is the charger's own time. */
export interface DialectView {
  /** The version's part of a charger. */
  charger(charger: Charger, now: number): Record<string, unknown>;
  /** Its part of a line in a list. */
  summary(charger: Charger): Pick<ChargerSummary, 'status' | 'connectors'>;
  /** Running and remembered transactions, oldest first. */
  transactions(charger: Charger, now: number): TransactionView[];
  /** By our id or by the CSMS's. */
  transaction(charger: Charger, id: string, now: number): TransactionView | undefined;
  /** Charging profiles that the CSMS has installed, and what limits each connector. */
  chargingProfiles(charger: Charger, now: number): Record<string, unknown>;
  /** The composite schedule from now on, and what each profile says by itself; text: why there is none. */
  schedule(charger: Charger, wish: ScheduleWish, now: number): Record<string, unknown> | string;
  /** The local authorization list with its tokens. */
  localList(charger: Charger): Record<string, unknown>;
  /** All that can be configured, with its value. */
  configuration(charger: Charger): ConfigurationEntry[];
}

export interface Dialect {
  protocol: Protocol;
  /** WebSocket subprotocol. */
  subprotocol: string;
  messages: Record<string, MessageDefinition>;
  errorCodes: Record<RpcError, string>;
  /** What it answers though it is no CALL with a message id. */
  frameRules: FrameRules;
  /** Fills in the version's part of a new document; returns what is wrong with the caller's wishes. */
  setUp(charger: Charger, spec: NewCharger): { path: string; message: string }[];
  /** Is the charger configured to have what an action belongs to? If not, it answers as if it had no handler. True for actions that say so themselves. */
  supports(charger: Charger, action: string): boolean;
  /** Handlers of CSMS-initiated calls; the payload has passed its schema. Returns the response payload, or that it follows. */
  handlers: Record<string, (context: Context, payload: unknown) => Record<string, unknown> | AnswerLater>;
  /** The answer to one of our calls; the payload has passed its schema. */
  answered(context: Context, call: QueuedCall, payload: unknown): void;
  /** One of our calls got no usable answer and will not be sent again. */
  failed(context: Context, call: QueuedCall, why: Refusal): void;
  /** May this call go out in the present registration state? */
  maySend(charger: Charger, call: QueuedCall): boolean;
  /** The payload as it leaves, with ids of the CSMS filled in; `undefined`: it can never be sent. */
  complete(charger: Charger, call: QueuedCall): unknown;
  /** Transaction calls weigh more than the queue may: gives up what matters least, never without a note. */
  relieve(context: Context): void;
  /** The default payload of a message that a tester sends, from the charger's state. */
  fill(context: Context, action: string, wishes: Record<string, unknown>): Record<string, unknown>;
  /** How often and how long to wait before a transaction call is sent again. Seconds. */
  retryRule(charger: Charger): { attempts: number; intervalSeconds: number };
  pingIntervalSeconds(charger: Charger): number;
  registration: RegistrationRules;
  /** What the CSMS heard is not known any more, or it knows nothing: everything is told anew. */
  forgetReports(charger: Charger): void;
  /** Somebody has set passwords, certificates or keys on the device. */
  credentialsChanged(context: Context): void;
  /** The link is up: what it was tried with works. */
  connectionWorks(context: Context): void;
  /** An attempt to connect has failed. */
  connectionFailed(context: Context): void;
  /** The mains are gone: what the outage means for running transactions. */
  powerOff(context: Context): void;
  /** What is not in non-volatile memory is lost. */
  loseVolatile(context: Context): void;
  /** The charger is up again: transactions that survived go on. */
  startedUp(context: Context): void;
  faultsChanged(context: Context): void;
  /** Brings statuses, contactors and physical timers in line with the state. Called after every step that touched it. */
  reconcile(context: Context): void;
  /** Deadlines by the part of their name before the slash. */
  timers: Record<string, (context: Context, argument: string) => void>;
  firmware: FirmwareRules;
  logs: LogRules;
  certificates: CertificateRules;
  roots: RootRules;
  /** Outcomes of tasks, by the subject they were started with. */
  tasks: Record<string, TaskHandler>;
  commands: { [K in DialectCommand]: CommandHandler<K> };
  view: DialectView;
  /** What a frame means to whoever counts transactions. */
  fact: FactReader;
  /** What to tell about a finished command besides what it collected itself. */
  report(context: Context, pending: PendingCommand): Record<string, unknown>;
  /** What this version asks of a CSMS, by rule. */
  rules: Record<CoreRule, Rule> & Record<string, Rule>;
  /** Record what goes against the specification in messages that fit their schemas; by action. */
  judges: {
    calls: Record<string, (context: Context, payload: never) => void>;
    answers: Record<string, (context: Context, call: QueuedCall, payload: never) => void>;
  };
  /** The rule that a wrong field of a response breaks. */
  answerRule(found: Found): string;
  securityEvents: Record<SecurityEvent, SecurityEventRule>;
  /** Whether a security event is of interest, and whether the CSMS is to hear of it. */
  attentionTo(charger: Charger, event: SecurityEvent): 'none' | 'logged' | 'told';
  /** The charger's clock at `context.now`, as it goes on the wire. */
  timestamp(context: Context): string;
  /** Its clock has been set from outside: what follows the clock is to follow it anew. */
  clockChanged(context: Context): void;
  /** Is this a measurand that the charger samples? */
  isMeasurand(name: string): boolean;
  /** Error codes that a fault may carry. */
  faultCodes: readonly string[];
  /** @throws CommandRefused (notFound) for an address that the charger does not have */
  requirePlace(context: Context, address: Address): void;
  /** Payload with secrets masked, for logs; a string is taken for text that is no frame. */
  mask(action: string, payload: unknown): unknown;
}
