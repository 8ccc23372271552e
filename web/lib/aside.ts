// Bends of a charger that are off for now: this browser keeps them, the charger knows nothing of them.
import { type Bend, type BendKind, bendKinds } from './bending';
import { keep, kept } from './settings';

const asideItem = (chargerId: string) => `charger-simulator.aside.${chargerId}`;

/** As this browser remembers them. */
export function readAside(chargerId: string): Bend[] {
  try {
    const stored: unknown = JSON.parse(kept(asideItem(chargerId)) ?? '[]');
    return Array.isArray(stored) ? stored.filter(isBend) : [];
  } catch {
    return [];
  }
}

function isBend(value: unknown): value is Bend {
  const { kind, rule } = (value ?? {}) as Partial<Bend>;
  return bendKinds.includes(kind as BendKind) && typeof rule === 'object' && rule !== null;
}

export function keepAside(chargerId: string, bends: readonly Bend[]): void {
  keep(asideItem(chargerId), bends.length === 0 ? undefined : JSON.stringify(bends));
}
