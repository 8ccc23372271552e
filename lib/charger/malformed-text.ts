// Texts that crossed the wire and are no frames, as the log shows them: without secrets, and not whole where they are long.
import type { Dialect } from './dialect';

const shownMost = 1000;

/** At most 1000 characters. What reads as a CALL has its payload masked as a CALL's; anything else is masked as text. */
export function showMalformed(dialect: Dialect, text: string): string {
  return (maskedCall(dialect, text) ?? String(dialect.mask('', text))).slice(0, shownMost);
}

/** Nothing where the text is no array with an action, or no secret stands where one would. */
function maskedCall(dialect: Dialect, text: string): string | undefined {
  const parts = parse(text);
  const action = Array.isArray(parts) ? parts[2] : undefined;
  if (!Array.isArray(parts) || typeof action !== 'string') return undefined;
  const masked = parts.map((part, index) => (index > 2 ? dialect.mask(action, part) : part));
  if (masked.every((part, index) => part === parts[index])) return undefined;
  return stringify(masked) ?? stringify([...parts.slice(0, 3), '***']);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Thousands of levels overflow the stack. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
