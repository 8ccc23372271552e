// How long stores that expire things themselves keep them.

const dayMs = 86_400_000;

/** Mailbox entries and remembered answers: an Idempotency-Key is good for a day. */
export const commandLifetimeMs = dayMs;

/** Fleet runs and their reports. */
export const runLifetimeMs = 30 * dayMs;

export function daysToMs(days: number): number {
  return days * dayMs;
}
