// Block N, Diagnostics, as a value: monitoring of variables.
import { touch } from '../../context';
import type { Block } from '../block';
import { filledReport, reportAnswered, reportFailed } from '../paged-reports';
import { pagers } from '../pagers';
import { findBay } from '../places';
import { checkMonitors, eventPayload } from './events';
import { getMonitoringReport } from './monitoring-report';
import {
  clearVariableMonitoring,
  setMonitoringBase,
  setMonitoringLevel,
  setVariableMonitoring,
} from './variable-monitoring';

export const diagnostics: Block = {
  name: 'N Diagnostics',
  handlers: {
    ClearVariableMonitoring: clearVariableMonitoring,
    GetMonitoringReport: (context, request) => getMonitoringReport(context, request, pagers),
    SetMonitoringBase: setMonitoringBase,
    SetMonitoringLevel: setMonitoringLevel,
    SetVariableMonitoring: setVariableMonitoring,
  },
  answers: { NotifyMonitoringReport: (context, call) => reportAnswered(context, call, pagers) },
  failures: { NotifyMonitoringReport: (context, call) => reportFailed(context, call, pagers) },
  fill: {
    NotifyEvent: eventPayload,
    NotifyMonitoringReport: filledReport({ action: 'NotifyMonitoringReport', selection: {} }, pagers),
  },
  // What is due is looked at with everything else that may have changed.
  timers: { monitors: touch },
  effects: { monitoring: touch },
  moments: {
    clockChanged: touch,
    reconcile(context) {
      checkMonitors(context, {
        transactionAt: (charger, { evseId }) => findBay(charger, evseId)?.state.transaction?.id,
      });
    },
  },
};
