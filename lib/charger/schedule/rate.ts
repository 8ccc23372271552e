// Limits in amperes and in watts brought together, and what they come to on a supply. Nothing here knows of time.
import type { Period, RateUnit } from './profile';

/** What limits leave. `Infinity`: not restricted. */
export interface Bound {
  /** Phases that may be used. */
  phases: number;
  /** Per phase. */
  currentA: number;
  /** In all. */
  powerW: number;
}

/** What an EVSE is connected to. */
export interface Supply {
  phases: number;
  /** Line to neutral, as set for the area, not as measured (OCPP 1.6 §7.12). */
  voltageV: number;
  /** DC: the output has no phases, so that a number of phases restricts nothing. */
  dc: boolean;
  /** Phases that cannot be changed now, whatever a limit says. */
  fixedPhases?: number;
}

export const unbounded: Bound = { phases: Infinity, currentA: Infinity, powerW: Infinity };

/** Without a number of phases 3 are assumed (OCPP 1.6 §7.14). */
const assumedPhases = 3;

/** A is per phase, W is the total (OCPP 1.6 §7.12). */
export function boundOf(unit: RateUnit, [, limit, phases = assumedPhases]: Period): Bound {
  return unit === 'A' ? { phases, currentA: limit, powerW: Infinity } : { phases, currentA: Infinity, powerW: limit };
}

/** The least of both in every respect (OCPP 1.6 §3.13.4). */
export function narrower(one: Bound, other: Bound): Bound {
  return {
    phases: Math.min(one.phases, other.phases),
    currentA: Math.min(one.currentA, other.currentA),
    powerW: Math.min(one.powerW, other.powerW),
  };
}

/** The bound in numbers that agree with one another: current per phase = power / (line voltage × phases). */
export function onSupply(bound: Bound, { phases: wired, voltageV, dc, fixedPhases }: Supply): Bound {
  const phases = dc ? wired : Math.min(bound.phases, wired);
  const rate = onPhases(bound, phases, voltageV);
  return fixedPhases === undefined ? rate : onPhases(rate, fixedPhases, voltageV);
}

/** On a number of phases: the same power at most, and no more per phase. */
function onPhases(bound: Bound, phases: number, voltageV: number): Bound {
  const volts = phases * voltageV;
  const currentA = Math.min(bound.currentA, bound.powerW / volts);
  return { phases, currentA, powerW: Math.min(bound.powerW, bound.currentA * volts) };
}

export function inUnit(rate: Bound, unit: RateUnit): number {
  return unit === 'A' ? rate.currentA : rate.powerW;
}

const rounding = 1e-9;

/** With one digit after the point, as limits go on the wire; never above the limit itself. */
export function inTenths(limit: number): number {
  return Math.floor(limit * 10 + rounding) / 10;
}
