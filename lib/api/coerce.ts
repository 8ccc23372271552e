// Text from routes and queries, turned into what a field's schema takes. What cannot be turned stays text, so that the schema
// itself says what was wrong.
import type { z } from 'zod';

interface Def {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  element?: z.ZodType;
  values?: unknown[];
}

function defOf(schema: z.ZodType): Def {
  return schema.def as unknown as Def;
}

/** The schema without what only wraps it: optional, default, nullable, transforms. */
export function unwrap(schema: z.ZodType): z.ZodType {
  const { innerType, in: input } = defOf(schema);
  const inner = innerType ?? input;
  return inner ? unwrap(inner) : schema;
}

const decimal = /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const booleans: Record<string, boolean> = { true: true, false: false };

/** What `text` means to a field of this schema. */
export function coerce(schema: z.ZodType, text: string): unknown {
  const inner = unwrap(schema);
  const def = defOf(inner);
  switch (def.type) {
    case 'number':
      return decimal.test(text.trim()) ? Number(text) : text;
    case 'boolean':
      return booleans[text.trim().toLowerCase()] ?? text;
    case 'literal':
      return def.values?.find((value) => String(value) === text) ?? text;
    case 'array':
      return coerceArray(def.element, text);
    case 'union':
      return coerceUnion(def.options ?? [], text);
    case 'object':
    case 'record':
    case 'tuple':
    case 'unknown':
      return parsed(text);
    default:
      return text;
  }
}

/** A JSON array, or items separated by commas: how a form writes `tags`, and how Azure Functions joins repeated names. */
function coerceArray(element: z.ZodType | undefined, text: string): unknown {
  const value = parsed(text);
  if (Array.isArray(value)) return value;
  if (text.trim() === '') return [];
  return element ? text.split(',').map((item) => coerce(element, item.trim())) : value;
}

function coerceUnion(options: z.ZodType[], text: string): unknown {
  for (const option of options) {
    const value = coerce(option, text);
    if (option.safeParse(value).success) return value;
  }
  return parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function isList(schema: z.ZodType): boolean {
  return defOf(unwrap(schema)).type === 'array';
}
