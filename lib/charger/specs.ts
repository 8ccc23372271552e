// What a charger is built of and says of itself: its model, with what the charger has of its own.
import type { Charger } from './charger';
import { type BootInfo, type EvseSpec, models } from './hardware/models';

export function specsOf(charger: Charger): EvseSpec[] {
  return charger.evseSpecs ?? models[charger.model]?.evses ?? [];
}

export function bootInfoOf(charger: Charger): BootInfo {
  const model = models[charger.model];
  if (!model) throw new Error(`charger ${charger.id} has an unknown model ${charger.model}`);
  return { ...model.boot, ...charger.boot };
}

/** What the charger calls its serial number; where none is set, from its id. */
export function serialNumberOf(charger: Charger): string {
  return bootInfoOf(charger).serialNumber ?? charger.id.slice(0, 25);
}

/** From losing the mains, or a reset, to the first message. */
export function rebootMs(charger: Charger): number {
  return (models[charger.model]?.rebootSeconds ?? 3) * 1000;
}
