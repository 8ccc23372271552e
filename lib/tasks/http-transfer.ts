// One HTTP or HTTPS request of a file transfer, redirects included; each of them is checked against the allow-list, and so is every
// address that a host name resolves to. What becomes of the bytes is the caller's matter.
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { CsmsSettings } from '../charger/charger';
import { createLookup, type HostRules, portOf } from '../link/allow-list';
import { verification } from '../link/credentials';
import {
  credentialsOf,
  type Meter,
  requireAllowed,
  TransferError,
  type TransferLimits,
  tooLarge,
  watchStall,
} from './transfer';

export interface HttpTransfer {
  allow: HostRules;
  limits: TransferLimits;
  tls: CsmsSettings['tls'];
  signal: AbortSignal;
}

/** Fetches the file at `url` into `meter`. @throws TransferError and what sockets throw */
export async function httpDownload(url: URL, meter: Meter, transfer: HttpTransfer): Promise<void> {
  const response = await follow(url, transfer);
  requireSuccess(response);
  const announced = Number(response.headers['content-length'] ?? 0);
  if (announced > transfer.limits.bytes) {
    response.destroy();
    throw tooLarge(transfer.limits);
  }
  await drain(response, meter, transfer.limits);
}

/** The answer to a GET, after redirects. */
async function follow(first: URL, transfer: HttpTransfer): Promise<IncomingMessage> {
  let url = first;
  for (let hops = 0; hops <= transfer.limits.redirects; hops++) {
    const response = await ask(url, { method: 'GET' }, transfer);
    const next = redirectOf(response, url);
    if (!next) return response;
    response.destroy();
    requireAllowed(transfer.allow, next);
    url = next;
  }
  throw new TransferError('failed', `more than ${transfer.limits.redirects} redirects`);
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage, from: URL): URL | undefined {
  if (!redirects.has(statusCode) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) throw new TransferError('failed', 'redirects to what is not a URL');
  const next = new URL(location, from);
  if (!isHttp(next)) throw new TransferError('failed', `redirects to ${next.protocol}//, which is not followed`);
  // A file that was asked for under TLS is not fetched without.
  if (from.protocol === 'https:' && next.protocol === 'http:') {
    throw new TransferError('failed', 'redirects from https to http, which is not followed');
  }
  return next;
}

export const isHttp = ({ protocol }: URL) => protocol === 'http:' || protocol === 'https:';

/** Sends one request and waits for the head of its answer. */
export function ask(
  url: URL,
  options: RequestOptions,
  { allow, limits, tls, signal }: HttpTransfer,
  body?: (request: ClientRequest) => void,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const own = credentialsOf(url);
    const request = send({
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: portOf(url),
      path: `${url.pathname}${url.search}`,
      ...options,
      headers: { 'accept-encoding': 'identity', ...options.headers },
      ...(own ? { auth: `${own.user}:${own.password}` } : {}),
      agent: false,
      lookup: createLookup(allow)(portOf(url)),
      signal,
      ...(url.protocol === 'https:' ? tlsOptions(tls) : {}),
    });
    const stall = watchStall(limits.stallMs, (error) => request.destroy(error));
    request.on('response', (response) => {
      stall.stop();
      resolve(response);
    });
    request.on('error', (error) => {
      stall.stop();
      reject(error);
    });
    if (body) body(request);
    else request.end();
  });
}

/** File servers are trusted as browsers do, and where the charger trusts a CA of its own for the CSMS, by that too. */
function tlsOptions(tls: CsmsSettings['tls']) {
  return {
    minVersion: 'TLSv1.2' as const,
    ...(tls?.ca === undefined ? {} : { ca: [...rootCertificates, tls.ca] }),
    ...verification(tls),
  };
}

/** @throws TransferError for any status but 2xx */
export function requireSuccess(response: IncomingMessage): void {
  const { statusCode = 0, statusMessage = '' } = response;
  if (statusCode >= 200 && statusCode < 300) return;
  response.destroy();
  const reason = reasons[statusCode] ?? 'failed';
  throw new TransferError(reason, `the file server answered HTTP ${statusCode} ${statusMessage}`.trim());
}

const reasons: Record<number, 'denied' | 'notSupported' | 'malformed'> = {
  400: 'malformed',
  401: 'denied',
  403: 'denied',
  405: 'notSupported',
  501: 'notSupported',
};

/** Takes every byte of the answer. @throws TransferError when it ends early, stalls or is too large */
export function drain(response: IncomingMessage, meter: Meter, limits: TransferLimits): Promise<void> {
  return new Promise((resolve, reject) => {
    const stall = watchStall(limits.stallMs, (error) => response.destroy(error));
    response.on('data', (chunk: Buffer) => {
      stall.alive();
      try {
        meter.take(chunk);
      } catch (error) {
        response.destroy(error as Error);
      }
    });
    response.on('error', (error) => reject(error));
    response.on('close', () => {
      stall.stop();
      if (response.complete) resolve();
      else reject(new TransferError('failed', endedEarly(response, meter)));
    });
  });
}

function endedEarly({ headers }: IncomingMessage, { bytes }: Meter): string {
  const announced = headers['content-length'];
  return `ended after ${bytes} bytes${announced === undefined ? '' : ` of ${announced} announced`}`;
}
