// BootNotification of 2.0.1 (B01 to B03) and what a fresh registration is followed by. The registration itself is in ../../registration.ts.
import type { Charger } from '../../charger';
import type { RegistrationRules } from '../../registration';
import { bootInfoOf, serialNumberOf } from '../../specs';
import { variableNumber } from '../device-model/read';
import { v201 } from '../places';
import type { BootReason } from './state';

/** BootNotificationRequest; `reason`: why it is sent, if not as the charger has booted. */
export function bootPayload(charger: Charger, reason?: BootReason): Record<string, unknown> {
  const { vendor, model, firmwareVersion, iccid, imsi } = bootInfoOf(charger);
  const modem = { ...(iccid === undefined ? {} : { iccid }), ...(imsi === undefined ? {} : { imsi }) };
  return {
    reason: reason ?? v201(charger).bootReason ?? 'PowerUp',
    chargingStation: {
      model,
      vendorName: vendor,
      serialNumber: serialNumberOf(charger),
      ...(firmwareVersion === undefined ? {} : { firmwareVersion }),
      ...(Object.keys(modem).length > 0 ? { modem } : {}),
    },
  };
}

/** Without what the blocks do when they are accepted or reconnected: the dialect adds that. */
export const bootRules: Omit<RegistrationRules, 'accepted' | 'reconnected' | 'adoptHeartbeat'> = {
  bootPayload: (charger) => bootPayload(charger),
  /** B03.FR.08: but a trigger of the boot. */
  whileRejected(action, payload) {
    const { requestedMessage } = (payload ?? {}) as { requestedMessage?: unknown };
    return action === 'TriggerMessage' && requestedMessage === 'BootNotification' ? 'taken' : 'refused';
  },
  heartbeatSeconds: (charger) => variableNumber(charger, 'OCPPCommCtrlr', 'HeartbeatInterval'),
};
