// Finds where JSON text is wrong, and keys given twice with different values. Values come from JSON.parse; this only looks.
export interface JsonProblem {
  line: number;
  column: number;
  message: string;
}

class Stop extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** What is wrong with `text` as JSON (RFC 8259), and where; `undefined` when nothing is. Lines and columns count from 1. */
export function findJsonProblem(text: string): JsonProblem | undefined {
  try {
    const end = skipSpace(text, scanValue(text, skipSpace(text, 0), 0));
    if (end < text.length) throw new Stop(end, `${show(text, end)} after the end of the JSON value`);
    return undefined;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const before = text.slice(0, error.at).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message: error.message };
  }
}

const deepest = 200;
const space = /[ \t\n\r]*/y;
const string = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function skipSpace(text: string, at: number): number {
  return match(space, text, at) ?? at;
}

function scanValue(text: string, at: number, depth: number): number {
  if (depth > deepest) throw new Stop(at, `nested deeper than ${deepest} levels`);
  const first = text[at];
  if (first === '{') return scanObject(text, at + 1, depth);
  if (first === '[') return scanArray(text, at + 1, depth);
  if (first === '"') return scanString(text, at);
  const end = match(scalar, text, at);
  if (end === undefined) throw new Stop(at, `expected a JSON value, found ${show(text, at)}`);
  return end;
}

function scanString(text: string, at: number): number {
  const end = match(string, text, at);
  if (end === undefined)
    throw new Stop(at, 'a string that does not end, or with a raw control character or a bad escape');
  return end;
}

function scanArray(text: string, start: number, depth: number): number {
  let at = skipSpace(text, start);
  if (text[at] === ']') return at + 1;
  for (;;) {
    at = skipSpace(text, scanValue(text, at, depth + 1));
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw new Stop(at, `expected "," or "]", found ${show(text, at)}`);
    at = skipSpace(text, at + 1);
  }
}

function scanObject(text: string, start: number, depth: number): number {
  const seen = new Map<string, string>();
  let at = skipSpace(text, start);
  if (text[at] === '}') return at + 1;
  for (;;) {
    at = skipSpace(text, scanMember(text, at, depth, seen));
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw new Stop(at, `expected "," or "}", found ${show(text, at)}`);
    at = skipSpace(text, at + 1);
  }
}

function scanMember(text: string, start: number, depth: number, seen: Map<string, string>): number {
  if (text[start] !== '"') throw new Stop(start, `expected a name in double quotes, found ${show(text, start)}`);
  const nameEnd = scanString(text, start);
  const colon = skipSpace(text, nameEnd);
  if (text[colon] !== ':') throw new Stop(colon, `expected ":", found ${show(text, colon)}`);
  const valueAt = skipSpace(text, colon + 1);
  const end = scanValue(text, valueAt, depth + 1);
  const name = String(JSON.parse(text.slice(start, nameEnd)));
  const value = text.slice(valueAt, end);
  const before = seen.get(name);
  if (before !== undefined && !sameValue(before, value)) {
    throw new Stop(start, `"${name}" is given twice with different values`);
  }
  seen.set(name, value);
  return end;
}

function sameValue(a: string, b: string): boolean {
  return a === b || JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
}

function show(text: string, at: number): string {
  return at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : 'the end of the text';
}
