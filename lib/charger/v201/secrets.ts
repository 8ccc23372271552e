// What no log may show of OCPP 2.0.1 messages: passwords that travel as values of variables. What else is secret is masked by the block
// whose message it is.
import { maskUrls } from '../url-secrets';

type Fields = Record<string, unknown>;
type Masks = Record<string, (payload: Fields) => Fields>;

const secretName = /BasicAuthPassword/i;
const values = /("attributeValue"\s*:\s*)"(?:[^"\\]|\\.)*("|$)/g;

/** The payload without secrets; of text that is no frame, the text without what looks like one. */
export function mask(masks: Masks, action: string, payload: unknown): unknown {
  if (typeof payload === 'string') return maskText(payload);
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(masks, action)) return payload;
  return masks[action]?.(payload as Fields);
}

function maskText(text: string): string {
  const shown = maskUrls(text);
  return secretName.test(shown) ? shown.replace(values, '$1"***"') : shown;
}

/** A list of variables, in which the value of the password is not shown (A01). */
export function maskVariables(payload: Fields, list: string): Fields {
  const entries = payload[list];
  if (!Array.isArray(entries) || !entries.some(isSecret)) return payload;
  return {
    ...payload,
    [list]: entries.map((entry) => (isSecret(entry) ? { ...entry, attributeValue: '***' } : entry)),
  };
}

function isSecret(entry: unknown): boolean {
  const name = (entry as { variable?: { name?: unknown } } | null)?.variable?.name;
  return typeof name === 'string' && secretName.test(name);
}
