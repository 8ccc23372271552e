// What an EV would say over ISO 15118 (K15 to K17), made from the simulated EV, for messages that a tester sends: there is no ISO 15118 stack.
import type { Charger } from '../../charger';
import { chargerTime } from '../../clock';
import type { Context } from '../../context';
import { minPilotCurrentA, nominalVoltageV } from '../../hardware/electrics';
import { defaultBatteryVoltageV, type Ev } from '../../hardware/ev';
import { read } from '../../hardware/evse';
import { isDc } from '../../hardware/models';
import { type Bay, bays, findBay } from '../places';
import { wholeSecond } from './profiles';
import { compositeSchedule } from './requests';

/** The EVSE that is asked about, else the first with an EV, else the first. */
function bayOf(charger: Charger, wanted: unknown): Bay | undefined {
  const named = typeof wanted === 'number' ? findBay(charger, wanted) : undefined;
  return named ?? bays(charger).find(({ evse }) => evse.ev) ?? bays(charger)[0];
}

/** NotifyEVChargingNeedsRequest (K15). */
export function needsPayload({ charger, now }: Context, { evseId }: Record<string, unknown>): Record<string, unknown> {
  const bay = bayOf(charger, evseId);
  if (!bay) return {};
  const { evse, evseSpec } = bay;
  const { ev } = evse;
  const dc = isDc(evseSpec);
  const transfers = ['AC_single_phase', 'AC_two_phase', 'AC_three_phase'];
  const requestedEnergyTransfer = dc ? 'DC' : transfers[Math.min(ev?.phases ?? 3, evseSpec.phases) - 1];
  const soc = read(evse, evseSpec, now).soc;
  const parameters = ev && (dc ? { dcChargingParameters: dcOf(ev, soc) } : { acChargingParameters: acOf(ev, soc) });
  return { evseId: bay.evseId, chargingNeeds: { requestedEnergyTransfer, ...parameters } };
}

const missingWh = ({ batteryCapacityWh, soc }: Ev, now = soc) => Math.round((batteryCapacityWh * (100 - now)) / 100);

function acOf(ev: Ev, soc: number | undefined) {
  return {
    energyAmount: missingWh(ev, soc),
    evMinCurrent: Math.max(minPilotCurrentA, Math.round(ev.minCurrentA)),
    evMaxCurrent: Math.round(ev.maxPowerW / (ev.phases * nominalVoltageV)),
    evMaxVoltage: nominalVoltageV,
  };
}

function dcOf(ev: Ev, soc: number | undefined) {
  const [, full] = ev.batteryVoltageV ?? defaultBatteryVoltageV;
  return {
    evMaxCurrent: Math.round(ev.maxPowerW / full),
    evMaxVoltage: Math.round(full),
    energyAmount: missingWh(ev, soc),
    evMaxPower: Math.round(ev.maxPowerW),
    stateOfCharge: Math.round(soc ?? ev.soc),
    evEnergyCapacity: Math.round(ev.batteryCapacityWh),
    fullSoC: 100,
  };
}

/** What the EV takes at most: amperes of every phase, or watts. */
function mostOf({ evse: { ev }, evseSpec }: Bay, unit: 'A' | 'W'): number {
  if (!ev) return Infinity;
  const amperes = ev.maxPowerW / (Math.min(ev.phases, evseSpec.phases) * nominalVoltageV);
  return Number((unit === 'A' ? amperes : ev.maxPowerW).toFixed(1));
}

/** How long a schedule an EV would tell of, seconds. */
const scheduleSeconds = 4 * 3_600;

/** NotifyEVChargingScheduleRequest: the EV keeps to what the station offers, and to what it can take. */
export function schedulePayload(
  { charger, now }: Context,
  { evseId }: Record<string, unknown>,
): Record<string, unknown> {
  const bay = bayOf(charger, evseId);
  const found = bay && compositeSchedule(charger, { evseId: bay.evseId, duration: scheduleSeconds }, now);
  if (!bay || !found || 'why' in found) return {};
  const { duration, chargingRateUnit, chargingSchedulePeriod } = found;
  const most = mostOf(bay, chargingRateUnit);
  return {
    timeBase: new Date(wholeSecond(chargerTime(charger, now))).toISOString(),
    evseId: bay.evseId,
    chargingSchedule: {
      ...{ id: 1, duration, chargingRateUnit },
      chargingSchedulePeriod: chargingSchedulePeriod.map((period) => ({
        ...period,
        limit: Math.min(period.limit, most),
      })),
    },
  };
}
