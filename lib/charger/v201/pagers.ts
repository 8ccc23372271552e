// How each kind of report is cut into messages: a table, so that reports of different blocks share one line (see paged-reports.ts).
import { variablePages } from './b-provisioning/reports';
import { profilePages } from './k-smart-charging/requests';
import { customerPages } from './n-diagnostics/customer-information';
import { monitorPages } from './n-diagnostics/monitoring-report';
import { displayMessagePages } from './o-display-message/messages';
import type { Pagers } from './paged-reports';

export const pagers: Pagers = {
  NotifyReport: variablePages,
  NotifyMonitoringReport: monitorPages,
  NotifyDisplayMessages: displayMessagePages,
  NotifyCustomerInformation: customerPages,
  ReportChargingProfiles: profilePages,
};
