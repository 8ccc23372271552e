// GetCompositeSchedule of 1.6 (§5.7): for which connectors, and in the words of this version. The schedule itself is made in ../schedule/report.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { chargerTime } from '../clock';
import { supplyOf } from '../schedule/on-evse';
import { outlineOf } from '../schedule/outline';
import type { RateUnit } from '../schedule/profile';
import { compositeOf, periodsOnWire, usualUnit } from '../schedule/report';
import { isWhole, type ScheduleWish } from '../views';
import { beganAt, limitedAt } from './charging-limit';
import { installedProfiles, wholeSecond } from './charging-profiles';
import { settingList, settingNumber } from './configuration';
import { addressed, type Place, places } from './places';

interface Report {
  scheduleStart: string;
  chargingSchedule: { duration: number; chargingRateUnit: RateUnit } & Record<string, unknown>;
}

const unitNames = { A: 'Current', W: 'Power' };

/** The schedule from now on; text: why there is none to report. */
export function compositeSchedule(
  charger: Charger,
  { connectorId, duration, chargingRateUnit }: RequestV16<'GetCompositeSchedule'>,
  now: number,
): Report | string {
  const from = wholeSecond(chargerTime(charger, now));
  const concerned = concernedBy(charger, connectorId).map((place) => limitedAt(charger, place, from));
  if (concerned.length === 0) return `there is no connector ${connectorId}`;
  if (duration <= 0) return `duration is ${duration}, and must be above 0`;
  const unit = chargingRateUnit ?? usualUnit(concerned, from);
  const allowed = settingList(charger, 'ChargingScheduleAllowedChargingRateUnit');
  if (!allowed.includes(unitNames[unit])) return `this charger reports no ${unit}, but ${allowed.join(' and ')}`;
  const mostPeriods = settingNumber(charger, 'ChargingScheduleMaxPeriods');
  const found = compositeOf(concerned, { from, seconds: duration, unit, mostPeriods, whole: connectorId === 0 });
  const specs = concerned.map(({ evseSpec }) => evseSpec);
  const scheduleStart = new Date(from).toISOString();
  return {
    scheduleStart,
    chargingSchedule: {
      duration: found.seconds,
      startSchedule: scheduleStart,
      chargingRateUnit: unit,
      chargingSchedulePeriod: periodsOnWire(found, specs),
    },
  };
}

/** Connector 0: every EVSE, on the connector that is in a transaction, or on its first. */
function concernedBy(charger: Charger, connectorId: number): Place[] {
  const all = places(charger);
  if (connectorId !== 0) return all.filter((place) => place.connectorId === connectorId);
  return charger.evses.flatMap((evse) => {
    const own = all.filter((place) => place.evse === evse);
    return own.find(({ state }) => state.transaction) ?? own[0] ?? [];
  });
}

/**
 * The same for people, with what each profile that concerns the connector says by itself; text: why there is none to show.
 * @throws CommandRefused (notFound)
 */
export function viewSchedule(
  charger: Charger,
  { seconds, unit, ...address }: ScheduleWish,
  now: number,
): Record<string, unknown> | string {
  const connectorId = isWhole(address) ? 0 : addressed({ charger }, address).connectorId;
  const report = compositeSchedule(
    charger,
    { connectorId, duration: seconds, ...(unit ? { chargingRateUnit: unit } : {}) },
    now,
  );
  if (typeof report === 'string') return report;
  const { startSchedule: _, ...schedule } = report.chargingSchedule;
  const from = Date.parse(report.scheduleStart);
  const [place] = concernedBy(charger, connectorId);
  const span = { from, seconds: schedule.duration, unit: schedule.chargingRateUnit };
  const profiles = installedProfiles(charger).filter((one) => one.connectorId === 0 || one.connectorId === connectorId);
  return {
    connectorId,
    scheduleStart: report.scheduleStart,
    ...schedule,
    profiles: !place
      ? []
      : profiles.map((profile) => ({
          chargingProfileId: profile.id,
          chargingProfilePurpose: profile.purpose,
          stackLevel: profile.stackLevel,
          periods: outlineOf(profile, supplyOf(place.evseSpec), beganAt(charger, place, from), span),
        })),
  };
}
