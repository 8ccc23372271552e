// What file transfers have in common, whatever the protocol: their failures, their limits, watching that bytes keep coming.
// Which hosts may be asked is in lib/link/allow-list.ts.
import { rootCertificates } from 'node:tls';
import type { CsmsSettings } from '../charger/charger';
import type { TaskFailure, TaskFailureReason } from '../charger/task';
import { checkUrl, ForbiddenHostError, type HostRules } from '../link/allow-list';
import { verification } from '../link/credentials';

/** Ends a transfer; the message is for people and has no secrets. */
export class TransferError extends Error {
  override name = 'TransferError';
  constructor(
    readonly reason: TaskFailureReason,
    detail: string,
  ) {
    super(detail);
  }
}

export interface TransferLimits {
  /** Bytes of a file at most. */
  bytes: number;
  /** Milliseconds without a byte after which the other side counts as gone. */
  stallMs: number;
  redirects: number;
}

/** One transfer, whatever the protocol. */
export interface Transfer {
  allow: HostRules;
  limits: TransferLimits;
  tls: CsmsSettings['tls'];
  signal: AbortSignal;
}

/** A firmware image of a real station has some tens of megabytes; it is counted and thrown away here. */
export const defaultLimits: TransferLimits = { bytes: 64 * 1024 * 1024, stallMs: 20_000, redirects: 5 };

/**
 * The URL of a file, checked against the allow-list.
 * @throws TransferError
 */
export function fileUrl(allow: HostRules, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url)
    throw new TransferError('malformed', 'the location is not a URL, such as ftp://user:password@host/path/file');
  requireAllowed(allow, url);
  return url;
}

/** @throws TransferError */
export function requireAllowed(allow: HostRules, url: URL): void {
  const forbidden = checkUrl(allow, url);
  if (forbidden !== undefined) throw new TransferError('forbidden', forbidden);
}

/** User and password of a URL, decoded; a `%` that encodes nothing stands for itself. */
export function credentialsOf({ username, password }: URL): { user: string; password: string } | undefined {
  return username === '' && password === ''
    ? undefined
    : { user: decodePart(username), password: decodePart(password) };
}

/** A part of a URL without its percent-encoding. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Counts the bytes of a file on its way. */
export interface Meter {
  /** @throws TransferError when the file is larger than it may be */
  take(chunk: Buffer): void;
  readonly bytes: number;
}

export function createMeter(limits: TransferLimits, onChunk: (chunk: Buffer) => void = () => {}): Meter {
  let bytes = 0;
  return {
    take(chunk) {
      bytes += chunk.length;
      if (bytes > limits.bytes) throw tooLarge(limits);
      onChunk(chunk);
    },
    get bytes() {
      return bytes;
    },
  };
}

export function tooLarge({ bytes }: TransferLimits): TransferError {
  return new TransferError('failed', `the file has more than ${bytes} bytes, which is what this charger can hold`);
}

/** File servers are trusted as browsers do, and where the charger trusts a CA of its own for the CSMS, by that too. */
export function tlsOptions(tls: CsmsSettings['tls']) {
  return {
    minVersion: 'TLSv1.2' as const,
    ...(tls?.ca === undefined ? {} : { ca: [...rootCertificates, tls.ca] }),
    ...verification(tls),
  };
}

/** Calls `onStall` when nothing has happened for too long; `alive` says that something has. */
export function watchStall(stallMs: number, onStall: (error: TransferError) => void): { alive(): void; stop(): void } {
  const stalled = () => onStall(new TransferError('failed', `stalled: no byte for ${stallMs / 1000} s`));
  const timer = setTimeout(stalled, stallMs);
  return { alive: () => void timer.refresh(), stop: () => clearTimeout(timer) };
}

const networkErrors: Record<string, string> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'is not known (no such host)',
  EAI_AGAIN: 'could not be resolved',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'did not answer',
  ECONNRESET: 'ended the connection',
  EPIPE: 'ended the connection',
};

/** What went wrong, as the outcome of a task. `host` is all of the URL that is told. */
export function failureOf(error: unknown, host: string): TaskFailure {
  if (error instanceof TransferError) return { ok: false, reason: error.reason, detail: error.message };
  if (error instanceof ForbiddenHostError) return { ok: false, reason: 'forbidden', detail: error.message };
  const code = codeOf(error);
  const known = networkErrors[code];
  return { ok: false, reason: 'failed', detail: known ? `${host} ${known} (${code})` : `${host}: ${messageOf(error)}` };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 200);

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
