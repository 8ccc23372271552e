// How much one request may ask for (OCPP 2.0.1 part 2, ItemsPerMessage and BytesPerMessage): what is beyond is answered with a CALLERROR.
import type { Charger } from '../charger';
import { CallRefused } from '../dialect';
import type { ControllerName, Controllers } from './device-model/model';
import { variableNumber } from './device-model/read';

type Kind = 'ItemsPerMessage' | 'BytesPerMessage';

/** Where the two limits of each message stand. */
const limits = {
  GetReport: ofController('DeviceDataCtrlr', 'GetReport'),
  GetVariables: ofController('DeviceDataCtrlr', 'GetVariables'),
  SetVariables: ofController('DeviceDataCtrlr', 'SetVariables'),
  SetVariableMonitoring: ofController('MonitoringCtrlr', 'SetVariableMonitoring'),
  ClearVariableMonitoring: ofController('MonitoringCtrlr', 'ClearVariableMonitoring'),
  SendLocalList: (charger: Charger, kind: Kind) => variableNumber(charger, 'LocalAuthListCtrlr', kind),
};

type Limited = keyof typeof limits;

/** @throws CallRefused for a request with too many items or bytes (B05.FR.12, B06.FR.16, B06.FR.17, B08.FR.17, B08.FR.18, N04.FR.09, D01.FR.11) */
export function limit(charger: Charger, message: Limited, items: number, payload: unknown): void {
  const most = limits[message](charger, 'ItemsPerMessage');
  if (items > most) {
    throw new CallRefused('occurrenceConstraintViolation', `${message} takes at most ${most} items, this has ${items}`);
  }
  const mostBytes = limits[message](charger, 'BytesPerMessage');
  const bytes = JSON.stringify(payload).length;
  if (bytes > mostBytes) {
    throw new CallRefused('formatViolation', `${message} takes at most ${mostBytes} bytes, this has ${bytes}`);
  }
}

function ofController<C extends ControllerName>(component: C, message: string) {
  return (charger: Charger, kind: Kind) =>
    variableNumber(charger, component, `${kind}[${message}]` as keyof Controllers[C] & string);
}
