// The versions there are. The only place that turns a protocol name into behaviour.
import type { Charger, Protocol } from './charger';
import type { Dialect } from './dialect';
import { dialectV16 } from './v16/dialect';
import { dialectV201 } from './v201/dialect';

const dialects: Record<Protocol, Dialect> = { 'ocpp1.6': dialectV16, 'ocpp2.0.1': dialectV201 };

/** Protocols a charger can be created with. */
export const supportedProtocols = Object.keys(dialects) as Protocol[];

/** The dialect of a charger. @throws Error for a protocol that this build does not speak */
export function dialectOf(charger: Pick<Charger, 'protocol'>): Dialect {
  const dialect = dialects[charger.protocol];
  if (!dialect) throw new Error(`protocol ${charger.protocol} is not supported`);
  return dialect;
}
