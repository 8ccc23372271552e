// Checks a payload against its schema, in the page: what the API would say, in the same words, before anything is sent. A small interpreter
// of what these schemas are made of: validators that compile are forbidden by the page's policy, and zod's would be 40 KB more.
import type { Schema } from './schema';

export type Path = readonly (string | number)[];

export interface Finding {
  /** Where; of a missing field: where it should be. */
  path: Path;
  message: string;
}

/** Everything that is wrong with it, in the order of the schema's fields; nothing: it fits. */
export function findings(schema: Schema, value: unknown): Finding[] {
  return look(schema, value, []);
}

/** As `meterValue.0.timestamp`. */
export const pathText = (path: Path) => path.join('.');

function look(schema: Schema, value: unknown, path: Path): Finding[] {
  if (value === undefined && path.length > 0) return [{ path, message: 'is missing' }];
  if (schema.enum) return misfit(path, schema.enum.includes(value as string) ? '' : misvalued(schema.enum, value));
  if (schema.type !== undefined && !isOf[schema.type](value)) {
    return [{ path, message: `must be ${named[schema.type]}, is ${kindOf(value, schema.type)}` }];
  }
  if (schema.type === 'object') return inObject(schema, value as Record<string, unknown>, path);
  if (schema.type === 'array') return inArray(schema, value as unknown[], path);
  return misfit(path, plain(schema, value));
}

const misfit = (path: Path, message: string): Finding[] => (message === '' ? [] : [{ path, message }]);

function inObject(schema: Schema, value: Record<string, unknown>, path: Path): Finding[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const known = Object.entries(properties).flatMap(([name, part]) =>
    value[name] === undefined && !required.includes(name) ? [] : look(part, value[name], [...path, name]),
  );
  if (additionalProperties !== false) return known;
  const others = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  return [...known, ...others.map((name) => ({ path: [...path, name], message: 'is not a field of this message' }))];
}

function inArray({ items = {}, minItems = 0, maxItems = Infinity }: Schema, value: unknown[], path: Path): Finding[] {
  const count = (most: number, word: string) => `must have at ${word} ${most} ${most === 1 ? 'item' : 'items'}`;
  const inside = value.flatMap((item, index) => look(items, item, [...path, index]));
  if (value.length < minItems) return [...misfit(path, count(minItems, 'least')), ...inside];
  return [...misfit(path, value.length > maxItems ? count(maxItems, 'most') : ''), ...inside];
}

function plain(schema: Schema, value: unknown): string {
  return typeof value === 'number' ? ofNumber(schema, value) : typeof value === 'string' ? ofText(schema, value) : '';
}

function ofNumber({ minimum = -Infinity, maximum = Infinity, multipleOf }: Schema, value: number): string {
  if (value < minimum) return `must be at least ${minimum}`;
  if (value > maximum) return `must be at most ${maximum}`;
  const tenths = multipleOf === undefined || Math.round(value * 10) / 10 === value;
  return tenths ? '' : 'must have at most one digit after the point';
}

function ofText({ format, maxLength = Infinity }: Schema, value: string): string {
  // As in JSON Schema, characters are code points.
  const length = value.length > maxLength ? [...value].length : 0;
  if (length > maxLength) return `must have at most ${maxLength} characters, has ${length}`;
  if (format === 'date-time' && !isDateTime(value)) {
    return 'must be a date and time as in RFC 3339, such as 2024-05-17T09:30:00Z';
  }
  if (format === 'uri' && !uriShape.test(value)) return 'must be an absolute URI, such as ftp://user@host/path';
  return '';
}

const dateTimeShape =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const uriShape = /^[a-z][a-z\d+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\da-f]{2})+$/i;

function isDateTime(text: string): boolean {
  const [, year, month, day] = dateTimeShape.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(year, month, 0);
  return day >= 1 && day <= date.getUTCDate();
}

const isOf: Record<NonNullable<Schema['type']>, (value: unknown) => boolean> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  integer: Number.isSafeInteger,
};

const named: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'a boolean',
  array: 'an array',
  object: 'an object',
  undefined: 'missing',
};

function kindOf(value: unknown, wanted = ''): string {
  if (value === null) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'too large';
  if (typeof value === 'number' && wanted === 'integer') return Number.isInteger(value) ? 'too large' : 'a fraction';
  return named[Array.isArray(value) ? 'array' : typeof value] ?? typeof value;
}

function misvalued(allowed: readonly string[], value: unknown): string {
  const wanted = `must be ${allowed.length > 1 ? 'one of ' : ''}${allowed.join(', ')}`;
  return `${wanted}, is ${typeof value === 'string' ? JSON.stringify(value.slice(0, 50)) : kindOf(value)}`;
}
