// Chargers whose deadline has come while they were not in memory: brought in a few hundred at a time, not all at once.

export interface DueQueue {
  add(chargerId: string): void;
  /** The charger's exchange is over. */
  done(chargerId: string): void;
}

export function createDueQueue(atMost: number, begin: (chargerId: string) => void): DueQueue {
  const waiting = new Set<string>();
  const underWay = new Set<string>();

  function next(): void {
    for (const chargerId of waiting) {
      if (underWay.size >= atMost) return;
      waiting.delete(chargerId);
      underWay.add(chargerId);
      begin(chargerId);
    }
  }

  return {
    add(chargerId) {
      if (underWay.has(chargerId)) return;
      waiting.add(chargerId);
      next();
    },
    done(chargerId) {
      waiting.delete(chargerId);
      if (underWay.delete(chargerId)) next();
    },
  };
}
