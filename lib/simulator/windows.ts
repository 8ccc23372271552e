// Windows of time in which this process keeps the socket of a charger, on hosts whose processes do not live for ever.
// What happens in a window and after it is not here.
import type { Timer } from './keeper';

export interface Windows {
  /** Opens the charger's window until then, or moves its end. */
  open(chargerId: string, until: number): void;
  isOpen(chargerId: string): boolean;
  /** Closes it without a word. */
  close(chargerId: string): void;
}

export function createWindows(timer: Timer, onEnd: (chargerId: string) => void): Windows {
  const handles = new Map<string, unknown>();

  function close(chargerId: string): void {
    if (handles.has(chargerId)) timer.clear(handles.get(chargerId));
    handles.delete(chargerId);
  }

  return {
    open(chargerId, until) {
      close(chargerId);
      const handle = timer.set(until, () => {
        handles.delete(chargerId);
        onEnd(chargerId);
      });
      handles.set(chargerId, handle);
    },
    isOpen: (chargerId) => handles.has(chargerId),
    close,
  };
}
