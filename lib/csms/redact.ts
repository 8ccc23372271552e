// Takes secrets out of payloads before they are kept or shown: the charger's password, and credentials inside URLs.

const credentialsInUrl = /(:\/\/)[^/?#\s@]+@/g;

function withoutCredentials(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(credentialsInUrl, '$1***@') : value;
}

/** A copy fit to be shown. `AuthorizationKey` is the one configuration key that holds a secret (1.6 security whitepaper §7.2, A01.FR.12). */
export function redact(action: string, payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  const copy = JSON.parse(JSON.stringify(payload, withoutCredentials));
  if (action === 'ChangeConfiguration' && copy.key === 'AuthorizationKey') copy.value = '***';
  return copy;
}
