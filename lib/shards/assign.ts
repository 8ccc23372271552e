// Which of several processes has a charger: told by its id alone, today and after every restart.
import { createHash } from 'node:crypto';

/** The place of the charger among `count` shards, from 0. Changing this moves chargers away from their documents. */
export function shardOf(chargerId: string, count: number): number {
  return createHash('sha256').update(chargerId).digest().readUInt32BE(0) % count;
}

/** Things by the shard that their charger is in; shards without any are left out. */
export function byShard<T>(things: readonly T[], idOf: (thing: T) => string, count: number): Map<number, T[]> {
  const parts = new Map<number, T[]>();
  for (const thing of things) {
    const place = shardOf(idOf(thing), count);
    const part = parts.get(place);
    if (part) part.push(thing);
    else parts.set(place, [thing]);
  }
  return parts;
}
