// Meters that a tester pins or lets drift: what they tell differs from what has flowed. Energy, power and state of charge themselves
// stay what they are, and so does everything that follows from them.
import type { Charger } from './charger';

export interface MeterBend {
  /** As the configuration names it: `Power.Active.Import`, or one phase of it as `Voltage.L1`. */
  measurand: string;
  /** Absent: every connector, and the main meter. */
  connectorId?: number;
  /** Told instead of the true value. */
  value?: number;
  /** Added with every hour from when it was set, in the unit of the measurand. */
  driftPerHour?: number;
}

/** A bend as the document keeps it. */
export interface SetMeterBend extends MeterBend {
  /** From when it drifts, in the charger's time. Epoch ms. */
  since?: number;
}

/** One value of a meter. */
export interface Told {
  connectorId: number;
  measurand: string;
  /** Of a measurand that has one value per phase: `L1`, `L2`, `L3`. */
  phase?: string | undefined;
}

const msPerHour = 3_600_000;

/** What the meter tells for a true value at `now`, the charger's time. The first bend that fits decides. */
export function told(charger: Charger, what: Told, value: number, now: number): number {
  const bend = charger.behaviour?.meter?.find((one) => fits(one, what));
  if (!bend) return value;
  const { driftPerHour = 0, since = now } = bend;
  return (bend.value ?? value) + (driftPerHour * (now - since)) / msPerHour;
}

function fits(bend: MeterBend, { connectorId, measurand, phase }: Told): boolean {
  if (bend.connectorId !== undefined && bend.connectorId !== connectorId) return false;
  return bend.measurand === measurand || (phase !== undefined && bend.measurand === `${measurand}.${phase}`);
}
