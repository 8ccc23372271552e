// GetMonitoringReport and NotifyMonitoringReport (OCPP 2.0.1 N02).
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import type { Context } from '../../context';
import { type ModelVariable, modelOf } from '../device-model/model';
import { type ComponentVariable, matches } from '../device-model/report';
import { limit } from '../message-limits';
import { mayReport, type Pager, type Pagers, startReport } from '../paged-reports';
import { type ActiveMonitor, activeMonitors, type MonitorType } from './monitor';

export type MonitoringCriterion = 'ThresholdMonitoring' | 'DeltaMonitoring' | 'PeriodicMonitoring';

/** N02.FR.12 to N02.FR.14 */
const criterionOf: Record<MonitorType, MonitoringCriterion> = {
  UpperThreshold: 'ThresholdMonitoring',
  LowerThreshold: 'ThresholdMonitoring',
  Delta: 'DeltaMonitoring',
  Periodic: 'PeriodicMonitoring',
  PeriodicClockAligned: 'PeriodicMonitoring',
};

interface Selection {
  criteria?: MonitoringCriterion[] | undefined;
  only?: ComponentVariable[] | undefined;
}

type GetMonitoringReport = RequestV201<'GetMonitoringReport'>;

/** GetMonitoringReport: the monitors that meet the criteria and are of the variables; without either, all. */
export function getMonitoringReport(
  context: Context,
  request: GetMonitoringReport,
  pagers: Pagers,
): ResponseV201<'GetMonitoringReport'> {
  const { charger } = context;
  const { requestId, monitoringCriteria, componentVariable } = request;
  // N02.FR.07
  limit(charger, 'GetReport', componentVariable?.length ?? 0, request);
  const selection: Selection = {
    ...(monitoringCriteria ? { criteria: monitoringCriteria } : {}),
    ...(componentVariable ? { only: componentVariable } : {}),
  };
  if (groups(charger, selection).length === 0) return { status: 'EmptyResultSet' };
  if (!mayReport(charger)) return { status: 'Rejected' };
  startReport(context, { action: 'NotifyMonitoringReport', requestId, selection }, pagers);
  return { status: 'Accepted' };
}

interface Group {
  one: ModelVariable;
  monitors: ActiveMonitor[];
}

/** Monitors by their variable, in the order of the model. */
function groups(charger: Charger, { criteria, only }: Selection): Group[] {
  const chosen = activeMonitors(charger).filter(({ type }) => !criteria || criteria.includes(criterionOf[type]));
  return modelOf(charger).variables.flatMap((one) => {
    if (only && !only.some((wanted) => matches(one, wanted))) return [];
    const monitors = chosen.filter(({ home, key }) => home === one.home && key === one.key);
    return monitors.length > 0 ? [{ one, monitors }] : [];
  });
}

/** Variables with their monitors in one message. */
const perPage = 20;

/** One NotifyMonitoringReport. `at` counts variables that have monitors. */
export const monitorPages: Pager = (charger, { selection, at }) => {
  const all = groups(charger, selection as Selection);
  const monitor = all.slice(at, at + perPage).map(({ one, monitors }) => ({
    component: one.component,
    variable: one.variable,
    variableMonitoring: monitors.map(({ id, type, value, severity, transaction = false }) => ({
      id,
      transaction,
      value,
      type,
      severity,
    })),
  }));
  return {
    payload: monitor.length > 0 ? { monitor } : {},
    ...(at + perPage < all.length ? { next: at + perPage } : {}),
  };
};
