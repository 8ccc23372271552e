// Takes secrets out of payloads before they are kept or shown: passwords, keys, and credentials inside URLs.

const credentialsInUrl = /(:\/\/)[^/?#\s@]+@/g;

function withoutCredentials(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(credentialsInUrl, '$1***@') : value;
}

type Fields = Record<string, unknown>;

function hide(holder: unknown, ...fields: string[]): void {
  if (typeof holder !== 'object' || holder === null) return;
  for (const field of fields) if (field in holder) (holder as Fields)[field] = '***';
}

function hidePasswordVariable(entry: unknown): void {
  const { variable } = (entry ?? {}) as { variable?: { name?: unknown } };
  if (String(variable?.name).toLowerCase() === 'basicauthpassword') hide(entry, 'attributeValue');
}

/** Where payloads hold secrets, by action. They may be of any shape: what is sent unchecked comes by here too. */
const hideIn: Record<string, (payload: Fields) => void> = {
  // The one configuration key that holds a secret (1.6 security whitepaper §7.2, A01.FR.12).
  ChangeConfiguration: (payload) => {
    if (payload.key === 'AuthorizationKey') hide(payload, 'value');
  },
  // 2.0.1 A01: the charger's password is a variable of SecurityCtrlr.
  SetVariables: ({ setVariableData }) => {
    if (Array.isArray(setVariableData)) setVariableData.forEach(hidePasswordVariable);
  },
  // 2.0.1 B09: of the mobile network and of the VPN.
  SetNetworkProfile: ({ connectionData }) => {
    const { apn, vpn } = (connectionData ?? {}) as { apn?: unknown; vpn?: unknown };
    hide(apn, 'apnPassword', 'simPin');
    hide(vpn, 'password', 'key');
  },
};

/** A copy fit to be shown. */
export function redact(action: string, payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  const copy = JSON.parse(JSON.stringify(payload, withoutCredentials)) as Fields;
  hideIn[action]?.(copy);
  return copy;
}
