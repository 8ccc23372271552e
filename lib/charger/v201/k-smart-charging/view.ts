// The composite schedule for people, with what each charging profile says by itself. That of GetCompositeSchedule is in requests.ts.
import type { Charger } from '../../charger';
import { supplyOf } from '../../schedule/on-evse';
import { outlineOf } from '../../schedule/outline';
import { isWhole, type ScheduleWish } from '../../views';
import { addressed, bays, findBay } from '../places';
import { beganAt } from './limits';
import { compact, installedProfiles } from './profiles';
import { compositeSchedule } from './requests';

/** Of an EVSE, or of the station, from now on; text: why there is none to show. @throws CommandRefused (notFound) */
export function viewSchedule(
  charger: Charger,
  { seconds, unit, ...address }: ScheduleWish,
  now: number,
): Record<string, unknown> | string {
  const evseId = isWhole(address) ? 0 : addressed({ charger }, address).bay.evseId;
  const wish = { evseId, duration: seconds, ...(unit ? { chargingRateUnit: unit } : {}) };
  const schedule = compositeSchedule(charger, wish, now);
  if ('why' in schedule) return schedule.why;
  const from = Date.parse(schedule.scheduleStart);
  const bay = findBay(charger, evseId) ?? bays(charger)[0];
  const span = { from, seconds: schedule.duration, unit: schedule.chargingRateUnit };
  const profiles = installedProfiles(charger).filter((one) => one.evseId === 0 || one.evseId === evseId);
  return {
    ...schedule,
    profiles: !bay
      ? []
      : profiles.map(({ wire }) => ({
          chargingProfileId: wire.id,
          chargingProfilePurpose: wire.chargingProfilePurpose,
          stackLevel: wire.stackLevel,
          periods: outlineOf(compact(wire), supplyOf(bay.evseSpec), beganAt(charger, bay, from), span),
        })),
  };
}
