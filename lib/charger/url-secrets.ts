// What of a URL is a secret, in whatever text it stands: user info, and query values that grant access (signed URLs).

import { sealedParts } from './sealed';

/** The user part of a URL: up to the last @ before the host. */
const userInfo = /(:\/\/)[^/?#\s"]+@/g;

/** Signatures and tokens of shared-access and presigned URLs, and what looks like them. */
const grants =
  /([?&](?:sig|signature|token|key|code|password|pwd|secret|auth|[\w-]*(?:token|signature|credential|key))=)[^&#\s"\\]+/gi;

/** The text with secrets of URLs in it shown as ***. */
export function maskUrls(text: string): string {
  return text.replace(userInfo, '$1***@').replace(grants, '$1***');
}

/** A URL as people see it, wherever it has been kept. */
export function showUrl(url: string): string {
  return sealedParts(url) ? '***' : maskUrls(url);
}

type Fields = Record<string, unknown>;

/** The payload with secrets of a URL in one of its fields masked; the same object where there is none. */
export function maskUrlAt(fields: Fields, name: string): Fields {
  const url = fields[name];
  if (typeof url !== 'string') return fields;
  const masked = maskUrls(url);
  return masked === url ? fields : { ...fields, [name]: masked };
}

/** As `maskUrlAt`, of a field one level down. */
export function maskUrlIn(payload: Fields, part: string, name: string): Fields {
  const inner = payload[part];
  if (typeof inner !== 'object' || inner === null) return payload;
  const masked = maskUrlAt(inner as Fields, name);
  return masked === inner ? payload : { ...payload, [part]: masked };
}
