// How often a transfer is tried, and how long is waited in between: what the CSMS asked for, as the document counts it down.

export interface Retries {
  /** Tries that are left after the one under way. */
  left: number;
  intervalMs: number;
}

/** Where the CSMS says how often but not how far apart. */
const ownIntervalSeconds = 60;

/** A day: a longer wait is a slip. */
const longestIntervalSeconds = 86_400;

/**
 * `retries` is how many times the transfer is to be tried in all (OCPP 1.6 §6.25, §6.55: "must try … before giving up"); one that is not
 * given, or less than one, is one. `retryInterval` in seconds.
 */
export function retriesOf(retries: number | undefined, retryInterval: number | undefined): Retries {
  const seconds = Math.min(Math.max(retryInterval ?? ownIntervalSeconds, 0), longestIntervalSeconds);
  return { left: Math.max(retries ?? 1, 1) - 1, intervalMs: seconds * 1000 };
}
