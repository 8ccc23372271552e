// What sessions and drivers of one process share. Put together in simulator.ts.
import type { Charger } from '../charger/charger';
import type { Outcome } from '../charger/command';
import type { ChargerEvent, Effect } from '../charger/effect';
import type { Input } from '../charger/input';
import type { Dials } from './dials';
import type { HeapKeeper, Timer } from './keeper';
import type { Counters } from './metrics';
import type { Bell, Clock, Keeper, LinkFactory, LinkTarget, Observer, Store, Tasks } from './ports';
import type { Session } from './session';
import type { Submission } from './submission';

/** What drivers need of the pure core. */
export interface Core {
  step(charger: Charger, input: Input, now: number): Effect[];
  nextDeadline(charger: Charger): number | undefined;
  /** Reasons of an on-demand charger to have a socket. */
  needsLink(charger: Charger, now: number): boolean;
  /** The same without a hold window: something definite. */
  hasWork(charger: Charger, now: number): boolean;
  /** The charger is to be reachable for the CSMS now. */
  wantsHold(charger: Charger, now: number): boolean;
  dialTarget(charger: Charger): LinkTarget;
  statuses(charger: Charger): string[];
  /** What deleting the charger now would end, in words. */
  running(charger: Charger, now: number): string[];
}

/** Structured log: one object per line. */
export interface Logger {
  info(entry: Record<string, unknown>): void;
  warn(entry: Record<string, unknown>): void;
  error(entry: Record<string, unknown>): void;
}

/** In which state a charger was left. */
export interface Left {
  /** The deadline that the store had for it before: whoever keeps time by the store knows that one. */
  before?: number | undefined;
  /** It is to be held by somebody now. */
  hold?: boolean;
  /** It could not be looked at. */
  error?: Error;
}

export interface World {
  readonly core: Core;
  readonly store: Store;
  readonly links: LinkFactory;
  readonly tasks: Tasks;
  readonly bell: Bell;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly logger: Logger;
  readonly observer: Observer | undefined;
  /** This process, as leases name it. */
  readonly holder: string;
  /** Nobody else uses the store: leases of others are void, mailboxes stay empty. */
  readonly soleOwner: boolean;
  /** This process lives as long as its chargers: those that want to be reachable stay in it without a window. */
  readonly residents: boolean;
  /** When this process stops another one goes on with its residents. */
  readonly handsOver: boolean;
  readonly counters: Counters;
  readonly sessions: Map<string, Session>;
  readonly deadlines: HeapKeeper;
  /** Who keeps the deadlines of chargers that are not in memory; the heap where nobody else does. */
  readonly keeper: Keeper;
  readonly dials: Dials<Session>;
  stopping: boolean;
  /** Of what a charger records: for the metrics. */
  countEvent(event: ChargerEvent): void;
  /** Has the session's driver flush it within about a second. */
  lazily(session: Session): void;
  /** The same for what may wait for some seconds: it costs less. */
  atLeisure(session: Session): void;
  /** Starts commands: in the charger's session, or in a new exchange. */
  start(chargerId: string, submissions: Submission[]): void;
  /** A command that nobody here waits for has ended. */
  orphanSettled(chargerId: string, commandId: string, outcome: Outcome): void;
  /** A charger has become resident: no end of its session is to be waited for. */
  settledIn(chargerId: string): void;
  /** Somebody else sees to the charger from now on: who waits for its rest need not go on. */
  passedOn(chargerId: string): void;
  /** A session is over: whoever waits for the end is told, else the keeper. */
  over(chargerId: string, nextWakeAt: number | undefined, more?: Left): void;
}
