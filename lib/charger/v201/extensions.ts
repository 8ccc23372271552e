// What blocks say about each other's work, asked by whoever needs to know. The dialect names the blocks once, when it is put together:
// so no block imports another to be asked by it.
import type { Block, Extensions } from './block';

let all: readonly Extensions[] = [];

/** These are the blocks from now on. */
export function connectBlocks(blocks: readonly Block[]): void {
  all = blocks.flatMap((block) => block.extends ?? []);
}

/** The first block's word on it, `undefined` where none has one. */
export function ask<K extends keyof Extensions>(
  question: K,
  ...args: Parameters<NonNullable<Extensions[K]>>
): ReturnType<NonNullable<Extensions[K]>> | undefined {
  for (const extension of all) {
    const answer = (extension[question] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
    if (answer !== undefined && answer !== false) return answer as ReturnType<NonNullable<Extensions[K]>>;
  }
  return undefined;
}

/** Every block hears of it, and what they say. */
export function tell<K extends keyof Extensions>(
  moment: K,
  ...args: Parameters<NonNullable<Extensions[K]>>
): ReturnType<NonNullable<Extensions[K]>>[] {
  return all.flatMap((extension) => {
    const answer = (extension[moment] as ((...args: unknown[]) => unknown) | undefined)?.(...args);
    return answer === undefined ? [] : [answer as ReturnType<NonNullable<Extensions[K]>>];
  });
}
