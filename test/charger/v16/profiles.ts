// Charging profiles as a CSMS sends them, and short ways to send them.
import { bootedPair, type Pair, type PairOptions, start } from '../../support/pair';

export type Fields = Record<string, unknown>;

export const iso = (at: number) => new Date(at).toISOString();

/** Of [startPeriod, limit, numberPhases?] each. */
export function scheduleOf(periods: (readonly number[])[], more: Fields = {}): Fields {
  return {
    chargingRateUnit: 'A',
    chargingSchedulePeriod: periods.map(([startPeriod, limit, numberPhases]) => ({
      startPeriod,
      limit,
      ...(numberPhases === undefined ? {} : { numberPhases }),
    })),
    ...more,
  };
}

/** An Absolute TxDefaultProfile from the start of the tests' time on. */
export function profileOf(periods: (readonly number[])[], more: Fields = {}, schedule: Fields = {}): Fields {
  const { chargingProfileKind: kind = 'Absolute' } = more;
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: kind,
    ...more,
    chargingSchedule: scheduleOf(periods, {
      ...(kind === 'Relative' ? {} : { startSchedule: iso(start) }),
      ...schedule,
    }),
  };
}

export const set = (pair: Pair, connectorId: number, csChargingProfiles: Fields) =>
  pair.ask('SetChargingProfile', { connectorId, csChargingProfiles })?.status;

export const clear = (pair: Pair, filter: Fields = {}) => pair.ask('ClearChargingProfile', filter)?.status;

interface Reported {
  status: string;
  connectorId?: number;
  scheduleStart?: string;
  chargingSchedule?: {
    duration: number;
    chargingRateUnit: string;
    chargingSchedulePeriod: { startPeriod: number; limit: number; numberPhases?: number }[];
  };
}

export const ask = (pair: Pair, connectorId: number, duration: number, chargingRateUnit?: string) =>
  pair.ask('GetCompositeSchedule', {
    connectorId,
    duration,
    ...(chargingRateUnit === undefined ? {} : { chargingRateUnit }),
  }) as unknown as Reported;

/** Periods of the composite schedule as [startPeriod, limit, numberPhases?]. */
export const compositeOf = (pair: Pair, connectorId: number, duration: number, unit?: string) =>
  ask(pair, connectorId, duration, unit).chargingSchedule?.chargingSchedulePeriod.map((period) =>
    Object.values(period),
  );

export const begin = (pair: Pair, connectorId = 1) =>
  pair.command({ kind: 'startTransaction', address: { connectorId }, idToken: `TAG-${connectorId}` });

export function end(pair: Pair, connectorId = 1): void {
  const id = pair.charger.v16?.connectors[connectorId - 1]?.transaction?.id ?? '';
  pair.command({ kind: 'stopTransaction', transactionId: id });
}

/** A booted charger whose EVs take what they get: a large battery, a flat curve, 22 kW. */
export const hungryPair = (options: PairOptions = {}) =>
  bootedPair({
    ev: { batteryCapacityWh: 1_000_000, soc: 10, maxPowerW: 22_000, chargingCurve: [[0, 1]] },
    ...options,
  });

export const transactionId = (pair: Pair, connectorId = 1) =>
  pair.charger.v16?.connectors[connectorId - 1]?.transaction?.transactionId;

/** What the profiles that are installed say, for comparing before and after. */
export const installed = (pair: Pair) => structuredClone(pair.charger.v16?.chargingProfiles ?? []);
