// Block B, Provisioning, as a value.
import { armHeartbeat, bootAnswered, bootFailed, isAccepted, queueBoot } from '../../registration';
import { profileOf } from '../../security';
import { raiseSecurityEvent } from '../../security-events';
import type { Block } from '../block';
import { variableNumber } from '../device-model/read';
import { effectsOf } from '../effects';
import { filledReport, forgetReports, reportAnswered, reportFailed } from '../paged-reports';
import { pagers } from '../pagers';
import { v201 } from '../places';
import { maskVariables } from '../secrets';
import { bootPayload } from './boot';
import { beginWithFirst, connectionFailed, connectionWorks, setNetworkProfile } from './network-profiles';
import { getBaseReport, getReport } from './reports';
import { proceedWithReset, reset, resetPatienceOver } from './reset';
import { maskNetworkProfile } from './secrets';
import { getVariables, setVariables } from './variables';

export const provisioning: Block = {
  name: 'B Provisioning',
  handlers: {
    GetBaseReport: (context, request) => getBaseReport(context, request, pagers),
    GetReport: (context, request) => getReport(context, request, pagers),
    GetVariables: getVariables,
    Reset: reset,
    SetNetworkProfile: setNetworkProfile,
    SetVariables: (context, request) => setVariables(context, request, effectsOf()),
  },
  answers: {
    BootNotification: (context, _call, answer) => bootAnswered(context, answer),
    NotifyReport: (context, call) => reportAnswered(context, call, pagers),
  },
  failures: {
    BootNotification: bootFailed,
    NotifyReport: (context, call) => reportFailed(context, call, pagers),
  },
  fill: {
    BootNotification: ({ charger }) => bootPayload(charger),
    NotifyReport: filledReport({ action: 'NotifyReport', selection: { base: 'SummaryInventory' } }, pagers),
  },
  triggers: {
    /** F06.FR.17: not once the CSMS has accepted the station. */
    BootNotification(context) {
      if (isAccepted(context.charger)) return 'Rejected';
      queueBoot(context, bootPayload(context.charger, 'Triggered'));
      return 'Accepted';
    },
  },
  masks: {
    SetNetworkProfile: maskNetworkProfile,
    SetVariables: (payload) => maskVariables(payload, 'setVariableData'),
  },
  timers: { resetPatience: resetPatienceOver },
  effects: {
    heartbeat: armHeartbeat,
    ping({ charger, effects }) {
      const intervalSeconds = variableNumber(charger, 'OCPPCommCtrlr', 'WebSocketPingInterval');
      if (charger.link.state === 'up') effects.push({ kind: 'ping', intervalSeconds });
    },
    /** A01.FR.11: a connection with the new password replaces the present one. */
    credentials(context) {
      raiseSecurityEvent(context, 'ReconfigurationOfSecurityParameters', 'BasicAuthPassword was changed');
      const profile = profileOf(context.charger);
      if (profile === 1 || profile === 2) context.relink = 'the password for Basic authentication was changed';
    },
  },
  moments: {
    connectionWorks,
    connectionFailed,
    loseVolatile({ charger }) {
      delete v201(charger).reset;
      forgetReports(charger);
    },
    startedUp: beginWithFirst,
    powerOff({ charger }) {
      delete v201(charger).bootReason;
    },
    reconcile: proceedWithReset,
  },
};
