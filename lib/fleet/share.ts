// Which part of a run's chargers, sessions, arrivals and losses one batch has: every `of`-th, from `number` on. So batches that know nothing
// of each other carry out one plan.

export interface Share {
  number: number;
  of: number;
}

/** All of a run: that of a host which carries runs out in one process. */
export const whole: Share = { number: 0, of: 1 };

/** The number in the run of what is the n-th of the batch. */
export function nth({ number, of }: Share, n: number): number {
  return number + of * n;
}

/** How many of so many the batch has. */
export function portion({ number, of }: Share, count: number): number {
  return Math.floor(count / of) + (number < count % of ? 1 : 0);
}
