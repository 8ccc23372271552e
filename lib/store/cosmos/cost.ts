// What operations cost by the prices that Microsoft publishes, in request units (RU): for tests and benchmarks, which talk to
// servers that do not charge. A real account tells the true charge of each answer; nothing in the store depends on these figures.
//
// Published ("Optimize request cost in Azure Cosmos DB", session consistency, documents without indexed properties): a point read
// of 1 KB costs 1 RU and of 100 KB 10 RU; a write of 1 KB costs 5 RU and of 100 KB 50 RU. Between them the line is straight.

const kilobyte = 1024;

/** A value in the index makes a write dearer by about this much: a 1 KB document with ten indexed values is published at about 7 RU. */
const perIndexedValue = 0.2;

/** A point read of a document of this size; also one that finds nothing. */
export function readUnits(bytes: number): number {
  return alongLine(bytes, 1, 10);
}

/** A create, replace, upsert or delete of a document of this size, with this many values of it in the index. */
export function writeUnits(bytes: number, indexedValues: number): number {
  return alongLine(bytes, 5, 50) + indexedValues * perIndexedValue;
}

function alongLine(bytes: number, at1: number, at100: number): number {
  const kilobytes = Math.max(1, bytes / kilobyte);
  return at1 + ((kilobytes - 1) * (at100 - at1)) / 99;
}

/** How many values of a document a container's index holds, by its included paths (`/a/b/?`, `/list/[]/?`). */
export function indexedValues(document: unknown, paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + countAt(document, path.split('/').slice(1, -1)), 0);
}

function countAt(value: unknown, [step, ...rest]: string[]): number {
  if (value === undefined) return 0;
  if (step === undefined) return 1;
  if (step === '[]')
    return Array.isArray(value) ? value.reduce((sum: number, item) => sum + countAt(item, rest), 0) : 0;
  return typeof value === 'object' && value !== null ? countAt((value as Record<string, unknown>)[step], rest) : 0;
}
