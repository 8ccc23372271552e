// Kinds of fields that messages of every OCPP version are made of, as their JSON Schemas define them. Which message has which
// field stands with the messages.
import { z } from 'zod';

/** Text of at most `most` characters. Characters are code points as in JSON Schema, not the UTF-16 units that zod counts. */
export const text = (most: number) =>
  z
    .string()
    .refine((value) => value.length <= most || characters(value) <= most, {
      error: (issue) => `must have at most ${most} characters, has ${characters(String(issue.input))}`,
    })
    .meta({ maxLength: most });

/** RFC 3339 date-time, seconds and offset included. It stays text: what was received can be sent back unchanged. */
export const dateTime = z.stringFormat('date-time', isDateTime, {
  error: 'must be a date and time as in RFC 3339, such as 2024-05-17T09:30:00Z',
});

/** RFC 3986 URI with its scheme. */
export const uri = z.stringFormat('uri', (value) => uriShape.test(value), {
  error: 'must be an absolute URI, such as ftp://user@host/path',
});

/** A whole number that survives JSON in JavaScript (up to 2^53 - 1 either way). */
export const integer = z.int();

/** A decimal with at most one digit after the point. */
export const tenths = z
  .number()
  .refine(isTenths, { error: 'must have at most one digit after the point' })
  .meta({ multipleOf: 0.1 });

function characters(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

/** Dividing is exact to the last bit where multiplying is not: 0.3 passes, 0.30000000000000004 and 0.25 do not. */
function isTenths(value: number): boolean {
  return Math.round(value * 10) / 10 === value;
}

const dateTimeShape =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** A leap second (:60) is refused: none has been announced since 2016 and JavaScript's `Date` cannot hold one. */
function isDateTime(value: string): boolean {
  if (!dateTimeShape.test(value)) return false;
  const day = Number(value.slice(8, 10));
  return day <= 28 || day <= daysInMonth(Number(value.slice(0, 4)), Number(value.slice(5, 7)));
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

const uriShape = /^[a-z][a-z\d+.-]*:(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\da-f]{2})+$/i;
