// Waiting without sleeping: probes that are looked at again whenever something happened.

/** Waits that are checked at every event, and fail when the CSMS closes before they come true. */
export function createWaiters() {
  const waiting = new Set<{ check(): boolean; fail(): void }>();
  const until = <T>(probe: () => T | undefined, what: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = probe();
        if (found !== undefined) resolve(found);
        return found !== undefined;
      };
      const fail = () => reject(new Error(`the scripted CSMS was closed while a test waited for ${what}`));
      if (!check()) waiting.add({ check, fail });
    });
  const changed = () => {
    for (const waiter of waiting) if (waiter.check()) waiting.delete(waiter);
  };
  const failAll = () => {
    for (const waiter of waiting) waiter.fail();
    waiting.clear();
  };
  return { until, changed, failAll };
}
