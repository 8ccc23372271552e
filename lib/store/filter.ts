// What the filters of the ports mean, for stores that filter in the process. SQLite says the same in SQL for chargers.
import type { LoggedFrame } from '../charger/effect';
import type { ChargerFilter, ChargerRecord, MessageFilter } from '../simulator/ports';

export function matchesCharger(filter: ChargerFilter, { charger, statuses, nextWakeAt }: ChargerRecord): boolean {
  const { tag, status, protocol, idPrefix, connection, dueBefore } = filter;
  return (
    (tag === undefined || charger.tags.includes(tag)) &&
    (status === undefined || statuses.includes(status)) &&
    (protocol === undefined || charger.protocol === protocol) &&
    (idPrefix === undefined || charger.id.startsWith(idPrefix)) &&
    (connection === undefined || charger.connection === connection) &&
    (dueBefore === undefined || (nextWakeAt !== undefined && nextWakeAt <= dueBefore))
  );
}

export function matchesFrame({ action, direction, from, to }: MessageFilter, frame: LoggedFrame): boolean {
  return (
    (action === undefined || frame.action === action) &&
    (direction === undefined || frame.direction === direction) &&
    (from === undefined || frame.at >= from) &&
    (to === undefined || frame.at <= to)
  );
}
