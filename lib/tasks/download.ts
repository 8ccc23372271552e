// Task `download`: fetches a file as a charger fetches its firmware. It is counted and hashed and kept nowhere.
import { createHash } from 'node:crypto';
import type { Task, TaskOutcome } from '../charger/task';
import type { TaskSite } from '../simulator/ports';
import { httpDownload, isHttp } from './http-transfer';
import type { TaskDeps } from './tasks';
import { createMeter, failureOf, fileUrl, TransferError } from './transfer';

export async function download(
  { location }: Task<'download'>,
  { charger }: TaskSite,
  signal: AbortSignal,
  { allow, limits }: TaskDeps,
): Promise<TaskOutcome<'download'>> {
  const hash = createHash('sha256');
  const meter = createMeter(limits, (chunk) => hash.update(chunk));
  try {
    const url = fileUrl(allow, location);
    if (!isHttp(url)) throw new TransferError('notSupported', `${url.protocol}// is not supported; http and https are`);
    await httpDownload(url, meter, { allow, limits, signal, tls: charger.csms.tls });
    return { ok: true, bytes: meter.bytes, sha256: hash.digest('hex') };
  } catch (error) {
    return failureOf(error, hostOf(location));
  }
}

/** The one part of a location that may be told. */
const hostOf = (location: string) => (URL.canParse(location) ? new URL(location).host : 'the location');
