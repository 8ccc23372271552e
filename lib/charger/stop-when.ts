// When a session ends by a wish of its user, or delivery by what a token is still allowed: as deadlines, the same in every OCPP version.
import type { StopWhen } from './command';
import { advance, type Evse, timeOfEnergy, timeOfSoc } from './hardware/evse';
import type { EvseSpec } from './hardware/models';

export interface Session {
  startedAt: number;
  meterStartWh: number;
  stopWhen?: StopWhen;
  /** Register reading at which delivery ends. */
  allowedUntilWh?: number;
}

/** When any of it may be met, as things stand; epoch ms. `metered`: the register counts for this session now. */
export function stopTimes(session: Session, evse: Evse, spec: EvseSpec, now: number, metered: boolean): number[] {
  advance(evse, spec, now);
  const { stopWhen, allowedUntilWh, meterStartWh, startedAt } = session;
  const byTime = stopWhen?.durationSeconds === undefined ? undefined : startedAt + stopWhen.durationSeconds * 1000;
  const byMeter = !metered
    ? []
    : [
        stopWhen?.energyWh === undefined ? undefined : timeOfEnergy(evse, spec, meterStartWh + stopWhen.energyWh),
        stopWhen?.soc === undefined ? undefined : timeOfSoc(evse, spec, stopWhen.soc),
        allowedUntilWh === undefined ? undefined : timeOfEnergy(evse, spec, allowedUntilWh),
      ];
  // A time is rounded up to the millisecond after, when the register has surely got there.
  return [byTime, ...byMeter].flatMap((time) => (time === undefined ? [] : Math.ceil(time)));
}

/** The user's wish is met. */
export function isSatisfied(session: Session, energyWh: number, soc: number | undefined, now: number): boolean {
  const { stopWhen, meterStartWh, startedAt } = session;
  if (!stopWhen) return false;
  const enough = 1e-6;
  if (stopWhen.energyWh !== undefined && energyWh - meterStartWh >= stopWhen.energyWh - enough) return true;
  if (stopWhen.soc !== undefined && (soc ?? 0) >= stopWhen.soc - enough) return true;
  return stopWhen.durationSeconds !== undefined && now - startedAt >= stopWhen.durationSeconds * 1000;
}
