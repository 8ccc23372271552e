// Requests for firmware and logs of OCPP 1.6 (§5.9, §5.19; security whitepaper: GetLog). What happens then is in lib/charger/firmware-update.ts
// and log-upload.ts, how its statuses are told in transfer-statuses.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import { rootsOf } from '../certificates';
import type { Charger } from '../charger';
import { hostTime, toWire } from '../clock';
import { type Context, note } from '../context';
import { CallRefused } from '../dialect';
import { isInstalling } from '../firmware';
import { beginUpdate } from '../firmware-update';
import { beginUpload, isUploading } from '../log-upload';
import { realTime } from '../pace';
import { retriesOf } from '../retries';

/**
 * UpdateFirmware (§5.19). Its answer can refuse nothing: what cannot be done is noted, and the statuses tell. Whoever can tell signed
 * firmware, having a root of the manufacturer, takes no other (security whitepaper L01.FR.20).
 */
export function updateFirmware(context: Context, request: RequestV16<'UpdateFirmware'>): Record<string, unknown> {
  if (rootsOf(context.charger, 'manufacturer').length > 0) {
    throw new CallRefused('notSupported', 'a ManufacturerRootCertificate is installed: use SignedUpdateFirmware');
  }
  if (isInstalling(context.charger)) {
    note(context, 'warn', 'UpdateFirmware ignored: another firmware is being installed');
    return {};
  }
  const { location, retrieveDate, retries, retryInterval } = request;
  beginUpdate(context, {
    location,
    retrieveAt: hostTime(context.charger, Date.parse(retrieveDate)),
    retries: retriesOf(retries, retryInterval),
  });
  return {};
}

/** GetDiagnostics (§5.9): `location` is the directory that the file goes to. */
export function getDiagnostics(context: Context, request: RequestV16<'GetDiagnostics'>): Record<string, unknown> {
  const { location, retries, retryInterval, startTime, stopTime } = request;
  const fileName = logName(context, 'diagnostics');
  beginUpload(context, 'diagnostics', {
    location,
    fileName,
    content: 'diagnostics',
    ...spanOf(context.charger, startTime, stopTime),
    retries: retriesOf(retries, retryInterval),
  });
  return { fileName };
}

/** GetLog (security whitepaper N01.FR.11): a newer request takes the place of one that is being met. */
export function getLog(context: Context, request: RequestV16<'GetLog'>): Record<string, unknown> {
  const { charger } = context;
  const { log, logType, requestId, retries, retryInterval } = request;
  const content = logType === 'SecurityLog' ? 'security' : 'diagnostics';
  const filename = logName(context, content);
  const status = isUploading(charger, 'log') ? 'AcceptedCanceled' : 'Accepted';
  beginUpload(context, 'log', {
    location: log.remoteLocation,
    fileName: filename,
    content,
    ...spanOf(charger, log.oldestTimestamp, log.latestTimestamp),
    retries: retriesOf(retries, retryInterval),
    requestId,
  });
  return { status, filename };
}

/** A span on the charger's clock, in real time: that is what messages are logged with. */
function spanOf(charger: Charger, from: string | undefined, to: string | undefined): { from?: number; to?: number } {
  const real = (text: string) => realTime(charger, hostTime(charger, Date.parse(text)));
  return { ...(from === undefined ? {} : { from: real(from) }), ...(to === undefined ? {} : { to: real(to) }) };
}

/** A file name that every file system takes, unique per charger and second. */
function logName({ charger, now }: Context, what: string): string {
  const at = toWire(charger, now).slice(0, 19).replace(/[-:]/g, '');
  return `${what}-${charger.identity.replace(/[^\w.-]/g, '_').slice(0, 100)}-${at}.log`;
}
