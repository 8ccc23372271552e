// Payloads as log and outcomes show them: what is too large for either is not kept, its size is.

/** Characters of a frame up to which it is logged whole. A store's document holds several of them (Cosmos DB: 2 MB). */
const loggedMost = 256 * 1024;

/** The payload of a frame of that many characters, or how large it was. */
export function showPayload(payload: unknown, characters: number): unknown {
  return characters <= loggedMost ? payload : { omitted: `${characters} characters, too many for the log` };
}

/** Characters of a description that are shown: OCPP-J has 255, and what is more is seldom a description. */
const textMost = 1000;

export function showText(text: string): string {
  return text.slice(0, textMost);
}
