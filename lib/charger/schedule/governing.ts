// Which profiles govern an EVSE at a moment, whatever the OCPP version: the maximum of the whole charger, caps of the EVSE itself, and the profile for
// its transaction. Which stacks they come from is the dialect's matter.
import type { ChargingProfile } from './profile';
import { type Prevailing, prevailingAt } from './stack';

/** Until when nothing of it changes: epoch ms on the charger's clock. */
export interface Governing {
  /** Each is one limit for all EVSEs together. */
  maxima: Prevailing[];
  /** Each limits this EVSE. */
  caps: Prevailing[];
  /** For the transaction. */
  own: Prevailing | undefined;
  until: number;
}

export type Governor = (at: number) => Governing;

/** Stacks of profiles, each in the order of precedence. */
export interface Stacks {
  maxima: readonly (readonly ChargingProfile[])[];
  caps?: readonly (readonly ChargingProfile[])[];
  own: readonly ChargingProfile[];
}

/** Finds out what governs at any moment, for a transaction that began at `began` (the charger's clock). */
export function governorOf({ maxima, caps = [], own }: Stacks, began: number): Governor {
  return (at) => {
    const mine = prevailingAt(own, at, began);
    const whole = maxima.map((stack) => prevailingAt(stack, at, began));
    const local = caps.map((stack) => prevailingAt(stack, at, began));
    return {
      maxima: whole.flatMap(({ value }) => value ?? []),
      caps: local.flatMap(({ value }) => value ?? []),
      own: mine.value,
      until: Math.min(mine.until, ...whole.map(({ until }) => until), ...local.map(({ until }) => until)),
    };
  };
}
