// Words and kinds for a WebSocket that did not come up or went down: from HTTP statuses, socket and TLS errors and close codes
// to what the charger records. Details name the host at most, never the URL, whose user info may be a secret.
import type { LinkDownKind } from '../charger/charger';
import type { TlsFault } from '../charger/security-events';
import { ForbiddenHostError } from './allow-list';

export interface LinkFailure {
  kind: LinkDownKind;
  detail: string;
  /** What a security event is to be made of. */
  fault?: TlsFault;
}

const kindOfStatus: Record<number, LinkDownKind> = { 401: 'unauthorized', 403: 'unauthorized', 404: 'notFound' };

/** The CSMS answered the upgrade with another status than 101 (OCPP-J 1.6 §3.2). */
export function failureOfStatus(status: number, text: string): LinkFailure {
  const redirect = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return {
    kind: kindOfStatus[status] ?? 'refused',
    detail: `the CSMS answered HTTP ${status} ${text}`.trim() + redirect,
  };
}

/** The CSMS chose none or another version than asked (OCPP-J 1.6 §3.1.2). */
export function failureOfSubprotocol(asked: string, chosen: string | undefined): LinkFailure {
  const found = chosen === undefined ? 'none' : JSON.stringify(chosen.slice(0, 60));
  return { kind: 'subprotocol', detail: `the CSMS selected subprotocol ${found}, asked for was "${asked}"` };
}

const networkErrors: Record<string, string> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'is not known (no such host)',
  EAI_AGAIN: 'could not be resolved (name server unavailable)',
  EAI_FAIL: 'could not be resolved',
  EHOSTUNREACH: 'cannot be reached (no route to host)',
  ENETUNREACH: 'cannot be reached (no route to network)',
  EHOSTDOWN: 'cannot be reached (host down)',
  EADDRNOTAVAIL: 'cannot be reached (no local address or port free)',
  ETIMEDOUT: 'did not answer the TCP connection',
  EMFILE: 'cannot be reached (this process has too many open files)',
};

const untrusted = 'the issuer of its certificate is not trusted: give its CA as csms.tls.ca';
const tlsErrors: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed and not trusted: give it as csms.tls.ca',
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
  CERT_REVOKED: 'its certificate is revoked',
  INVALID_PURPOSE: 'its certificate is not meant for a server',
};

/** What OpenSSL says in the middle of its own wording, and what that means here. */
const openSslReasons: [RegExp, string][] = [
  [/wrong version number|packet length too long|http request/i, 'it does not speak TLS on this port'],
  [/protocol version|unsupported protocol|version too low/i, 'it does not speak TLS 1.2 or later'],
  [/certificate required|handshake failure|bad certificate|unknown ca/i, 'it refused the TLS handshake'],
];

/** Reasons of OpenSSL, the TLS alerts among them (RFC 8446 §6.2), by what they say is wrong. */
const faultReasons: [RegExp, TlsFault][] = [
  [/protocol version|unsupported protocol|version too low/i, 'tlsVersion'],
  [/no shared cipher|insufficient security|wrong cipher|no cipher/i, 'cipherSuite'],
  [
    /certificate required|bad certificate|unknown ca|certificate (unknown|expired|revoked)|access denied/i,
    'clientCertificate',
  ],
];

/**
 * What the handshake failed on. A bare `handshake failure` is about the cipher suites before one has been agreed on; after that, about the
 * certificate that the charger has not shown (TLS 1.2 has no alert of its own for it).
 */
function faultOf(error: SocketError, agreed: boolean): TlsFault | undefined {
  const code = error.code ?? '';
  if (code in tlsErrors || code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'serverCertificate';
  const known = faultReasons.find(([pattern]) => pattern.test(error.message))?.[1];
  if (known || !/handshake failure/i.test(error.message)) return known;
  return agreed ? 'clientCertificate' : 'cipherSuite';
}

interface SocketError extends Error {
  code?: string;
}

/** The TLS settings themselves are at fault. OpenSSL's words name no secret; only the reason in them is for people. */
export function failureOfTlsSettings(error: Error): LinkFailure {
  return { kind: 'tls', detail: `csms.tls cannot be used: ${error.message.replace(/^error:.*:/, '')}` };
}

/** A secret of the charger cannot be had. */
export function failureOfVault({ message: detail }: Error): LinkFailure {
  return { kind: 'tls', detail };
}

/** How far the handshake had come. */
export interface Handshake {
  /** Host and port. */
  host: string;
  /** TLS was wanted. */
  secure: boolean;
  /** Version and cipher suite had been agreed on. */
  agreed: boolean;
}

/** The socket failed before the WebSocket was up. */
export function failureOfError(error: SocketError, { host, secure, agreed }: Handshake): LinkFailure {
  const code = error.code ?? '';
  if (error instanceof ForbiddenHostError) return { kind: 'forbiddenHost', detail: error.message };
  const network = networkErrors[code];
  if (network !== undefined) return { kind: 'unreachable', detail: `${host} ${network} (${code})` };
  if (secure && isTlsError(error)) {
    const fault = faultOf(error, agreed);
    return { kind: 'tls', detail: `TLS with ${host} failed: ${explainTls(error)}`, ...(fault && { fault }) };
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return { kind: 'cut', detail: `${host} ended the TCP connection during the WebSocket handshake` };
  }
  return { kind: 'refused', detail: `${host} did not answer the WebSocket handshake as it should: ${error.message}` };
}

function isTlsError(error: SocketError): boolean {
  const code = error.code ?? '';
  if (code in tlsErrors || code === 'EPROTO') return true;
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|INVALID_|HOSTNAME_MISMATCH)/.test(code)) return true;
  return code === 'ECONNRESET' && error.message.includes('before secure TLS connection');
}

function explainTls(error: SocketError): string {
  const code = error.code ?? '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `its certificate is for another host (${error.message})`;
  if (code === 'ECONNRESET') return 'it ended the TCP connection during the TLS handshake';
  const known = tlsErrors[code] ?? openSslReasons.find(([pattern]) => pattern.test(error.message))?.[1];
  // OpenSSL's own line is "number:error:code:library:function:reason:file:line:": only the reason is for people.
  const reason = error.message.split(':')[5] ?? error.message;
  return known === undefined ? reason.trim() : `${known} (${code === 'EPROTO' ? reason.trim() : code})`;
}

/** `ws` has closed the connection itself, with the code for what the peer did, or has lost it. */
export function failureOfBreak(error: SocketError, maxFrameBytes: number): LinkFailure {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') {
    return {
      kind: 'closed',
      detail: `closed with 1009: the CSMS sent more than ${maxFrameBytes} bytes in one frame`,
    };
  }
  if (error.code?.startsWith('WS_ERR_')) {
    return { kind: 'closed', detail: `closed: the CSMS broke the WebSocket protocol (${error.message})` };
  }
  return { kind: 'cut', detail: `the connection broke (${error.code ?? error.message})` };
}

/** The open WebSocket has ended; 1006 stands for an end without a close frame (RFC 6455 §7.1.5). */
export function failureOfClose(code: number, reason: string): LinkFailure {
  if (code === 1006) return { kind: 'cut', detail: 'the TCP connection ended without a close frame' };
  const what = code === 1005 ? 'without a code' : `with code ${code}`;
  return { kind: 'closed', detail: `the CSMS closed the connection ${what}${reason === '' ? '' : `: ${reason}`}` };
}
