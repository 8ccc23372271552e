// Who may hold a charger's socket: rules over the lease in the stored record. Taking it is a conditional write, done elsewhere.
import type { Lease } from './ports';

/** Nobody else's: never taken, given back, run out, or left by ourselves. */
export function isFree(lease: Lease | undefined, holder: string, now: number): boolean {
  return lease === undefined || lease.until <= now || lease.holder === holder;
}

/** The lease as its new holder writes it; the number grows with every change of hands. */
export function taken(lease: Lease | undefined, holder: string, until: number): Lease {
  return { holder, until, number: (lease?.number ?? 0) + 1 };
}

/** Names nobody: who holds the charger next may take it at once, everybody else waits until `until`. */
const nextHolder = 'next-holder';

/** The lease as its holder leaves it to the next one, so that nobody dials in between. */
export function handedOver(lease: Lease, until: number): Lease {
  return { ...lease, holder: nextHolder, until };
}

export function isHandedOver(lease: Lease | undefined): boolean {
  return lease?.holder === nextHolder;
}

/** The lease as its holder gives it back: the number stays, so that it goes on growing. */
export function givenBack(lease: Lease): Lease {
  return { ...lease, until: 0 };
}
