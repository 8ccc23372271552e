// Names of chargers that are created together: `CP-{n:05}` and a count become ids.
import { chargerId } from './fields';
import type { FieldError } from './problem';

export interface Batch {
  count: number;
  idPattern: string;
  start: number;
  identity?: string | undefined;
}

const number = /\{n(?::0?(\d{1,2}))?\}/g;

/** The ids and identities, or what is wrong with the pattern. */
export function planBatch(batch: Batch): { names: { id: string; identity?: string }[]; errors: FieldError[] } {
  const errors = checkPattern(batch);
  if (errors.length > 0) return { names: [], errors };
  const names = Array.from({ length: batch.count }, (_, index) => nameOf(batch, batch.start + index));
  return { names, errors: [] };
}

function nameOf({ idPattern, identity }: Batch, n: number): { id: string; identity?: string } {
  const id = fill(idPattern, n);
  return identity === undefined ? { id } : { id, identity: fill(identity, n) };
}

function fill(pattern: string, n: number): string {
  return pattern.replace(number, (_, width: string | undefined) => String(n).padStart(Number(width ?? 0), '0'));
}

/** The last id is the longest: when it is right, all are. */
function checkPattern({ idPattern, count, start }: Batch): FieldError[] {
  const wrong = (message: string): FieldError[] => [{ path: 'idPattern', message }];
  if ((idPattern.match(number) ?? []).length !== 1) return wrong('must have one {n}, as in CP-{n} or CP-{n:05}');
  if (/[{}]/.test(idPattern.replace(number, ''))) return wrong('may have no braces but those of {n} or {n:05}');
  const last = chargerId.safeParse(fill(idPattern, start + count - 1));
  return last.success ? [] : wrong(`gives ids that cannot be: ${last.error.issues[0]?.message ?? ''}`);
}
