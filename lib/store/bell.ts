// The bell between drivers of one process. Bells between processes are not here: elsewhere a holder looks into its mailbox by itself.
import type { Bell } from '../simulator/ports';

/** A bell that rings listeners of the same process, soon but never inside `ring`: nobody is called back in the middle of his own work. */
export function createLocalBell(): Bell {
  const topics = new Map<string, Set<() => void>>();

  function ringOne(topic: string, listener: () => void): void {
    queueMicrotask(() => {
      if (topics.get(topic)?.has(listener)) listener();
    });
  }

  return {
    ring(topic) {
      for (const listener of topics.get(topic) ?? []) ringOne(topic, listener);
    },
    listen(topic, onRing) {
      const listener = () => onRing();
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
  };
}
