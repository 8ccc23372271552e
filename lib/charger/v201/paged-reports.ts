// Reports that are told in several messages, one after the other (OCPP 2.0.1 B07, B08, K09, N02, N09, O03): the charger document remembers how far each
// has come. What is in them is the affair of those who ask.
import { enqueue } from '../calls';
import type { Charger, QueuedCall } from '../charger';
import { type Context, note } from '../context';
import { bringUpToDate } from './device-model/physical';

/** A report under way, or waiting for its turn. `selection` is what it was asked to hold. */
export interface PagedReport {
  action: ReportAction;
  requestId: number;
  selection: unknown;
  /** How far the CSMS has heard it: a place in what is reported, and the number of the next message. */
  at: number;
  seqNo: number;
}

export type ReportAction =
  | 'NotifyReport'
  | 'NotifyMonitoringReport'
  | 'NotifyDisplayMessages'
  | 'NotifyCustomerInformation'
  | 'ReportChargingProfiles';

/** Its messages have neither a number nor a time. */
const unnumbered: ReadonlySet<ReportAction> = new Set(['NotifyDisplayMessages', 'ReportChargingProfiles']);

/** What the next message of a report holds besides its numbers; `next`: where the one after it begins, absent: it is the last. */
export interface Page {
  payload: Record<string, unknown>;
  next?: number;
}

export type Pager = (charger: Charger, report: PagedReport, clock: string) => Page;

/** How each kind of report is cut into pages. */
export type Pagers = Record<ReportAction, Pager>;

/** Reports that wait for their turn at most: they are part of the document. */
const waitingMost = 5;

/** Whether another report can be taken on. */
export function mayReport({ v201 }: Charger): boolean {
  return (v201?.reports?.length ?? 0) < waitingMost;
}

/** Takes on a report; its first message goes out as soon as those before it are done. */
export function startReport(
  context: Context,
  report: Pick<PagedReport, 'action' | 'requestId' | 'selection'>,
  pagers: Pagers,
): void {
  const { v201 } = context.charger;
  if (!v201) return;
  v201.reports = [...(v201.reports ?? []), { ...report, at: 0, seqNo: 0 }];
  context.save = true;
  sendNext(context, pagers);
}

/** What a tester's own message holds: the first page of a report that nobody has asked for. */
export function filledReport(
  { action, selection }: Pick<PagedReport, 'action' | 'selection'>,
  pagers: Pagers,
): (context: Context) => Record<string, unknown> {
  return (context) => {
    const report: PagedReport = { action, selection, requestId: 0, at: 0, seqNo: 0 };
    return pageOf(context, report, pagers).payload;
  };
}

function pageOf(context: Context, report: PagedReport, pagers: Pagers): Page {
  const { charger, dialect, now } = context;
  bringUpToDate(charger, now);
  const generatedAt = dialect.timestamp(context);
  const { payload, next } = pagers[report.action](charger, report, generatedAt);
  const { requestId, seqNo } = report;
  return {
    payload: {
      requestId,
      ...(unnumbered.has(report.action) ? {} : { generatedAt, seqNo }),
      tbc: next !== undefined,
      ...payload,
    },
    ...(next === undefined ? {} : { next }),
  };
}

function sendNext(context: Context, pagers: Pagers): void {
  const { charger } = context;
  const report = charger.v201?.reports?.[0];
  if (!report || isUnderWay(charger)) return;
  const { payload, next } = pageOf(context, report, pagers);
  // Asked for, so it goes out in Pending too (B02.FR.02).
  const note = { page: next ?? 'last', triggered: true };
  enqueue(context, { action: report.action, payload, kind: 'plain', note });
}

const isPage = (call: QueuedCall | undefined) => call?.note?.page !== undefined;

function isUnderWay({ calls }: Charger): boolean {
  return isPage(calls.inFlight) || calls.queue.some(isPage);
}

/** The CSMS has heard a message of a report: the next follows. A message that a tester sent by hand is none of them. */
export function reportAnswered(context: Context, call: QueuedCall, pagers: Pagers): void {
  const { v201 } = context.charger;
  const [report, ...others] = v201?.reports ?? [];
  const page = call.note?.page;
  if (!v201 || !report || page === undefined) return;
  if (typeof page === 'number') v201.reports = [{ ...report, at: page, seqNo: report.seqNo + 1 }, ...others];
  else keep(context.charger, others);
  context.save = true;
  sendNext(context, pagers);
}

/** A message of a report did not arrive: the rest of it means nothing to the CSMS, which may ask again. */
export function reportFailed(context: Context, call: QueuedCall, pagers: Pagers): void {
  const [report, ...others] = context.charger.v201?.reports ?? [];
  if (!report || !isPage(call)) return;
  note(
    context,
    'warn',
    `the report of request ${report.requestId} ends after ${report.seqNo} messages: no answer to the next`,
  );
  // Without a link none of the others would arrive either.
  keep(context.charger, context.charger.link.state === 'up' ? others : []);
  context.save = true;
  sendNext(context, pagers);
}

/** The volatile memory is lost, and with it the reports. */
export function forgetReports(charger: Charger): void {
  keep(charger, []);
}

function keep({ v201 }: Charger, reports: PagedReport[]): void {
  if (!v201) return;
  if (reports.length > 0) v201.reports = reports;
  else delete v201.reports;
}
