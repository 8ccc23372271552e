// A charger as it is stored: the document, and beside it what stores select and keepers wake by.
import type { Charger } from '../charger/charger';
import type { ChargerRecord, Lease } from './ports';
import type { Core } from './world';

/** A charger as it is stored; its deadline is the charger's own. */
export function toRecord(core: Core, charger: Charger, lease?: Lease): ChargerRecord {
  const nextWakeAt = core.nextDeadline(charger);
  return {
    charger,
    statuses: core.statuses(charger),
    ...(lease ? { lease } : {}),
    ...(nextWakeAt === undefined ? {} : { nextWakeAt }),
  };
}

/**
 * The same where others keep time by the store: a charger that wants to be held or has tasks to be done, and is not leased, is due at once, and one that is
 * leased is looked at when the lease has run out, in case its holder died.
 */
export function toWatchedRecord(core: Core, charger: Charger, now: number, lease?: Lease): ChargerRecord {
  const record = toRecord(core, charger, lease);
  const leased = lease !== undefined && lease.until > now;
  const wanted = core.wantsHold(charger, now) || charger.tasks !== undefined;
  const lookAt = leased ? lease.until : wanted ? now : Number.POSITIVE_INFINITY;
  const nextWakeAt = Math.min(record.nextWakeAt ?? Number.POSITIVE_INFINITY, lookAt);
  return nextWakeAt === Number.POSITIVE_INFINITY ? record : { ...record, nextWakeAt };
}
