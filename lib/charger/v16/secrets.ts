// What no log may show of OCPP 1.6 messages: passwords that travel as configuration values, credentials in URLs.
import { maskUrlAt, maskUrlIn, maskUrls } from '../url-secrets';

const secretKey = /^AuthorizationKey$/i;
const namesSecret = /AuthorizationKey/i;
const values = /("value"\s*:\s*)"(?:[^"\\]|\\.)*("|$)/g;

type Fields = Record<string, unknown>;

/** By action. Whatever changes nothing gives back what it was given. */
const masks: Record<string, (payload: Fields) => Fields> = {
  /** Security whitepaper, A01. */
  ChangeConfiguration: (payload) =>
    typeof payload.key === 'string' && secretKey.test(payload.key) ? { ...payload, value: '***' } : payload,
  GetDiagnostics: maskLocation,
  GetLog: (payload) => maskUrlIn(payload, 'log', 'remoteLocation'),
  SignedUpdateFirmware: (payload) => maskUrlIn(payload, 'firmware', 'location'),
  UpdateFirmware: maskLocation,
};

/** The payload without secrets; of text that is no frame, the text without what looks like one. */
export function mask(action: string, payload: unknown): unknown {
  if (typeof payload === 'string') return maskText(payload);
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(masks, action)) return payload;
  return masks[action]?.(payload as Fields);
}

/** FTP locations carry user and password (§6.25, §6.55). */
function maskLocation(payload: Fields): Fields {
  return maskUrlAt(payload, 'location');
}

function maskText(text: string): string {
  const shown = maskUrls(text);
  return namesSecret.test(shown) ? shown.replace(values, '$1"***"') : shown;
}
