// How the CSMS is told of firmware and logs, the same for every OCPP version: as soon as it may hear of it, and again what it may not have
// heard. When there is something to tell is decided in firmware-update.ts and log-upload.ts; the messages are the dialects'.
import { enqueue } from './calls';
import type { Charger, QueuedCall } from './charger';
import type { Refusal } from './command';
import type { Context } from './context';
import type { FirmwareStatus, FirmwareUpdate } from './firmware';
import { forgetFirmware } from './firmware-update';
import { reachable } from './link';
import { channelsOf, forgetUpload, type LogChannel, type LogStatus, type LogUpload } from './log-upload';
import { registrationStatus } from './registration';

/** A call that tells a status. */
export interface StatusMessage {
  action: string;
  payload: Record<string, unknown>;
}

/** A version's words; `undefined`: it has none for this status. */
export interface Wording {
  firmware(update: FirmwareUpdate): StatusMessage | undefined;
  log(channel: LogChannel, upload: LogUpload): StatusMessage;
}

/** A status may go out when the CSMS has accepted the charger and can be reached; else the last one is told then. */
const mayTell = (charger: Charger) => registrationStatus(charger) === 'Accepted' && reachable(charger);

interface StatusNote {
  firmware?: FirmwareStatus;
  log?: { channel: LogChannel; status: LogStatus };
}

/** A status of firmware is still on its way to the CSMS. */
export function isTellingFirmware({ calls: { inFlight, queue } }: Charger): boolean {
  return [inFlight, ...queue].some((call) => call?.note?.firmware !== undefined);
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

/** What tells in these words. */
export function telling({ firmware: wordsOfFirmware, log: wordsOfLog }: Wording) {
  function nowFirmware(context: Context): void {
    const update = context.charger.firmware;
    const message = update?.untold && mayTell(context.charger) ? wordsOfFirmware(update) : undefined;
    if (!update || !message) return;
    delete update.untold;
    enqueue(context, { ...message, kind: 'plain', note: { firmware: update.status } });
  }

  function nowLog(context: Context, channel: LogChannel): void {
    const upload = context.charger.uploads?.[channel];
    if (!upload?.untold || !mayTell(context.charger)) return;
    delete upload.untold;
    const log = { channel, status: upload.status };
    enqueue(context, { ...wordsOfLog(channel, upload), kind: 'plain', note: { log } });
  }

  return {
    /** As `FirmwareRules` has it. */
    firmware(context: Context, update: FirmwareUpdate): void {
      if (!wordsOfFirmware(update)) return;
      update.untold = true;
      nowFirmware(context);
    },
    /** As `LogRules` has it. */
    log(context: Context, channel: LogChannel, upload: LogUpload): void {
      upload.untold = true;
      nowLog(context, channel);
    },
    /** Tells what the CSMS could not be told before. Called after every step that touched something, and when the link is up. */
    rest(context: Context): void {
      const { charger } = context;
      if (charger.firmware) nowFirmware(context);
      if (charger.uploads) for (const channel of channelsOf(charger)) nowLog(context, channel);
    },
  };
}
