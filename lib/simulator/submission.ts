// Commands on their way to a charger, and who waits for their outcomes.
import type { Command, Outcome, SettledCommand } from '../charger/command';
import type { LoggedFrame } from '../charger/effect';
import type { CommandEntry } from './ports';

/** Frames kept for the answer to one command. */
const exchangeLimit = 500;

/** A command on its way to the charger, and who waits for its outcome. */
export interface Submission {
  id: string;
  command: Command;
  timeoutMs: number;
  /** When it was asked for, epoch ms. */
  since: number;
  exchange: LoggedFrame[];
  /** The command came through the mailbox, or was left there before the charger became free. */
  entry?: CommandEntry;
  /** This process has made the entry a taken one: only who has may give it back. */
  claimed?: true;
  /** It was left by another process, which watches the mailbox itself. */
  foreign?: true;
  /** Since when it seems to have run elsewhere without an outcome. Epoch ms. */
  missedSince?: number;
  resolve(settled: SettledCommand): void;
  reject(error: Error): void;
}

/** The commands of one session that are under way, by id. Created with the first, gone with the last. */
export type Watchers = Map<string, Submission>;

/** Waits with whoever waits for the same command already: one run, two answers. Returns false when nobody does. */
export function joinWatcher(watchers: Watchers | undefined, submission: Submission): boolean {
  const known = watchers?.get(submission.id);
  if (known) join(known, submission);
  return known !== undefined;
}

/** Adds a frame to the exchange of every command that is under way. */
export function showFrame(watchers: Watchers, frame: LoggedFrame): void {
  for (const { exchange } of watchers.values()) if (exchange.length < exchangeLimit) exchange.push(frame);
}

/** Tells the one who waits the outcome and the frames. */
export function tellOutcome(submission: Submission, outcome: Outcome): void {
  submission.resolve({ outcome, exchange: submission.exchange });
}

/** The same command submitted twice: one run, two answers. */
function join(known: Submission, other: Submission): void {
  const { resolve, reject } = known;
  known.resolve = (settled) => {
    resolve(settled);
    other.resolve(settled);
  };
  known.reject = (error) => {
    reject(error);
    other.reject(error);
  };
}
