// The messages in which OCPP 1.6 tells of firmware and logs: FirmwareStatusNotification and DiagnosticsStatusNotification (§4.4, §4.5), and
// their successors of the security whitepaper. When they are sent is decided in ../transfer-telling.ts.
import type { Context } from '../context';
import { type FirmwareRules, type FirmwareStatus, type FirmwareUpdate, isUpdating } from '../firmware';
import { isUploading, type LogChannel, type LogRules, type LogStatus, type LogUpload } from '../log-upload';
import { restart } from '../restart';
import { isTellingFirmware, type StatusMessage, telling } from '../transfer-telling';
import { places } from './places';
import { vacate } from './transactions';

/** Core has fewer statuses (§7.25); what it lacks is not told there. */
const inCore: Partial<Record<FirmwareStatus, string>> = {
  Downloading: 'Downloading',
  Downloaded: 'Downloaded',
  DownloadFailed: 'DownloadFailed',
  Installing: 'Installing',
  Installed: 'Installed',
  InstallationFailed: 'InstallationFailed',
  InstallVerificationFailed: 'InstallationFailed',
};

/** §7.24. */
const diagnosticsStatus = (status: LogStatus) =>
  status === 'Uploading' || status === 'Uploaded' ? status : 'UploadFailed';

function firmwareMessage({ status, requestId }: FirmwareUpdate): StatusMessage | undefined {
  if (status === undefined) return undefined;
  if (requestId !== undefined) return { action: 'SignedFirmwareStatusNotification', payload: { status, requestId } };
  const known = inCore[status];
  return known === undefined ? undefined : { action: 'FirmwareStatusNotification', payload: { status: known } };
}

function logMessage(channel: LogChannel, { status, requestId }: LogUpload): StatusMessage {
  if (channel === 'diagnostics') {
    return { action: 'DiagnosticsStatusNotification', payload: { status: diagnosticsStatus(status) } };
  }
  return { action: 'LogStatusNotification', payload: { status, requestId } };
}

const tell = telling({ firmware: firmwareMessage, log: logMessage });

/** Tells what the CSMS could not be told before. */
export const tellTransfers = tell.rest;

export const firmwareRules: FirmwareRules = {
  tell: tell.firmware,
  isBusy: (charger) => places(charger).some(({ state }) => state.transaction),
  vacate(context) {
    for (const place of places(context.charger))
      if (!place.state.transaction) vacate(context.charger, place.connectorId);
  },
  isTelling: isTellingFirmware,
  restart: (context) => restart(context),
};

export const logRules: LogRules = { tell: tell.log };

// For triggers and messages sent by hand

/** FirmwareStatusNotification.req as things stand: Idle when no update is under way (§4.5). */
export function firmwareStatus({ charger }: Context): Record<string, unknown> {
  const status = isUpdating(charger) ? charger.firmware?.status : undefined;
  return { status: (status && (inCore[status] ?? nearestInCore[status])) ?? 'Idle' };
}

/** What a CSMS of the Core profile that asks is told of the statuses it does not know. */
const nearestInCore: Partial<Record<FirmwareStatus, string>> = {
  DownloadPaused: 'Downloading',
  SignatureVerified: 'Downloaded',
  InstallScheduled: 'Downloaded',
  InstallRebooting: 'Installing',
};

/** SignedFirmwareStatusNotification.req as things stand: the last status, Idle after Installed (security whitepaper L01.FR.28, L01.FR.29). */
export function signedFirmwareStatus({ charger }: Context): Record<string, unknown> {
  const { status, requestId } = charger.firmware ?? charger.firmwareFailure ?? {};
  const last = status !== undefined && status !== 'Installed' && requestId !== undefined;
  return last ? { status, requestId } : { status: 'Idle' };
}

/** DiagnosticsStatusNotification.req as things stand (§4.4). */
export function diagnosticsUploadStatus({ charger }: Context): Record<string, unknown> {
  return { status: isUploading(charger, 'diagnostics') ? 'Uploading' : 'Idle' };
}

/** LogStatusNotification.req as things stand. */
export function logUploadStatus({ charger }: Context): Record<string, unknown> {
  const requestId = charger.uploads?.log?.requestId;
  return isUploading(charger, 'log') ? { status: 'Uploading', requestId } : { status: 'Idle' };
}
