// Task `download`: fetches firmware as a charger does. It is counted, hashed, checked against its signature and kept nowhere.
import { createHash } from 'node:crypto';
import type { Task, TaskOutcome } from '../charger/task';
import type { TaskSite } from '../simulator/ports';
import { fetchFile } from './file-transfer';
import { createSignatureCheck } from './firmware-signature';
import { createVersionSearch } from './firmware-version';
import type { TaskDeps } from './tasks';
import { createMeter, decodePart } from './transfer';

export async function download(
  { location, certificate, signature, md5: wantsMd5 }: Task<'download'>,
  site: TaskSite,
  signal: AbortSignal,
  deps: TaskDeps,
): Promise<TaskOutcome<'download'>> {
  const hash = createHash('sha256');
  // A checksum that OCPP 2.0.1 L03 asks for: it tells a damaged file from a whole one, and no more.
  const md5 = wantsMd5 ? createHash('md5') : undefined;
  const version = createVersionSearch();
  const check = certificate === undefined ? undefined : createSignatureCheck(certificate, signature ?? '');
  const meter = createMeter(deps.limits, (chunk) => {
    hash.update(chunk);
    md5?.update(chunk);
    version.take(chunk);
    check?.take(chunk);
  });
  const failure = await fetchFile(location, meter, site, signal, deps);
  if (failure) return failure;
  if (meter.bytes === 0) return { ok: false, reason: 'failed', detail: 'the file is empty' };
  return {
    ok: true,
    bytes: meter.bytes,
    sha256: hash.digest('hex'),
    version: version.found() ?? versionOfName(location),
    ...(md5 ? { md5: md5.digest('hex') } : {}),
    ...(check ? { signature: check.verdict() } : {}),
  };
}

/** FirmwareVersion is a CiString50 (OCPP 1.6 §6.3). */
const versionMost = 50;

/** What follows the name of a product in a file name: `acme-charger_v1.4.2-rc1.bin` is 1.4.2-rc1. */
const versionInName = /(?<![\w.])v?(\d+(?:\.\d+)+(?:[-+][\w.]+)*)/i;

/** The version that a file name tells; without one, the name itself. */
function versionOfName(location: string): string {
  const name = decodePart(new URL(location).pathname.split('/').at(-1) ?? '').replace(/[^\x20-\x7e]/g, '_');
  const bare = name.replace(/(\.(bin|zip|gz|tar|tgz|img|swu|raucb|hex|fw|sig|pkg|deb|ipk))+$/i, '');
  return (versionInName.exec(bare.replace(/_/g, ' '))?.[1] ?? (bare || 'unknown')).slice(0, versionMost);
}
