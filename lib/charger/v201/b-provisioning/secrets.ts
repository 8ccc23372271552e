// Network connection profiles as they are logged: with passwords and keys masked.
const masked = '***';

type Payload = Record<string, unknown>;

/** SetNetworkProfile, with the secrets of the modem and the VPN. */
export function maskNetworkProfile(payload: Payload): Payload {
  const { connectionData } = payload;
  if (!isObject(connectionData)) return payload;
  const { apn, vpn } = connectionData;
  return {
    ...payload,
    connectionData: {
      ...connectionData,
      ...(isObject(apn) ? { apn: mask(apn, ['apnPassword', 'simPin']) } : {}),
      ...(isObject(vpn) ? { vpn: mask(vpn, ['password', 'key']) } : {}),
    },
  };
}

function mask(payload: Payload, secrets: string[]): Payload {
  const found = secrets.filter((name) => payload[name] !== undefined);
  return { ...payload, ...Object.fromEntries(found.map((name) => [name, masked])) };
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
