// The composite schedule that a charger reports of some of its EVSEs, whatever the OCPP version: what profiles and hardware leave to one, or to all of them
// together. It is what would hold if nobody else drew; how a common maximum is shared changes with who charges (OCPP 1.6 §5.7).
import { type EvseSpec, isDc } from '../hardware/models';
import { type Composite, composite } from './composite';
import type { Governing } from './governing';
import { type Limited, rateOf } from './obey';
import { prevailingBound, supplyOf } from './on-evse';
import type { RateUnit } from './profile';
import { inTenths, inUnit, onSupply } from './rate';

export type Concerned = Pick<Limited, 'evseSpec' | 'connectorId' | 'govern'>;

interface Wish {
  /** Whole second, the charger's clock, epoch ms. */
  from: number;
  seconds: number;
  unit: RateUnit;
  mostPeriods: number;
  /** All EVSEs of the charger: its maximum counts once. */
  whole: boolean;
}

export function compositeOf(
  concerned: readonly Concerned[],
  { from, seconds, unit, mostPeriods, whole }: Wish,
): Composite {
  const rateAt = (at: number) => {
    const governings = concerned.map(({ govern }) => govern(at));
    const { phases, limit } = together(concerned, governings, unit, whole);
    return { value: { limit: inTenths(limit), phases }, until: Math.min(...governings.map(({ until }) => until)) };
  };
  return composite(rateAt, from, seconds, mostPeriods);
}

/** As the profile in force has it; without one amperes on AC, watts on DC (OCPP 1.6 §7.12). */
export function usualUnit(concerned: readonly Concerned[], at: number): RateUnit {
  const prevailing = concerned.flatMap(({ govern }) => {
    const { own, caps, maxima } = govern(at);
    return own ?? caps[0] ?? maxima[0] ?? [];
  });
  return prevailing[0]?.profile.unit ?? (concerned.some(({ evseSpec }) => isDc(evseSpec)) ? 'W' : 'A');
}

/** All EVSEs together may draw what each may, and no more than the whole charger may (OCPP 1.6 §3.13.4). */
function together(concerned: readonly Concerned[], governings: Governing[], unit: RateUnit, whole: boolean) {
  const rates = concerned.map((one, at) =>
    rateOf(one, governings[at] ?? { maxima: [], caps: [], own: undefined, until: 0 }),
  );
  const phases = Math.max(...rates.map((rate) => rate.phases));
  const sum = rates.reduce((total, rate) => total + inUnit(rate, unit), 0);
  return { phases, limit: whole ? Math.min(sum, maximum(concerned, governings[0], unit)) : sum };
}

function maximum(concerned: readonly Concerned[], governing: Governing | undefined, unit: RateUnit): number {
  const limits = (governing?.maxima ?? []).map((max) =>
    Math.max(...concerned.map(({ evseSpec }) => inUnit(onSupply(prevailingBound(max), supplyOf(evseSpec)), unit))),
  );
  return Math.min(Infinity, ...limits);
}

/** Three phases go without saying (OCPP 1.6 §7.14), and DC has none. */
export function periodsOnWire({ periods }: Composite, specs: readonly EvseSpec[]) {
  const dc = specs.every(isDc);
  return periods.map(({ startPeriod, limit, phases }) => ({
    startPeriod,
    limit,
    ...(dc || phases === 3 ? {} : { numberPhases: phases }),
  }));
}
