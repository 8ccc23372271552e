// Fields of a payload put in, replaced or taken out by their paths, as error messages name them: `idTagInfo.status`,
// `meterValue.0.timestamp`. What was there before is left as it was: payloads are shared.

type Container = Record<string, unknown> | unknown[];

/**
 * A copy of `payload` with each of `fields` at its path; `null` takes the field out. What the path leads through is made where it is
 * missing or holds no fields.
 */
export function withFields(payload: unknown, fields: Record<string, unknown>): unknown {
  return Object.entries(fields).reduce((changed, [path, value]) => put(changed, path.split('.'), value), payload);
}

function put(target: unknown, [key = '', ...rest]: string[], value: unknown): Container {
  const copy = copyOf(target);
  const before: unknown = Object.hasOwn(copy, key) ? Reflect.get(copy, key) : undefined;
  if (rest.length > 0) Reflect.set(copy, key, put(before, rest, value));
  else if (value !== null) Reflect.set(copy, key, value);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else delete copy[key];
  return copy;
}

function copyOf(target: unknown): Container {
  if (Array.isArray(target)) return [...target];
  return typeof target === 'object' && target !== null ? { ...target } : {};
}

/** What is wrong with a path into a payload; `undefined`: nothing. */
export function pathProblem(path: string): string | undefined {
  const keys = path.split('.');
  if (keys.length > 10 || keys.some((key) => key === ''))
    return 'must be names joined by dots, ten at most, such as idTagInfo.status';
  return keys.includes('__proto__') ? 'must not lead through __proto__' : undefined;
}
