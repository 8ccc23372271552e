// Firmware published for others (OCPP 2.0.1 L03, L04), the local controller's part: the file is fetched and its checksum verified; it is
// published where it was fetched from, as this charger keeps no files.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import { enqueue } from '../../calls';
import type { Charger, QueuedCall } from '../../charger';
import type { Refusal } from '../../command';
import { type Context, note, touch } from '../../context';
import { failsOnDemand } from '../../failures';
import { isUp, reachable } from '../../link';
import { isAccepted } from '../../registration';
import { retriesOf } from '../../retries';
import type { TaskOutcome } from '../../task';
import { startTask } from '../../tasks';
import { arm } from '../../timers';
import { maskUrls } from '../../url-secrets';
import { v201 } from '../places';
import type { Publishing, PublishStatus } from './state';

const subject = 'publishing';

/** Published at a time at most: they are part of the charger document. */
const publishedMost = 10;

/** PublishFirmware (L03). */
export function publishFirmware(
  context: Context,
  { location, checksum, requestId, retries, retryInterval }: RequestV201<'PublishFirmware'>,
): ResponseV201<'PublishFirmware'> {
  const { charger } = context;
  const state = v201(charger);
  if (state.publishing && state.publishing.phase !== 'over') return rejected('Busy', 'other firmware is being fetched');
  if (!/^[\da-f]{32}$/i.test(checksum)) return rejected('InvalidValue', 'the checksum is no MD5 in hexadecimal digits');
  if (Object.keys(state.published ?? {}).length >= publishedMost) {
    return rejected('TooManyElements', `${publishedMost} firmwares are published`);
  }
  state.publishing = {
    requestId,
    location,
    address: withoutUser(location),
    checksum: checksum.toLowerCase(),
    retries: retriesOf(retries, retryInterval),
    status: 'Downloading',
  };
  fetchFile(context, state.publishing);
  return { status: 'Accepted' };
}

const rejected = (reasonCode: string, additionalInfo: string): ResponseV201<'PublishFirmware'> => ({
  status: 'Rejected',
  statusInfo: { reasonCode, additionalInfo },
});

function fetchFile(context: Context, publishing: Publishing): void {
  delete publishing.phase;
  delete publishing.dueAt;
  enter(context, publishing, 'Downloading');
  if (failsOnDemand(context, 'download')) return fetchFailed(context, publishing, 'on demand');
  startTask(context, subject, { kind: 'download', location: publishing.location, md5: true });
}

function enter(context: Context, publishing: Publishing, status: PublishStatus): void {
  publishing.status = status;
  publishing.untold = [...(publishing.untold ?? []), status].slice(-untoldMost);
  touch(context);
}

/** More than one publication brings without a retry. */
const untoldMost = 10;

/** Outcome of the task that fetched the file. */
export function fetched(context: Context, outcome: TaskOutcome<'download'>): void {
  const { publishing } = v201(context.charger);
  if (!publishing || publishing.phase !== undefined) return;
  if (!outcome.ok) {
    // A charger that lost its power or restarts goes on when it is back: that was no try.
    if (!isUp(context.charger)) return pause(context, publishing, context.now);
    return fetchFailed(context, publishing, outcome.detail);
  }
  enter(context, publishing, 'Downloaded');
  // L03.FR.05, L03.FR.06
  if (outcome.md5 !== publishing.checksum || failsOnDemand(context, 'verification')) {
    return end(context, publishing, 'InvalidChecksum');
  }
  enter(context, publishing, 'ChecksumVerified');
  const { published } = v201(context.charger);
  v201(context.charger).published = { ...published, [publishing.checksum]: publishing.address };
  end(context, publishing, 'Published');
}

/** What the file was fetched with is nobody else's. */
const withoutUser = (location: string) => location.replace(/^(\w+:\/\/)[^/?#]*@/, '$1');

function fetchFailed(context: Context, publishing: Publishing, why: string): void {
  note(context, 'warn', `firmware to publish not downloaded: ${maskUrls(why)}`);
  if (publishing.retries.left === 0) return end(context, publishing, 'DownloadFailed');
  publishing.retries = { ...publishing.retries, left: publishing.retries.left - 1 };
  enter(context, publishing, 'DownloadPaused');
  pause(context, publishing, context.now + publishing.retries.intervalMs);
}

function pause({ charger }: Context, publishing: Publishing, until: number): void {
  publishing.phase = 'paused';
  publishing.dueAt = until;
  arm(charger, 'publishing', until);
}

/** Timer `publishing`: the next try is due. */
export function publishingDue(context: Context): void {
  const { publishing } = v201(context.charger);
  if (publishing?.phase === 'paused' && isUp(context.charger)) fetchFile(context, publishing);
}

/** The charger has started up: what waits for a next try is due again. */
export function publishingStarted({ charger }: Context): void {
  const dueAt = charger.v201?.publishing?.dueAt;
  if (dueAt !== undefined) arm(charger, 'publishing', dueAt);
}

function end(context: Context, publishing: Publishing, status: PublishStatus): void {
  publishing.phase = 'over';
  delete publishing.dueAt;
  enter(context, publishing, status);
}

/** Tells the CSMS what it has not heard, as soon as it may hear it. Called whenever something has changed. */
export function tellPublishing(context: Context): void {
  const { charger } = context;
  const publishing = charger.v201?.publishing;
  if (!publishing?.untold || !isAccepted(charger) || !reachable(charger)) return;
  for (const status of publishing.untold) {
    const payload = { ...publishStatus(charger, status), requestId: publishing.requestId };
    enqueue(context, {
      action: 'PublishFirmwareStatusNotification',
      payload,
      kind: 'plain',
      note: { publish: status },
    });
  }
  delete publishing.untold;
}

/** PublishFirmwareStatusNotificationRequest of a status, or as things stand; L03.FR.04: Published with where it is. */
export function publishStatus({ v201: state }: Charger, status?: PublishStatus): Record<string, unknown> {
  const { publishing, published = {} } = state ?? {};
  if (!publishing) return { status: 'Idle' };
  const told = status ?? publishing.status;
  const location = told === 'Published' ? published[publishing.checksum] : undefined;
  return { status: told, requestId: publishing.requestId, ...(location === undefined ? {} : { location: [location] }) };
}

/** The CSMS has heard how it ended: nothing is left to remember. */
export function publishTold({ charger }: Context, call: QueuedCall): void {
  const { publishing } = v201(charger);
  const isLast = publishing?.phase === 'over' && call.note?.publish === publishing.status && !publishing.untold;
  if (isLast) delete v201(charger).publishing;
}

/** What the CSMS may not have heard is told again when it can be reached. */
export function publishUntold(context: Context, call: QueuedCall, why: Refusal): void {
  if (why.kind !== 'unreachable') return publishTold(context, call);
  const { publishing } = v201(context.charger);
  const status = call.note?.publish as PublishStatus | undefined;
  if (publishing && status) publishing.untold = [...(publishing.untold ?? []), status].slice(-untoldMost);
}

/** UnpublishFirmware (L04). */
export function unpublishFirmware(
  context: Context,
  { checksum }: RequestV201<'UnpublishFirmware'>,
): ResponseV201<'UnpublishFirmware'> {
  const state = v201(context.charger);
  const key = checksum.toLowerCase();
  const { publishing, published: { [key]: found, ...others } = {} } = state;
  if (publishing && publishing.phase !== 'over' && publishing.checksum === key) return { status: 'DownloadOngoing' };
  if (found === undefined) return { status: 'NoFirmware' };
  if (Object.keys(others).length > 0) state.published = others;
  else delete state.published;
  touch(context);
  return { status: 'Unpublished' };
}

/** What is published, for people. */
export function viewPublished({ v201: state }: Charger): Record<string, unknown> {
  const published = Object.entries(state?.published ?? {}).map(([checksum, location]) => ({
    checksum,
    location: maskUrls(location),
  }));
  return published.length > 0 ? { publishedFirmware: published } : {};
}
