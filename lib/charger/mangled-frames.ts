// Frames damaged on purpose. What is damaged and when is decided in network-faults.ts.

const characters = 'abcdefghijklmnopqrstuvwxyz0123456789[]{}",:\\';

/** The text with one in forty characters, at least one, replaced by others. `dice` gives numbers in [0, 1). */
export function randomText(text: string, dice: () => number): string {
  const damaged = [...text];
  for (let count = Math.ceil(damaged.length / 40); count > 0; count--) {
    const at = Math.floor(dice() * damaged.length);
    const other = [...characters].filter((character) => character !== damaged[at]);
    damaged[at] = other[Math.floor(dice() * other.length)] ?? ' ';
  }
  return damaged.join('');
}

/** The same frame under another message id; what has none is left as it is. */
export function encodeWithId(text: string, messageId: string): string {
  try {
    const parts: unknown = JSON.parse(text);
    if (!Array.isArray(parts) || typeof parts[1] !== 'string') return text;
    parts[1] = messageId;
    return JSON.stringify(parts);
  } catch {
    return text;
  }
}
