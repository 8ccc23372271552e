// The charger's own dice: a small seeded generator whose state lives in the document, so that a seed repeats a run.
import type { Charger } from './charger';

/** The next number in [0, 1). Changes `charger.random`. */
export function random(charger: Charger): number {
  return nextRandom(charger);
}

/** The next number in [0, 1) of any dice whose state is a document's (mulberry32). */
export function nextRandom(dice: { random: number }): number {
  dice.random = (dice.random + 0x6d2b79f5) | 0;
  let t = Math.imul(dice.random ^ (dice.random >>> 15), 1 | dice.random);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

/** A seed for a charger that was given none: the same id always gets the same one (FNV-1a). */
export function seedOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
