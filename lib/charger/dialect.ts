// What one OCPP version adds to the charger: its messages, its handlers, its spelling. A version is a value of this type.
import type { z } from 'zod';
import type { Found } from '../ocpp/check';
import type { RpcError } from '../ocpp/errors';
import type { Charger, Protocol, QueuedCall } from './charger';
import type { Address, Command, PendingCommand, Refusal } from './command';
import type { Context } from './context';
import type { NewCharger } from './create';
import type { FirmwareRules } from './firmware';
import type { LogRules } from './log-upload';
import type { AnswerLater } from './owed-answers';
import type { SecurityEvent, SecurityEventRule } from './security-events';
import type { TaskHandler } from './tasks';
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

export interface Dialect {
  protocol: Protocol;
  /** WebSocket subprotocol. */
  subprotocol: string;
  messages: Record<string, MessageDefinition>;
  errorCodes: Record<RpcError, string>;
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
  linkUp(context: Context): void;
  /** The process that held the link died: what the CSMS heard since the last save is not known. */
  hostLost(context: Context): void;
  /** True once the CSMS has accepted the charger and business may be done. */
  accepted(charger: Charger): boolean;
  /** How the registration stands, for people. */
  registration(charger: Charger): Record<string, unknown>;
  /** A boot is due: an on-demand charger needs its link for it. */
  bootDue(charger: Charger): boolean;
  /** The CSMS has told the charger when to boot again, and that time has not come. */
  postponed(charger: Charger): boolean;
  /** Forget that a boot waits for its retry interval (a person asks to connect now). */
  bootNow(context: Context): void;
  /** The charger goes to another CSMS, or under another identity: nobody knows it there yet. */
  forgetRegistration(context: Context): void;
  /** Somebody has set passwords, certificates or keys on the device. */
  credentialsChanged(context: Context): void;
  powerOff(context: Context): void;
  powerOn(context: Context): void;
  faultsChanged(context: Context): void;
  /** Brings statuses, contactors and physical timers in line with the state. Called after every step that touched it. */
  reconcile(context: Context): void;
  /** Deadlines by the part of their name before the slash. */
  timers: Record<string, (context: Context, argument: string) => void>;
  firmware: FirmwareRules;
  logs: LogRules;
  /** Outcomes of tasks, by the subject they were started with. */
  tasks: Record<string, TaskHandler>;
  commands: { [K in DialectCommand]: CommandHandler<K> };
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
