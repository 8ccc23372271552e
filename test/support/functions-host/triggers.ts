// Questions about what functions are bound to.
import type { FunctionMetadata } from './protocol';

/** The name of the binding of this type. */
export function triggerName({ bindings }: FunctionMetadata, type: string): string | undefined {
  return Object.keys(bindings).find((name) => bindings[name]?.type === type);
}
