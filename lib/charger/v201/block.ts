// What a functional block of OCPP 2.0.1 is: a value that says which messages, deadlines and moments are its own. A new block is a folder
// whose `block.ts` exports one, named in `blocks.ts`; how blocks are put together is in `merge.ts`.
import type { ActionV201, RequestV201, ResponseV201 } from '../../ocpp/v201/messages';
import type { Charger, QueuedCall } from '../charger';
import type { Refusal } from '../command';
import type { Context } from '../context';
import type { NewCharger } from '../create';
import type { AnswerLater } from '../owed-answers';
import type { TaskHandler } from '../tasks';
import type { TimerHandler } from '../timers';
import type { Authorization } from './c-authorization/state';
import type { Effect } from './device-model/effects';
import type { Transaction } from './e-transactions/state';
import type { IdToken, IdTokenInfo } from './id-token';
import type { Bay, Place } from './places';

type Perhaps<T> = { [K in keyof T]?: T[K] | undefined };

/** Answers a CSMS call whose payload has passed its schema: the response payload, or that it follows. */
export type Handler<A extends ActionV201> = (
  context: Context,
  request: RequestV201<A>,
) => ResponseV201<A> | AnswerLater;

export type Handlers = Perhaps<{ [A in ActionV201]: Handler<A> }>;

/** What the answer to one of our calls changes. */
export type Answers = Perhaps<{
  [A in ActionV201]: (context: Context, call: QueuedCall, response: ResponseV201<A>) => void;
}>;

/** Looks at a message that fits its schema, and records what it does against the specification. */
export type Judges = Perhaps<{ [A in ActionV201]: (context: Context, request: RequestV201<A>) => void }>;

export type AnswerJudges = Answers;

/** The message as the charger would send it now. `wishes`: what a tester has given of it already, such as the EVSE. */
export type Filler = (context: Context, wishes: Record<string, unknown>) => Record<string, unknown>;

export type MessageTrigger = RequestV201<'TriggerMessage'>['requestedMessage'];

/** What TriggerMessage asks of a block (F06): sends it, and says so; or says why not. */
export type Trigger = (context: Context, request: RequestV201<'TriggerMessage'>) => 'Accepted' | 'Rejected';

export type ConnectorStatus = RequestV201<'StatusNotification'>['connectorStatus'];

/** What the charger itself knows of a token, from a list or a cache. */
export interface KnownToken {
  info: Pick<IdTokenInfo, 'status' | 'groupIdToken' | 'evseId'>;
  /** Do not ask the CSMS about it although it is not accepted (C10.FR.03, C13: DisablePostAuthorize). */
  final?: boolean;
}

/** What a block has to say about the work of others. Asked in the order of the blocks. */
export interface Extensions {
  /** Why this token may not start a session here now; `undefined`: nothing against it. `told`: nobody will tell more of the token. */
  whyNotStart?(context: Context, bay: Bay, wish: Authorization, told: boolean): string | undefined;
  /** What it knows of a token (C10, C13); the first that knows anything decides. */
  knownToken?(context: Context, idToken: IdToken): KnownToken | undefined;
  /** The CSMS has said something of a token. */
  tokenLearned?(context: Context, idToken: IdToken, info: IdTokenInfo): void;
  /** Out of service for a reason of its own. */
  isOutOfService?(charger: Charger, place: Place): boolean;
  /** A status instead of `Available`, or of `Occupied` before anybody has started here. */
  status?(charger: Charger, place: Place): ConnectorStatus | undefined;
  /** Why a RequestStartTransaction is to be rejected; what it wants to keep of it goes into `wish`. */
  remoteStart?(
    context: Context,
    bay: Bay,
    request: RequestV201<'RequestStartTransaction'>,
    wish: Authorization,
  ): string | undefined;
  /** A transaction has begun; its first event has not been queued yet. */
  transactionBegun?(context: Context, bay: Bay, transaction: Transaction): void;
  /** Fields that it adds to an event of a transaction before it is queued. */
  eventFields?(context: Context, bay: Bay, transaction: Transaction): Partial<RequestV201<'TransactionEvent'>>;
  /** The CSMS has answered an event of a transaction. */
  eventAnswered?(context: Context, transaction: Transaction, answer: ResponseV201<'TransactionEvent'>): void;
  /** A transaction has ended; its last event is queued. */
  transactionEnded?(context: Context, bay: Bay, transaction: Transaction): void;
}

/** Moments in the life of a charger that a block may live through. Called in the order of the blocks. */
export interface Moments {
  /** A new charger: fills in the block's part of the document; returns what is wrong with the caller's wishes. */
  setUp?(charger: Charger, spec: NewCharger): { path: string; message: string }[];
  /** The CSMS has just accepted the charger. */
  accepted?(context: Context): void;
  /** The link is back, and the registration stands. */
  reconnected?(context: Context): void;
  /** What the CSMS heard is not known any more: told anew. */
  forgetReports?(charger: Charger): void;
  connectionWorks?(context: Context): void;
  /** An attempt to connect has failed. */
  connectionFailed?(context: Context): void;
  powerOff?(context: Context): void;
  /** Power loss and restarts: what is not in non-volatile memory is lost. */
  loseVolatile?(context: Context): void;
  startedUp?(context: Context): void;
  faultsChanged?(context: Context): void;
  clockChanged?(context: Context): void;
  credentialsChanged?(context: Context): void;
  /** Something has changed: lets statuses, contactors, limits and physical deadlines follow. Called after every step that touched it. */
  reconcile?(context: Context): void;
  /** The charger is about to be deleted: ends what runs. */
  retire?(context: Context): void;
}

export interface Block {
  /** Letter and name, as the specification has them. */
  name: string;
  handlers?: Handlers;
  answers?: Answers;
  /** One of our calls got no usable answer and will not be sent again; by action. */
  failures?: Record<string, (context: Context, call: QueuedCall, why: Refusal) => void>;
  /** Default payloads of the messages that the charger sends, by action. */
  fill?: Record<string, Filler>;
  triggers?: Perhaps<Record<MessageTrigger, Trigger>>;
  /** Deadlines by the part of their name before the slash. */
  timers?: Record<string, TimerHandler>;
  tasks?: Record<string, TaskHandler>;
  /** What it does when a variable has changed; which variables have which effect stands in the tables of the device model. */
  effects?: Perhaps<Record<Effect, (context: Context) => void>>;
  moments?: Moments;
  extends?: Extensions;
  /** Payloads of its actions with secrets masked, for logs. */
  masks?: Record<string, (payload: Record<string, unknown>) => Record<string, unknown>>;
  /** Its part of a charger's view. */
  view?(charger: Charger, now: number): Record<string, unknown>;
}
