// What a running step carries: the charger it changes, the moment, and the effects so far. Lives for one step only.
import type { Charger } from './charger';
import type { Refusal } from './command';
import type { Dialect } from './dialect';
import type { ChargerEvent, Effect, LoggedFrame } from './effect';

/** A frame of the CSMS as its logged form names it. */
export type ReceivedFrame = Pick<LoggedFrame, 'action' | 'messageId' | 'violations'>;

export interface Context {
  charger: Charger;
  /** The moment being lived: a deadline's own time while deadlines that have passed are caught up with. The charger's time, epoch ms. */
  now: number;
  /** The moment of the step, up to which is caught up. The charger's time, epoch ms. */
  present: number;
  /** The moment of the step in real time, the same unless a tester has the charger's run faster (see pace.ts). Epoch ms. */
  wall: number;
  effects: Effect[];
  dialect: Dialect;
  /** The command on whose behalf things happen now; calls made meanwhile belong to it. */
  cause?: string;
  /** Something changed that connectors, contactors or timers follow from: reconcile before the step ends. */
  touched: boolean;
  /** Transaction calls were queued: what is not sent before the step ends must fit into the charger's memory. */
  queued: boolean;
  /** Something changed that must not be forgotten: saved before an answer or a transaction call leaves, else soon. */
  save: boolean;
  /** The frame of the CSMS that is being taken: what it does against the specification is said of it. */
  received?: ReceivedFrame;
  /** What network faults did to the frame that is being taken. */
  struck?: string[];
  /** The connection is to be made anew, and why. */
  relink?: string;
  /** The host has let go of the link in this step, for good or to leave it to another. */
  letGo?: 'released' | 'handedOver';
}

/** At the beginning of a step. `present`: the charger's time, `wall`: real time. Epoch ms. */
export function newContext(charger: Charger, dialect: Dialect, present: number, wall: number): Context {
  return { charger, now: present, present, wall, effects: [], dialect, touched: false, queued: false, save: false };
}

/** Marks the charger as changed in a way that must survive and that statuses and contactors follow from. */
export function touch(context: Context): void {
  context.touched = true;
  context.save = true;
}

/** Records something for the log and watchers. */
export function record(context: Context, event: ChargerEvent): void {
  context.effects.push({ kind: 'record', event });
}

/** Records something odd that is not fatal. */
export function note(context: Context, level: 'info' | 'warn', text: string): void {
  record(context, { kind: 'note', at: context.wall, level, text });
}

/** Thrown by command handlers: the command ends with this refusal, the charger stays as it is. */
export class CommandRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.detail);
  }
}

/** Ends the current command. @throws CommandRefused always */
export function refuse(kind: Refusal['kind'], detail: string, more: Partial<Refusal> = {}): never {
  throw new CommandRefused({ kind, detail, ...more });
}
