// The temperature at the EVSE's contacts: heat grows with the square of the current and leaves to the air. Nothing here knows what draws it.

export const temperatureAmbientC = 20;
/** Above ambient, for ever at full power on all phases. */
const riseAtFullPowerC = 30;
const timeConstantMs = 20 * 60_000;

/** How far above ambient 1 W² of drawn power leads in the end, when it flows over `phasesShare` of the EVSE's phases. */
export function risePerSquareWatt(maxPowerW: number, phasesShare: number): number {
  return riseAtFullPowerC / (maxPowerW ** 2 * phasesShare);
}

/**
 * The temperature `ms` later, while the squared power (as the rise it leads to, °C) starts at `riseC` and changes as e^(growth·t).
 * Solves τ·T' = ambient + rise·e^(growth·t) − T exactly.
 */
export function relax(temperatureC: number, ms: number, riseC: number, growthPerMs: number): number {
  const cooled = Math.exp(-ms / timeConstantMs);
  const rate = growthPerMs + 1 / timeConstantMs;
  const heated = riseC === 0 ? 0 : (riseC / timeConstantMs) * convolved(rate, growthPerMs, ms, cooled);
  return temperatureAmbientC + (temperatureC - temperatureAmbientC) * cooled + heated;
}

/** (e^(growth·t) − e^(−t/τ)) / rate, without cancelling near rate = 0 and without overflow far from it. */
function convolved(rate: number, growthPerMs: number, ms: number, cooled: number): number {
  const x = rate * ms;
  if (Math.abs(x) < 1) return cooled * ms * (x === 0 ? 1 : Math.expm1(x) / x);
  return (Math.exp(growthPerMs * ms) - cooled) / rate;
}
