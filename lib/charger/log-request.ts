// What a request for a log asks for, the same for every OCPP version (security whitepaper and 2.0.1, N01). Sending the log is in log-upload.ts.
import type { Charger } from './charger';
import { hostTime, toWire } from './clock';
import type { Context } from './context';
import { beginUpload, isUploading } from './log-upload';
import { realTime } from './pace';
import { retriesOf } from './retries';

interface LogRequest {
  log: { remoteLocation: string; oldestTimestamp?: string | undefined; latestTimestamp?: string | undefined };
  logType: 'DiagnosticsLog' | 'SecurityLog';
  requestId: number;
  retries?: number | undefined;
  retryInterval?: number | undefined;
}

type LogAnswer = {
  status: 'Accepted' | 'AcceptedCanceled';
  filename: string;
};

/** GetLog: a newer request takes the place of one that is being met (N01.FR.12; security whitepaper N01.FR.11). */
export function requestLog(context: Context, request: LogRequest): LogAnswer {
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
export function spanOf(
  charger: Charger,
  from: string | undefined,
  to: string | undefined,
): { from?: number; to?: number } {
  const real = (text: string) => realTime(charger, hostTime(charger, Date.parse(text)));
  return { ...(from === undefined ? {} : { from: real(from) }), ...(to === undefined ? {} : { to: real(to) }) };
}

/** A file name that every file system takes, unique per charger and second. */
export function logName({ charger, now }: Context, what: string): string {
  const at = toWire(charger, now).slice(0, 19).replace(/[-:]/g, '');
  return `${what}-${charger.identity.replace(/[^\w.-]/g, '_').slice(0, 100)}-${at}.log`;
}
