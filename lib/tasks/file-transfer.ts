// Files to and from a server, by the scheme of the URL. What is in them is the caller's matter.
import type { TaskFailure } from '../charger/task';
import type { TaskSite } from '../simulator/ports';
import { ftpDownload, ftpUpload, isFtp } from './ftp-transfer';
import { httpDownload, httpUpload, isHttp } from './http-transfer';
import type { TaskDeps } from './tasks';
import { failureOf, fileUrl, type Meter, type Transfer, TransferError } from './transfer';

export interface Upload {
  fileName: string;
  content: Buffer;
}

/** Fetches the file at `location` into `meter`. `undefined`: it is there; else why not. */
export function fetchFile(
  location: string,
  meter: Meter,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
): Promise<TaskFailure | undefined> {
  return transfer(location, site, signal, deps, {
    http: (url, options) => httpDownload(url, meter, options),
    ftp: (url, options) => ftpDownload(url, meter, options),
  });
}

/** Sends a file to `location`. `undefined`: it is there; else why not. */
export function sendFile(
  location: string,
  upload: Upload,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
): Promise<TaskFailure | undefined> {
  return transfer(location, site, signal, deps, {
    http: (url, options) => httpUpload(url, upload, options),
    ftp: (url, options) => ftpUpload(url, upload, options),
  });
}

type Act = (url: URL, transfer: Transfer) => Promise<void>;

async function transfer(
  location: string,
  { charger }: TaskSite,
  signal: AbortSignal,
  { allow, limits }: TaskDeps,
  by: { http: Act; ftp: Act },
): Promise<TaskFailure | undefined> {
  try {
    const url = fileUrl(allow, location);
    const options: Transfer = { allow, limits, signal, tls: charger.csms.tls };
    if (isHttp(url)) await by.http(url, options);
    else if (isFtp(url)) await by.ftp(url, options);
    else throw new TransferError('notSupported', `${url.protocol}// is not supported: http, https, ftp and ftps are`);
    return undefined;
  } catch (error) {
    return failureOf(error, hostOf(location));
  }
}

/** The one part of a location that may be told. */
const hostOf = (location: string) => (URL.canParse(location) ? new URL(location).host : 'the location');
