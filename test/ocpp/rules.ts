// A JSON Schema flattened to one line per rule (`idTagInfo.status required`), so that two schemas compare as sets.
import type { Schema } from './official';

/** What a schema demands, path by path. Keywords that are not known here become rules too: nothing is passed over. */
export function rulesOf(schema: Schema, path = ''): string[] {
  const { properties = {}, required = [], items, additionalProperties, enum: values, ...simple } = schema;
  const at = (name: string) => (path ? `${path}.${name}` : name);
  return [
    ...Object.entries(simple).map(([keyword, value]) => `${path} ${keyword} ${JSON.stringify(value)}`),
    ...(values ?? []).map((value) => `${path} allows ${JSON.stringify(value)}`),
    // `{}`, any value for any further field, is what leaving it out means.
    ...(additionalProperties === undefined || isAnything(additionalProperties)
      ? []
      : [`${path} additionalProperties ${JSON.stringify(additionalProperties)}`]),
    ...required.map((name) => `${at(name)} required`),
    ...Object.keys(properties).map((name) => `${at(name)} is a field`),
    ...Object.entries(properties).flatMap(([name, property]) => rulesOf(property, at(name))),
    ...(items ? rulesOf(items, `${path}[]`) : []),
  ].map((rule) => rule.trim());
}

function isAnything(schema: boolean | object): boolean {
  return typeof schema === 'object' && Object.keys(schema).length === 0;
}
