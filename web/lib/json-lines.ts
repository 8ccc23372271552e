// A JSON value as the lines of its pretty text, each with the path of what begins on it: so that what is wrong can be marked in place.
import type { Finding, Path } from './schema-check';

export interface JsonLine {
  text: string;
  path: Path;
}

/** The same text as `JSON.stringify(value, null, 2)`, line by line. */
export function jsonLines(value: unknown): JsonLine[] {
  return linesOf(value, [], '', '');
}

function linesOf(value: unknown, path: Path, indent: string, before: string): JsonLine[] {
  const isList = Array.isArray(value);
  const parts = isList
    ? [...value.entries()]
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
      : [];
  const present = isList ? parts : parts.filter(([, part]) => part !== undefined);
  if (present.length === 0) return [{ text: `${indent}${before}${JSON.stringify(value) ?? 'null'}`, path }];
  const inside = present.flatMap(([key, part], index) => {
    const label = isList ? '' : `${JSON.stringify(key)}: `;
    const lines = linesOf(part, [...path, key], `${indent}  `, label);
    const last = lines.at(-1);
    return last && index < present.length - 1 ? [...lines.slice(0, -1), { ...last, text: `${last.text},` }] : lines;
  });
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  return [{ text: `${indent}${before}${open}`, path }, ...inside, { text: `${indent}${close}`, path: [...path, ''] }];
}

/** What is said at each line, by its number. What is missing is said where it should be: at the line its parent begins on. */
export function saidAt(lines: readonly JsonLine[], found: readonly Finding[]): Map<number, string[]> {
  const numbers = new Map<string, number>();
  lines.forEach(({ path }, index) => {
    const key = JSON.stringify(path);
    if (!numbers.has(key)) numbers.set(key, index);
  });
  const said = new Map<number, string[]>();
  for (const { path, message } of found) {
    const own = numbers.get(JSON.stringify(path));
    const at = own ?? nearest(numbers, path);
    const text = own === undefined ? `${String(path.at(-1) ?? 'payload')} ${message}` : message;
    said.set(at, [...(said.get(at) ?? []), text]);
  }
  return said;
}

function nearest(numbers: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length - 1; length >= 0; length--) {
    const number = numbers.get(JSON.stringify(path.slice(0, length)));
    if (number !== undefined) return number;
  }
  return 0;
}
