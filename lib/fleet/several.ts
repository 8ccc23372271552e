// The same for many chargers, some at a time.

/** Does it for all of them, whatever becomes of the others. @throws the first error, after all have been tried */
export async function forEachOf<T>(
  all: readonly T[],
  atOnce: number,
  act: (one: T) => Promise<unknown>,
): Promise<void> {
  const left = all.values();
  const errors: unknown[] = [];
  const work = async () => {
    for (const one of left) await act(one).catch((error: unknown) => errors.push(error));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, work));
  if (errors.length > 0) throw errors[0];
}
