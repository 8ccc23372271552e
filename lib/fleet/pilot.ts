// What decides in each phase of a run what is done next. Pure: time and outcomes come in, acts go out; the state is plain data, so that
// another process can go on with it. Who carries the acts out is in conduct.ts.
import type { Command, Outcome, Refusal, RefusalKind } from '../charger/command';
import type { Share } from './share';

/** Something to ask of one charger. */
export interface Act {
  /** Its place among the chargers of the batch. */
  charger: number;
  command: Command;
  timeoutMs: number;
}

/** Why an act did not succeed: the charger's refusal, or what failed in this host, which is nobody else's doing. */
export type ActRefusalKind = RefusalKind | 'storeUnavailable' | 'unexpected';

export type ActOutcome =
  | Extract<Outcome, { ok: true }>
  | { ok: false; refusal: Omit<Refusal, 'kind'> & { kind: ActRefusalKind } };

export type Next =
  | { act: Act }
  /** Nothing before this time, unless an act ends or a charger changes. */
  | { wait: number }
  | 'over';

export interface Pilot<S = unknown> {
  /** As JSON: what another pilot of the phase can be made from. What is under way then counts as not done. */
  state(): S;
  next(now: number): Next;
  ended(act: Act, outcome: ActOutcome, now: number): void;
  /** The phase is to end before its time: nothing new is begun, what runs is ended. Without it, nothing is done any more. */
  windDown?(now: number): void;
  /** A charger's connection came up or went down. */
  linkChanged?(charger: number, up: boolean, now: number): void;
}

/** What a phase begins with. */
export interface PilotContext {
  /** How many chargers the batch has, and the whole run. */
  chargers: number;
  total: number;
  share: Share;
  /** Epoch ms. */
  beganAt: number;
  /** Of this phase. */
  seed: number;
}

export const never = Number.POSITIVE_INFINITY;
