// The composite schedule that GetCompositeSchedule reports (OCPP 1.6 §5.7): what profiles and hardware leave to a connector, or to
// all EVSEs together. It is what would hold if nobody else drew; how a common maximum is shared changes with who charges.
import type { RequestV16 } from '../../ocpp/v16/messages';
import type { Charger } from '../charger';
import { chargerTime } from '../clock';
import { isDc } from '../hardware/models';
import { composite } from '../schedule/composite';
import { prevailingBound, supplyOf } from '../schedule/on-evse';
import type { RateUnit } from '../schedule/profile';
import { type Bound, inTenths, inUnit, onSupply } from '../schedule/rate';
import { beganAt, type Governing, governor, rateOf } from './charging-limit';
import { wholeSecond } from './charging-profiles';
import { settingList, settingNumber } from './configuration';
import { type Place, places } from './places';

interface Report {
  scheduleStart: string;
  chargingSchedule: { duration: number } & Record<string, unknown>;
}

const unitNames = { A: 'Current', W: 'Power' };

/** The schedule from now on; text: why there is none to report. */
export function compositeSchedule(
  charger: Charger,
  { connectorId, duration, chargingRateUnit }: RequestV16<'GetCompositeSchedule'>,
  now: number,
): Report | string {
  const concerned = concernedBy(charger, connectorId);
  if (concerned.length === 0) return `there is no connector ${connectorId}`;
  if (duration <= 0) return `duration is ${duration}, and must be above 0`;
  const from = wholeSecond(chargerTime(charger, now));
  const governors = concerned.map((place) => governor(charger, place.connectorId, beganAt(charger, place, from)));
  const unit =
    chargingRateUnit ??
    usualUnit(
      governors.map((governing) => governing(from)),
      concerned,
    );
  const allowed = settingList(charger, 'ChargingScheduleAllowedChargingRateUnit');
  if (!allowed.includes(unitNames[unit])) return `this charger reports no ${unit}, but ${allowed.join(' and ')}`;
  const rateAt = (at: number) => {
    const governings = governors.map((governing) => governing(at));
    const { phases, limit } = together(concerned, governings, unit, connectorId === 0);
    return { value: { limit: inTenths(limit), phases }, until: Math.min(...governings.map(({ until }) => until)) };
  };
  const { seconds, periods } = composite(rateAt, from, duration, settingNumber(charger, 'ChargingScheduleMaxPeriods'));
  const scheduleStart = new Date(from).toISOString();
  const chargingSchedulePeriod = periods.map((period) => onWire(period, concerned));
  return {
    scheduleStart,
    chargingSchedule: {
      duration: seconds,
      startSchedule: scheduleStart,
      chargingRateUnit: unit,
      chargingSchedulePeriod,
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

/** As the profile in force has it; without one amperes on AC, watts on DC (§7.12). */
function usualUnit(governings: Governing[], concerned: Place[]): RateUnit {
  const prevailing = governings.flatMap(({ own, max }) => own ?? max ?? []);
  return prevailing[0]?.profile.unit ?? (concerned.some(({ evseSpec }) => isDc(evseSpec)) ? 'W' : 'A');
}

/** All EVSEs together may draw what each may, and no more than the whole charger may (§3.13.4). */
function together(concerned: Place[], governings: Governing[], unit: RateUnit, whole: boolean) {
  const rates = concerned.map((place, at) =>
    rateOf(place, governings[at] ?? { max: undefined, own: undefined, until: 0 }),
  );
  const phases = Math.max(...rates.map((rate) => rate.phases));
  const sum = rates.reduce((total, rate) => total + inUnit(rate, unit), 0);
  return { phases, limit: whole ? Math.min(sum, maximum(concerned, governings[0], unit)) : sum };
}

function maximum(concerned: Place[], governing: Governing | undefined, unit: RateUnit): number {
  const limits = concerned.map(({ evseSpec }): Bound => onSupply(prevailingBound(governing?.max), supplyOf(evseSpec)));
  return Math.max(...limits.map((limit) => inUnit(limit, unit)));
}

/** Three phases go without saying (§7.14), and DC has none. */
function onWire({ startPeriod, limit, phases }: { startPeriod: number; limit: number; phases: number }, on: Place[]) {
  const dc = on.every(({ evseSpec }) => isDc(evseSpec));
  return { startPeriod, limit, ...(dc || phases === 3 ? {} : { numberPhases: phases }) };
}
