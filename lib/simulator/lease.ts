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

/** The lease as its holder gives it back: the number stays, so that it goes on growing. */
export function givenBack(lease: Lease): Lease {
  return { ...lease, until: 0 };
}
