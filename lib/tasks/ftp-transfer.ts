// File transfers by FTP, and by FTP over TLS from the first byte (ftps). The address that is dialled is the one that was checked against
// the allow-list; data connections go to no other host. What becomes of the bytes is the caller's matter.
import { isIP } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { Client, FTPError } from 'basic-ftp';
import { createLookup, portOf } from '../link/allow-list';
import type { Upload } from './file-transfer';
import { credentialsOf, decodePart, type Meter, type Transfer, TransferError, tlsOptions } from './transfer';

export const isFtp = ({ protocol }: URL) => protocol === 'ftp:' || protocol === 'ftps:';

/** Fetches the file at `url` into `meter`. @throws TransferError and what sockets throw */
export function ftpDownload(url: URL, meter: Meter, transfer: Transfer): Promise<void> {
  const path = pathOf(url);
  if (path === '' || path.endsWith('/')) throw new TransferError('malformed', 'the location names no file');
  return inSession(url, transfer, async (client) => {
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        try {
          meter.take(chunk);
          done();
        } catch (error) {
          done(error as Error);
        }
      },
    });
    await client.downloadTo(sink, path);
  });
}

/**
 * Sends a file. The location is the directory that it goes to (OCPP 1.6 §6.25); one whose last part is no directory names the file itself.
 * @throws TransferError and what sockets throw
 */
export function ftpUpload(url: URL, { fileName, content }: Upload, transfer: Transfer): Promise<void> {
  const path = pathOf(url);
  return inSession(url, transfer, async (client) => {
    const isDirectory = path === '' || path.endsWith('/') || (await isThere(client, path));
    const target = isDirectory ? `${path}${path === '' || path.endsWith('/') ? '' : '/'}${fileName}` : path;
    await client.uploadFrom(Readable.from([content], { objectMode: false }), target);
  });
}

/** Is there a directory of that path? Afterwards the session is where it was. */
async function isThere(client: Client, path: string): Promise<boolean> {
  const before = await client.pwd();
  try {
    await client.cd(path);
  } catch (error) {
    if (error instanceof FTPError) return false;
    throw error;
  }
  await client.cd(before);
  return true;
}

/** RFC 1738 §3.2.2: relative to where the login leads, absolute after a `%2F`. */
function pathOf({ pathname }: URL): string {
  const path = decodePart(pathname.replace(/^\//, '').replace(/;type=[aid]$/i, ''));
  requirePlain(path);
  return path;
}

/** A line break would begin a command of its own. */
function requirePlain(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  if (/[\x00-\x1f\x7f]/.test(text)) throw new TransferError('malformed', 'the location has control characters');
}

async function inSession(url: URL, transfer: Transfer, act: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(transfer.limits.stallMs, { allowSeparateTransferHost: false, maxListingBytes: 1024 });
  const stop = () => client.close();
  transfer.signal.addEventListener('abort', stop);
  try {
    await logIn(client, url, transfer);
    await act(client);
  } catch (error) {
    throw asTransferError(error, transfer.limits.stallMs);
  } finally {
    transfer.signal.removeEventListener('abort', stop);
    client.close();
  }
}

async function logIn(client: Client, url: URL, { allow, tls }: Transfer): Promise<void> {
  const { user = 'anonymous', password = 'anonymous' } = credentialsOf(url) ?? {};
  requirePlain(user);
  requirePlain(password);
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const host = isIP(name) === 0 ? await resolve(name, createLookup(allow)(portOf(url))) : name;
  const secure = url.protocol === 'ftps:';
  const secureOptions = { ...tlsOptions(tls), ...(isIP(name) === 0 ? { servername: name } : { host: name }) };
  await client.access({
    host,
    port: portOf(url),
    user,
    password,
    ...(secure ? { secure: 'implicit', secureOptions } : {}),
  });
}

function resolve(name: string, lookup: ReturnType<ReturnType<typeof createLookup>>): Promise<string> {
  return new Promise((done, fail) => {
    lookup(name, {}, (error, address) => {
      if (error) fail(error);
      else if (typeof address === 'string') done(address);
      else fail(new TransferError('failed', `${name} has no address`));
    });
  });
}

/** What FTP servers answer (RFC 959 §4.2.1), as reasons. */
const reasons: Record<number, 'denied' | 'notSupported' | 'malformed'> = {
  500: 'malformed',
  501: 'malformed',
  502: 'notSupported',
  504: 'notSupported',
  530: 'denied',
  532: 'denied',
  550: 'denied',
  553: 'denied',
};

/** The words of the server are not repeated where they may repeat the password. */
function asTransferError(error: unknown, stallMs: number): unknown {
  if (error instanceof FTPError) {
    // 550 stands for "no such file" and for "no access" alike; only what it says tells.
    const missing = error.code === 550 && /no such|not found|not exist/i.test(error.message);
    const words = error.code === 530 ? '530 login refused' : error.message.slice(0, 200);
    return new TransferError(
      missing ? 'failed' : (reasons[error.code] ?? 'failed'),
      `the file server answered ${words}`,
    );
  }
  if (error instanceof Error && error.message.includes('returned another host')) {
    return new TransferError('forbidden', 'the file server wants a data connection to another host');
  }
  if (error instanceof Error && /^timeout/i.test(error.message)) {
    return new TransferError('failed', `stalled: nothing for ${stallMs / 1000} s`);
  }
  return error;
}
