// GetVariables and SetVariables (OCPP 2.0.1 B05, B06). What a variable is and takes is the device model's matter.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Context } from '../../context';
import { setVariable } from '../device-model/change';
import type { Effects } from '../device-model/effects';
import { bringUpToDate } from '../device-model/physical';
import { getVariable } from '../device-model/read';
import { limit } from '../message-limits';

/** GetVariables (B06): every element is answered for itself, in order. */
export function getVariables(context: Context, request: RequestV201<'GetVariables'>): ResponseV201<'GetVariables'> {
  const { charger, dialect } = context;
  const { getVariableData } = request;
  limit(charger, 'GetVariables', getVariableData.length, request);
  bringUpToDate(charger, context.now);
  const clock = dialect.timestamp(context);
  return { getVariableResult: getVariableData.map((data) => getVariable(charger, data, clock)) };
}

/** SetVariables (B05): good elements are taken, bad ones answered for themselves. */
export function setVariables(
  context: Context,
  request: RequestV201<'SetVariables'>,
  effects: Effects,
): ResponseV201<'SetVariables'> {
  const { setVariableData } = request;
  limit(context.charger, 'SetVariables', setVariableData.length, request);
  return { setVariableResult: setVariableData.map((data) => setVariable(context, data, effects)) };
}
