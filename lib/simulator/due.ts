// Chargers whose deadline has come while they were not in memory: brought in a few hundred at a time, not all at once.

export interface DueQueue {
  add(chargerId: string): void;
  /** The charger's exchange is over. */
  done(chargerId: string): void;
}

export function createDueQueue(atMost: number, begin: (chargerId: string) => void): DueQueue {
  const waiting = new Set<string>();
  const underWay = new Set<string>();
  let filling = false;

  /** One that is over as soon as it begins leaves its place to this loop: were the next begun from within, thousands would fill the stack. */
  function next(): void {
    if (filling) return;
    filling = true;
    try {
      for (const chargerId of waiting) {
        if (underWay.size >= atMost) return;
        waiting.delete(chargerId);
        underWay.add(chargerId);
        begin(chargerId);
      }
    } finally {
      filling = false;
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
