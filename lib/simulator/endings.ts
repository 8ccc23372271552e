// Who waits until a charger has been let go, or left to others, and what they are told.

/** What is to come of a charger that was woken or held. */
export interface Woken {
  /** Its next deadline, epoch ms; absent: none. */
  nextWakeAt?: number;
  /** It is to be held now, so that the CSMS can reach it. */
  hold: boolean;
}

export interface Endings {
  /** Resolves with the next end of a session of this charger; rejects when it could not be looked at. */
  next(chargerId: string): Promise<Woken>;
  /** Returns whether anybody waited. Those who wait for rest are told as well, and do not count. */
  tell(chargerId: string, woken: Woken, error?: Error): boolean;
  /** Resolves when the charger has been let go, or others see to it from now on. */
  rest(chargerId: string): Promise<void>;
  /** Others see to the charger from now on. */
  passOn(chargerId: string): void;
}

interface Waiting {
  resolve(woken: Woken): void;
  reject(error: Error): void;
}

export function createEndings(): Endings {
  const waiting = new Map<string, Waiting[]>();
  const resting = new Map<string, (() => void)[]>();

  function passOn(chargerId: string): void {
    const told = resting.get(chargerId) ?? [];
    resting.delete(chargerId);
    for (const resolve of told) resolve();
  }

  return {
    next: (chargerId) =>
      new Promise((resolve, reject) => {
        waiting.set(chargerId, [...(waiting.get(chargerId) ?? []), { resolve, reject }]);
      }),
    tell(chargerId, woken, error) {
      const told = waiting.get(chargerId) ?? [];
      waiting.delete(chargerId);
      for (const { resolve, reject } of told) error ? reject(error) : resolve(woken);
      passOn(chargerId);
      return told.length > 0;
    },
    rest: (chargerId) =>
      new Promise((resolve) => {
        resting.set(chargerId, [...(resting.get(chargerId) ?? []), resolve]);
      }),
    passOn,
  };
}
