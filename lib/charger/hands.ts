// What hands do to cables, with refusals that say why it cannot be done; the same in every OCPP version. What follows from it for a
// session is the dialect's.
import { refuse } from './context';
import { createEv, type EvSettings } from './hardware/ev';
import { type Connector, HardwareError } from './hardware/evse';
import type { EvseSpec } from './hardware/models';

/** Where hands are at work, and how people call it. */
export interface Spot {
  name: string;
  status: string;
  connector: Connector;
  evseSpec: EvseSpec;
}

/** Turns what the hardware refuses into an answer that says why. @throws CommandRefused (badInput, wrongState) */
export function physically(act: () => void, { name, status, connector }: Spot): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof HardwareError)) throw error;
    if (error.reason === 'badEv') {
      refuse('badInput', error.message, { errors: [{ path: 'ev', message: error.message }] });
    }
    refuse('wrongState', `${name}: ${error.message}`, {
      extra: { status, cable: connector.cable, locked: connector.locked },
    });
  }
}

/** Settings that no EV can have are refused before anything happens. */
export function requireEv(spot: Spot, ev: EvSettings): void {
  physically(() => void createEv(ev, spot.evseSpec), spot);
}

/** There is a cable to take out, and nobody's session holds it. @throws CommandRefused (wrongState) */
export function requireLoose(spot: Spot, side: 'ev' | 'both', held: boolean): void {
  const { name, status, connector } = spot;
  const extra = { status, cable: connector.cable, locked: connector.locked };
  if (connector.cable === 'none') refuse('wrongState', `${name}: no cable is plugged in`, { extra: { status } });
  if (connector.cable !== 'station') return;
  if (side === 'ev') refuse('wrongState', `${name}: no EV is connected`, { extra });
  if (held) refuse('wrongState', `${name}: the cable is locked until its owner presents the token`, { extra });
}
