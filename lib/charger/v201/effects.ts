// What the blocks do when a variable of the device model has changed, gathered from all of them. The dialect names the blocks once, when it
// is put together.
import type { Context } from '../context';
import type { Block } from './block';
import type { Effect, Effects } from './device-model/effects';

const names: Record<Effect, true> = {
  heartbeat: true,
  ping: true,
  alignedData: true,
  sampledData: true,
  availability: true,
  credentials: true,
  clock: true,
  monitoring: true,
  chargingLimit: true,
};

let gathered: Effects | undefined;

/** These are the blocks from now on. */
export function gatherEffects(blocks: readonly Block[]): void {
  const entries = Object.keys(names).map((name) => {
    const all = blocks.flatMap((block) => block.effects?.[name as Effect] ?? []);
    return [name, (context: Context) => all.forEach((effect) => void effect(context))];
  });
  gathered = Object.fromEntries(entries) as Effects;
}

/** @throws Error before the dialect has been put together: a slip of ours */
export function effectsOf(): Effects {
  if (!gathered) throw new Error('no blocks have been named');
  return gathered;
}
