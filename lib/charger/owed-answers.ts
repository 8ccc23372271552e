// Answers to CSMS calls that follow from a task instead of at once: what a handler hands back meanwhile, and how the answer leaves later.
// They live as long as the connection that the call came over; the task goes on without.
import type { Charger } from './charger';

/** A CSMS call that waits for its answer, as the document remembers it. */
export interface OwedAnswer {
  action: string;
  messageId: string;
  payload: unknown;
  /** Epoch milliseconds. */
  since: number;
  /** What a tester wants in the answer, by path, whatever the charger would say. */
  fields?: Record<string, unknown>;
  /** What a tester's behaviour did to the answer, for the log. */
  behaviour?: string[];
}

/** What a handler returns instead of a response; `key` is what `answerOwed` will be called with, such as the id of a task. */
export class AnswerLater {
  constructor(readonly key: string) {}
}

/** Remembers a call until its answer is known. */
export function owe(charger: Charger, key: string, owed: OwedAnswer): void {
  charger.owed = { ...charger.owed, [key]: owed };
}

/** The call that waits for this, taken out; `undefined`: its connection has ended meanwhile. */
export function takeOwed(charger: Charger, key: string): OwedAnswer | undefined {
  const { [key]: owed, ...rest } = charger.owed ?? {};
  if (Object.keys(rest).length === 0) delete charger.owed;
  else charger.owed = rest;
  return owed;
}
