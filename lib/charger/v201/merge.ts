// Puts the functional blocks together: one table of each kind, one function for each moment. Two blocks that claim the same message are a
// slip of ours, and nothing starts.
import type { Block, Moments } from './block';

type Table<T> = Record<string, T>;

/** One table of the tables of all blocks. @throws Error where two have the same entry */
export function mergeTables<T>(
  blocks: readonly Block[],
  what: string,
  tableOf: (block: Block) => object | undefined,
): Table<T> {
  const merged: Table<T> = {};
  for (const block of blocks) {
    for (const [key, value] of Object.entries(tableOf(block) ?? {})) {
      if (Object.hasOwn(merged, key)) throw new Error(`${block.name}: another block has ${what} ${key} already`);
      merged[key] = value as T;
    }
  }
  return merged;
}

/** What all blocks do at a moment, in their order. */
export function moment<K extends keyof Moments>(
  blocks: readonly Block[],
  name: K,
): (...args: Parameters<NonNullable<Moments[K]>>) => void {
  const all = blocks.flatMap(({ moments }) => moments?.[name] ?? []) as ((...args: unknown[]) => void)[];
  return (...args) => {
    for (const one of all) one(...args);
  };
}
