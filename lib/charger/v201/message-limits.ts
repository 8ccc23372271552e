// How much one request may ask for (OCPP 2.0.1 part 2, ItemsPerMessage and BytesPerMessage): what is beyond is answered with a CALLERROR.
import type { Charger } from '../charger';
import { CallRefused } from '../dialect';
import { variableNumber } from './device-model/read';

type Limited = 'GetReport' | 'GetVariables' | 'SetVariables' | 'SetVariableMonitoring' | 'ClearVariableMonitoring';

/** @throws CallRefused for a request with too many items or bytes (B05.FR.12, B06.FR.16, B06.FR.17, B08.FR.17, B08.FR.18, N04.FR.09) */
export function limit(charger: Charger, message: Limited, items: number, payload: unknown): void {
  const most = limitOf(charger, message, 'ItemsPerMessage');
  if (items > most) {
    throw new CallRefused('occurrenceConstraintViolation', `${message} takes at most ${most} items, this has ${items}`);
  }
  const mostBytes = limitOf(charger, message, 'BytesPerMessage');
  const bytes = JSON.stringify(payload).length;
  if (bytes > mostBytes) {
    throw new CallRefused('formatViolation', `${message} takes at most ${mostBytes} bytes, this has ${bytes}`);
  }
}

function limitOf(charger: Charger, message: Limited, kind: 'ItemsPerMessage' | 'BytesPerMessage'): number {
  if (message === 'SetVariableMonitoring' || message === 'ClearVariableMonitoring') {
    return variableNumber(charger, 'MonitoringCtrlr', `${kind}[${message}]`);
  }
  return variableNumber(charger, 'DeviceDataCtrlr', `${kind}[${message}]`);
}
