// One HTTP or HTTPS request of a file transfer, redirects included; each of them is checked against the allow-list, and so is every
// address that a host name resolves to. What becomes of the bytes is the caller's matter.
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createLookup, portOf } from '../link/allow-list';
import type { Upload } from './file-transfer';
import {
  credentialsOf,
  type Meter,
  requireAllowed,
  type Transfer,
  TransferError,
  type TransferLimits,
  tlsOptions,
  tooLarge,
  watchStall,
} from './transfer';

/** Fetches the file at `url` into `meter`. @throws TransferError and what sockets throw */
export async function httpDownload(url: URL, meter: Meter, transfer: Transfer): Promise<void> {
  const response = await follow(url, transfer, { method: 'GET' });
  requireSuccess(response);
  const announced = Number(response.headers['content-length'] ?? 0);
  if (announced > transfer.limits.bytes) {
    response.destroy();
    throw tooLarge(transfer.limits);
  }
  await drain(response, meter, transfer.limits);
}

/**
 * Sends a file with PUT, or with POST where the server does not know PUT. A location that ends with a slash is the directory that it goes
 * to (OCPP 1.6 §6.25); any other, such as a presigned URL, is where it goes.
 * @throws TransferError and what sockets throw
 */
export async function httpUpload(url: URL, upload: Upload, transfer: Transfer): Promise<void> {
  const target = url.pathname.endsWith('/') ? new URL(encodeURIComponent(upload.fileName) + url.search, url) : url;
  target.username = url.username;
  target.password = url.password;
  const answered = await follow(target, transfer, putting(target, upload));
  const response = noPut.has(answered.statusCode ?? 0) ? await follow(target, transfer, posting(upload)) : answered;
  if (answered !== response) answered.destroy();
  if (response.statusCode !== 303) requireSuccess(response);
  response.destroy();
}

const noPut: ReadonlySet<number> = new Set([405, 501]);

interface Sending {
  method: 'GET' | 'PUT' | 'POST';
  headers?: Record<string, string | number>;
  content?: Buffer;
}

function putting(url: URL, { content }: Upload): Sending {
  // Azure Blob Storage wants to be told what is made.
  const blob = url.hostname.endsWith('.blob.core.windows.net') ? { 'x-ms-blob-type': 'BlockBlob' } : {};
  return { method: 'PUT', headers: { 'content-type': 'application/x-ndjson', ...blob }, content };
}

function posting({ content, fileName }: Upload): Sending {
  const disposition = `attachment; filename="${fileName}"`;
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', 'content-disposition': disposition },
    content,
  };
}

/** The answer to a request, after redirects. */
async function follow(first: URL, transfer: Transfer, sending: Sending): Promise<IncomingMessage> {
  let url = first;
  for (let hops = 0; hops <= transfer.limits.redirects; hops++) {
    const response = await ask(url, sending, transfer);
    const next = redirectOf(response, url, sending);
    if (!next) return response;
    response.destroy();
    requireAllowed(transfer.allow, next);
    url = next;
  }
  throw new TransferError('failed', `more than ${transfer.limits.redirects} redirects`);
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function redirectOf(response: IncomingMessage, from: URL, { method }: Sending): URL | undefined {
  const { statusCode = 0, headers } = response;
  const { location } = headers;
  // What was sent has been taken, and there is something to see elsewhere (RFC 9110 §15.4.4).
  if (statusCode === 303 && method !== 'GET') return undefined;
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
function ask(url: URL, { method, headers, content }: Sending, transfer: Transfer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = open(url, { method, headers: { ...headers, ...lengthOf(content) } }, transfer);
    const stall = watchStall(transfer.limits.stallMs, (error) => request.destroy(error));
    request.on('response', (response) => {
      stall.stop();
      resolve(response);
    });
    request.on('error', (error) => {
      stall.stop();
      reject(error);
    });
    write(request, content ?? Buffer.alloc(0), stall.alive);
  });
}

const lengthOf = (content: Buffer | undefined) => (content ? { 'content-length': content.length } : {});

function open(url: URL, options: RequestOptions, { allow, tls, signal }: Transfer): ClientRequest {
  const secure = url.protocol === 'https:';
  const own = credentialsOf(url);
  return (secure ? httpsRequest : httpRequest)({
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
    ...(secure ? tlsOptions(tls) : {}),
  });
}

const pieceBytes = 64 * 1024;

/** Piece by piece, so that a server that stops reading is noticed. */
function write(request: ClientRequest, content: Buffer, alive: () => void, from = 0): void {
  const to = from + pieceBytes;
  if (to >= content.length) {
    request.end(content.subarray(from));
    return;
  }
  request.write(content.subarray(from, to), () => {
    alive();
    if (!request.destroyed) write(request, content, alive, to);
  });
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
    response.on('error', (error) =>
      reject(isCut(error) ? new TransferError('failed', endedEarly(response, meter)) : error),
    );
    response.on('close', () => {
      stall.stop();
      if (response.complete) resolve();
      else reject(new TransferError('failed', endedEarly(response, meter)));
    });
  });
}

/** Node's word for a body that is not complete. */
const isCut = (error: Error) => 'code' in error && error.code === 'ECONNRESET';

function endedEarly({ headers }: IncomingMessage, { bytes }: Meter): string {
  const announced = headers['content-length'];
  return `the file ended after ${bytes} bytes${announced === undefined ? '' : ` of ${announced} announced`}`;
}
