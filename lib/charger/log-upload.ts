// The upload of a log from the request to its end, the same for every OCPP version: tries, retries, what is told. How it is told is the
// dialect's; making the file and sending it is a task.
import type { Charger } from './charger';
import { type Context, note } from './context';
import { failsOnDemand } from './failures';
import { isUp } from './link';
import type { Retries } from './retries';
import type { LogContent, PendingTask, TaskFailureReason, TaskOutcome } from './task';
import { cancelTasks, startTask } from './tasks';
import { arm, disarm } from './timers';

/** UploadLogStatus of the security whitepaper and of OCPP 2.0.1. */
export type LogStatus =
  | 'Uploading'
  | 'Uploaded'
  | 'UploadFailure'
  | 'BadMessage'
  | 'NotSupportedOperation'
  | 'PermissionDenied';

/** Requests of one channel replace each other: 1.6 has two, GetDiagnostics and GetLog. */
export type LogChannel = 'diagnostics' | 'log';

export interface LogWish {
  location: string;
  fileName: string;
  content: LogContent;
  /** The host's time, epoch ms, inclusive. */
  from?: number;
  to?: number;
  retries: Retries;
  requestId?: number;
}

/** An upload as the document remembers it, until the CSMS knows how it ended. */
export interface LogUpload extends LogWish {
  phase: 'uploading' | 'paused' | 'over';
  /** When the next try is due, epoch ms. */
  dueAt?: number;
  status: LogStatus;
  /** The CSMS has not heard of `status`. */
  untold?: true;
}

/** What an upload needs of the dialect. */
export interface LogRules {
  /** Tells the CSMS of `upload.status`, or keeps in mind that it is to be told. */
  tell(context: Context, channel: LogChannel, upload: LogUpload): void;
}

const nameOf = (channel: LogChannel) => `upload/${channel}`;

/** How long an upload that fails on demand pretends to be trying. */
const pretendMs = 1_000;

/** Is there an upload whose end is open? */
export function isUploading({ uploads }: Charger, channel: LogChannel): boolean {
  const upload = uploads?.[channel];
  return upload !== undefined && upload.phase !== 'over';
}

/** Begins an upload, in place of the one of the channel that may be under way. */
export function beginUpload(context: Context, channel: LogChannel, wish: LogWish): void {
  const { charger } = context;
  cancelTasks(context, nameOf(channel));
  disarm(charger, nameOf(channel));
  const upload: LogUpload = { ...wish, phase: 'uploading', status: 'Uploading' };
  charger.uploads = { ...charger.uploads, [channel]: upload };
  enter(context, channel, upload, 'Uploading');
  send(context, channel, upload);
}

function enter(context: Context, channel: LogChannel, upload: LogUpload, status: LogStatus): void {
  upload.status = status;
  context.touched = true;
  context.save = true;
  context.dialect.logs.tell(context, channel, upload);
}

function send(context: Context, channel: LogChannel, upload: LogUpload): void {
  upload.phase = 'uploading';
  delete upload.dueAt;
  if (failsOnDemand(context, 'upload')) return wait(context, channel, upload, 'uploading', context.now + pretendMs);
  const { location, fileName, content, from, to } = upload;
  const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  startTask(context, nameOf(channel), { kind: 'uploadLog', location, fileName, content, ...span });
}

function wait(
  context: Context,
  channel: LogChannel,
  upload: LogUpload,
  phase: LogUpload['phase'],
  until: number,
): void {
  upload.phase = phase;
  upload.dueAt = until;
  arm(context.charger, nameOf(channel), until);
}

/** Timer `upload/<channel>`: the next try is due. */
export function uploadDue(context: Context, channel: string): void {
  const upload = isChannel(channel) && context.charger.uploads?.[channel];
  if (!upload || !isUp(context.charger)) return;
  context.save = true;
  if (upload.phase === 'paused') send(context, channel, upload);
  else if (upload.phase === 'uploading') uploadFailed(context, channel, upload, 'failed', 'on demand');
}

const isChannel = (text: string): text is LogChannel => text === 'diagnostics' || text === 'log';

/** Outcome of the task that sent the file, by channel. */
export const uploadEnded = (channel: LogChannel) => {
  return (context: Context, outcome: TaskOutcome<'uploadLog'>, _pending: PendingTask): void => {
    const upload = context.charger.uploads?.[channel];
    if (upload?.phase !== 'uploading') return;
    if (outcome.ok) end(context, channel, upload, 'Uploaded');
    // A charger that lost its power or restarts goes on when it is back: that was no try.
    else if (!isUp(context.charger)) wait(context, channel, upload, 'paused', context.now);
    else uploadFailed(context, channel, upload, outcome.reason, outcome.detail);
  };
};

/** UploadLogStatusEnum of the whitepaper names reasons; what it does not name is a failure. */
const statuses: Partial<Record<TaskFailureReason, LogStatus>> = {
  malformed: 'BadMessage',
  notSupported: 'NotSupportedOperation',
  denied: 'PermissionDenied',
};

function uploadFailed(
  context: Context,
  channel: LogChannel,
  upload: LogUpload,
  reason: TaskFailureReason,
  why: string,
): void {
  note(context, 'warn', `${channel} not uploaded: ${why}`);
  if (upload.retries.left === 0) return end(context, channel, upload, statuses[reason] ?? 'UploadFailure');
  upload.retries = { ...upload.retries, left: upload.retries.left - 1 };
  wait(context, channel, upload, 'paused', context.now + upload.retries.intervalMs);
}

function end(context: Context, channel: LogChannel, upload: LogUpload, status: LogStatus): void {
  upload.phase = 'over';
  delete upload.dueAt;
  enter(context, channel, upload, status);
}

/** The charger has started up: what waits for a next try is due again. */
export function uploadsStarted({ charger }: Context): void {
  for (const channel of channelsOf(charger)) {
    const dueAt = charger.uploads?.[channel]?.dueAt;
    if (dueAt !== undefined) arm(charger, nameOf(channel), dueAt);
  }
}

export function channelsOf({ uploads = {} }: Charger): LogChannel[] {
  return Object.keys(uploads).filter(isChannel);
}

/** The CSMS has heard how the upload ended: nothing is left to remember. */
export function forgetUpload({ charger }: Context, channel: LogChannel): void {
  if (charger.uploads?.[channel]?.phase !== 'over') return;
  const { [channel]: _, ...rest } = charger.uploads;
  if (Object.keys(rest).length === 0) delete charger.uploads;
  else charger.uploads = rest;
}
