// GetBaseReport and GetReport (OCPP 2.0.1 B07, B08). What a report holds is the device model's matter, how it is told that of
// `paged-reports.ts`.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Context } from '../../context';
import { bringUpToDate } from '../device-model/physical';
import { isEmpty, reportPage, type Selection } from '../device-model/report';
import { limit } from '../message-limits';
import { mayReport, type Pager, type Pagers, startReport } from '../paged-reports';

/** GetBaseReport (B07). */
export function getBaseReport(
  context: Context,
  { requestId, reportBase }: RequestV201<'GetBaseReport'>,
  pagers: Pagers,
): ResponseV201<'GetReport'> {
  return begin(context, requestId, { base: reportBase }, pagers);
}

/** GetReport (B08): what meets the criteria and is among the components and variables; without either, everything. */
export function getReport(
  context: Context,
  request: RequestV201<'GetReport'>,
  pagers: Pagers,
): ResponseV201<'GetReport'> {
  const { requestId, componentCriteria, componentVariable } = request;
  limit(context.charger, 'GetReport', componentVariable?.length ?? 0, request);
  const selection: Selection = {
    ...(componentCriteria ? { criteria: componentCriteria } : {}),
    ...(componentVariable ? { only: componentVariable } : {}),
  };
  return begin(context, requestId, selection, pagers);
}

function begin(context: Context, requestId: number, selection: Selection, pagers: Pagers): ResponseV201<'GetReport'> {
  const { charger, dialect } = context;
  bringUpToDate(charger, context.now);
  // B08.FR.15, B07.FR.13
  if (isEmpty(charger, selection, dialect.timestamp(context))) return { status: 'EmptyResultSet' };
  if (!mayReport(charger)) return { status: 'Rejected', statusInfo: { reasonCode: 'Busy' } };
  startReport(context, { action: 'NotifyReport', requestId, selection }, pagers);
  return { status: 'Accepted' };
}

/** One NotifyReport. */
export const variablePages: Pager = (charger, { selection, at }, clock) => {
  const { data, next } = reportPage(charger, selection as Selection, at, clock);
  return {
    ...(data.length > 0 ? { payload: { reportData: data } } : { payload: {} }),
    ...(next === undefined ? {} : { next }),
  };
};
