// Requests for firmware and logs of OCPP 1.6 (§5.9, §5.19; security whitepaper L01). What happens then is in lib/charger/firmware-update.ts
// and log-upload.ts, how its statuses are told in transfer-statuses.ts.
import type { RequestV16 } from '../../ocpp/v16/messages';
import { rootsOf } from '../certificates';
import { hostTime } from '../clock';
import { type Context, note } from '../context';
import { CallRefused } from '../dialect';
import { isInstalling } from '../firmware';
import { beginUpdate } from '../firmware-update';
import { logName, spanOf } from '../log-request';
import { beginUpload } from '../log-upload';
import type { AnswerLater } from '../owed-answers';
import { retriesOf } from '../retries';
import { requestSignedUpdate } from '../signed-update';

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

/** SignedUpdateFirmware (security whitepaper L01). */
export function signedUpdateFirmware(
  context: Context,
  request: RequestV16<'SignedUpdateFirmware'>,
): { status: string } | AnswerLater {
  const { firmware, requestId, retries, retryInterval } = request;
  const { location, retrieveDateTime, installDateTime, signingCertificate, signature } = firmware;
  const time = (text: string) => hostTime(context.charger, Date.parse(text));
  return requestSignedUpdate(context, {
    location,
    retrieveAt: time(retrieveDateTime),
    ...(installDateTime === undefined ? {} : { installAt: time(installDateTime) }),
    retries: retriesOf(retries, retryInterval),
    requestId,
    signing: { certificate: signingCertificate, signature },
  });
}
