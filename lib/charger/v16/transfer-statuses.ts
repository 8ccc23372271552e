// How OCPP 1.6 tells of firmware and logs: FirmwareStatusNotification and DiagnosticsStatusNotification (§4.4, §4.5), their successors of the
// security whitepaper, and what of it a CSMS that could not be reached is told later. When there is something to tell is decided elsewhere.
import { enqueue } from '../calls';
import type { Charger, QueuedCall } from '../charger';
import type { Refusal } from '../command';
import type { Context } from '../context';
import { type FirmwareRules, type FirmwareStatus, type FirmwareUpdate, isUpdating } from '../firmware';
import { forgetFirmware } from '../firmware-update';
import { reachable } from '../link';
import {
  channelsOf,
  forgetUpload,
  isUploading,
  type LogChannel,
  type LogRules,
  type LogStatus,
  type LogUpload,
} from '../log-upload';
import { registrationStatus } from '../registration';
import { restart } from '../restart';
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

/** A status may go out when the CSMS has accepted the charger and can be reached; else the last one is told then. */
const mayTell = (charger: Charger) => registrationStatus(charger) === 'Accepted' && reachable(charger);

export const firmwareRules: FirmwareRules = {
  tell(context, update) {
    if (!messageOf(update)) return;
    update.untold = true;
    tellFirmware(context);
  },
  isBusy: (charger) => places(charger).some(({ state }) => state.transaction),
  vacate(context) {
    for (const place of places(context.charger))
      if (!place.state.transaction) vacate(context.charger, place.connectorId);
  },
  isTelling({ calls: { inFlight, queue } }) {
    return [inFlight, ...queue].some((call) => call?.note?.firmware !== undefined);
  },
  restart: (context) => restart(context),
};

interface Message {
  action: string;
  payload: Record<string, unknown>;
}

function messageOf({ status, requestId }: FirmwareUpdate): Message | undefined {
  if (status === undefined) return undefined;
  if (requestId !== undefined) return { action: 'SignedFirmwareStatusNotification', payload: { status, requestId } };
  const known = inCore[status];
  return known === undefined ? undefined : { action: 'FirmwareStatusNotification', payload: { status: known } };
}

function tellFirmware(context: Context): void {
  const update = context.charger.firmware;
  const message = update?.untold && mayTell(context.charger) ? messageOf(update) : undefined;
  if (!update || !message) return;
  delete update.untold;
  enqueue(context, { ...message, kind: 'plain', note: { firmware: update.status } });
}

export const logRules: LogRules = {
  tell(context, channel, upload) {
    upload.untold = true;
    tellUpload(context, channel);
  },
};

function uploadMessage(channel: LogChannel, { status, requestId }: LogUpload): Message {
  if (channel === 'diagnostics') {
    return { action: 'DiagnosticsStatusNotification', payload: { status: diagnosticsStatus(status) } };
  }
  return { action: 'LogStatusNotification', payload: { status, requestId } };
}

function tellUpload(context: Context, channel: LogChannel): void {
  const upload = context.charger.uploads?.[channel];
  if (!upload?.untold || !mayTell(context.charger)) return;
  delete upload.untold;
  const log = { channel, status: upload.status };
  enqueue(context, { ...uploadMessage(channel, upload), kind: 'plain', note: { log } });
}

/** Tells what the CSMS could not be told before. Called after every step that touched something, and when the link is up. */
export function tellTransfers(context: Context): void {
  const { charger } = context;
  if (charger.firmware) tellFirmware(context);
  if (charger.uploads) for (const channel of channelsOf(charger)) tellUpload(context, channel);
}

interface StatusNote {
  firmware?: FirmwareStatus;
  log?: { channel: LogChannel; status: LogStatus };
}

/** The CSMS has taken a status. */
export function statusTaken(context: Context, call: QueuedCall): void {
  const { firmware, log } = (call.note ?? {}) as StatusNote;
  const update = context.charger.firmware;
  if (firmware !== undefined && update?.status === firmware && !update.untold) forgetFirmware(context);
  const upload = log && context.charger.uploads?.[log.channel];
  if (log && upload?.status === log.status && !upload.untold) forgetUpload(context, log.channel);
  // A restart may have waited for this.
  context.touched = true;
}

/** The CSMS has not: what it may not have heard is told again when it can be reached, what it did not like is not. */
export function statusUntold(context: Context, call: QueuedCall, why: Refusal): void {
  if (why.kind !== 'unreachable') return statusTaken(context, call);
  const { firmware, log } = (call.note ?? {}) as StatusNote;
  const update = context.charger.firmware;
  if (update && update.status === firmware) update.untold = true;
  const upload = log && context.charger.uploads?.[log.channel];
  if (log && upload?.status === log.status) upload.untold = true;
}

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
