// Block N, Diagnostics, as a value: logs, monitoring of variables, what is known of customers.
import { touch } from '../../context';
import { uploadEnded } from '../../log-upload';
import { statusTaken, statusUntold } from '../../transfer-telling';
import { maskUrlIn } from '../../url-secrets';
import type { Block } from '../block';
import { filledReport, reportAnswered, reportFailed } from '../paged-reports';
import { pagers } from '../pagers';
import { findBay } from '../places';
import { logStatus } from '../transfer-statuses';
import { queueTriggered } from '../triggered';
import { customerInformation } from './customer-information';
import { checkMonitors, eventPayload } from './events';
import { getLog } from './logs';
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
    CustomerInformation: (context, request) => customerInformation(context, request, pagers),
    GetLog: getLog,
    GetMonitoringReport: (context, request) => getMonitoringReport(context, request, pagers),
    SetMonitoringBase: setMonitoringBase,
    SetMonitoringLevel: setMonitoringLevel,
    SetVariableMonitoring: setVariableMonitoring,
  },
  answers: {
    LogStatusNotification: statusTaken,
    NotifyCustomerInformation: (context, call) => reportAnswered(context, call, pagers),
    NotifyMonitoringReport: (context, call) => reportAnswered(context, call, pagers),
  },
  failures: {
    LogStatusNotification: statusUntold,
    NotifyCustomerInformation: (context, call) => reportFailed(context, call, pagers),
    NotifyMonitoringReport: (context, call) => reportFailed(context, call, pagers),
  },
  fill: {
    LogStatusNotification: ({ charger }) => logStatus(charger),
    NotifyCustomerInformation: filledReport(
      { action: 'NotifyCustomerInformation', selection: { text: 'no data found' } },
      pagers,
    ),
    NotifyEvent: eventPayload,
    NotifyMonitoringReport: filledReport({ action: 'NotifyMonitoringReport', selection: {} }, pagers),
  },
  triggers: {
    LogStatusNotification(context) {
      queueTriggered(context, 'LogStatusNotification', logStatus(context.charger));
      return 'Accepted';
    },
  },
  masks: { GetLog: (payload) => maskUrlIn(payload, 'log', 'remoteLocation') },
  tasks: { 'upload/log': uploadEnded('log') },
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
