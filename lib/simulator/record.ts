// A charger as it is stored: the document, and beside it what stores select and keepers wake by.
import type { Charger } from '../charger/charger';
import type { ChargerRecord, Lease } from './ports';
import type { Core } from './world';

/** A charger as it is stored. */
export function toRecord(core: Core, charger: Charger, lease?: Lease): ChargerRecord {
  const nextWakeAt = core.nextDeadline(charger);
  return {
    charger,
    statuses: core.statuses(charger),
    ...(lease ? { lease } : {}),
    ...(nextWakeAt === undefined ? {} : { nextWakeAt }),
  };
}
