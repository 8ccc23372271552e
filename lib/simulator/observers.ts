// Several observers as one.
import type { Observer } from './ports';

export function severalObservers(...observers: Observer[]): Observer {
  return {
    frame(charger, frame) {
      for (const observer of observers) observer.frame(charger, frame);
    },
    note(charger, level, text) {
      for (const observer of observers) observer.note(charger, level, text);
    },
    event(charger, event) {
      for (const observer of observers) observer.event?.(charger, event);
    },
    changed(charger) {
      for (const observer of observers) observer.changed?.(charger);
    },
    removed(chargerId) {
      for (const observer of observers) observer.removed?.(chargerId);
    },
  };
}
