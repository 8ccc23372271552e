// Changing variables of the device model, by the CSMS (OCPP 2.0.1 B05) and from within. Only what differs from the tables is kept. What a
// person may set besides is in `on-device.ts`.
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import { type Context, note, touch } from '../../context';
import { parseName, spell } from '../../variable-name';
import { wrongWith } from './check';
import { type AttributeType, standardValue } from './definition';
import type { Effects } from './effects';
import { find, type ModelVariable } from './model';
import { attribute, hasAttribute, mutabilityOf } from './read';

/** CiString: what SetVariables can carry (part 2, SetVariableDataType), and a limit for the document's sake. */
const valueMost = 1000;

export type SetVariableData = RequestV201<'SetVariables'>['setVariableData'][number];
type SetVariableResult = ResponseV201<'SetVariables'>['setVariableResult'][number];

/** One element of SetVariables, each answered for itself (B05). */
export function setVariable(context: Context, data: SetVariableData, effects: Effects): SetVariableResult {
  const { component, variable } = data;
  const type = data.attributeType ?? 'Actual';
  const asked = { component, variable, attributeType: type };
  const search = find(context.charger, component, variable);
  if (search.status !== 'Accepted') return { attributeStatus: search.status, ...asked };
  const { found } = search;
  if (!hasAttribute(found, type)) return { attributeStatus: 'NotSupportedAttributeType', ...asked };
  const why = whyNot(context, found, type, data.attributeValue);
  if (why) {
    note(context, 'warn', `SetVariables of ${spell(component, variable, type)} rejected: ${why.additionalInfo}`);
    return { attributeStatus: 'Rejected', attributeStatusInfo: why, ...asked };
  }
  const changed = put(context, found, type, data.attributeValue, effects);
  return { attributeStatus: found.definition.reboot && changed ? 'RebootRequired' : 'Accepted', ...asked };
}

/** StatusInfoType with reason codes of part 2 appendices §5; never with the value, which may be a secret. */
interface StatusInfo {
  reasonCode: string;
  additionalInfo: string;
}

/** StatusInfoType.additionalInfo. */
const infoMost = 512;

function whyNot(context: Context, one: ModelVariable, type: AttributeType, value: string): StatusInfo | undefined {
  if (mutabilityOf(one, type) === 'ReadOnly') return { reasonCode: 'ReadOnly', additionalInfo: 'it is read-only' };
  const wrong = wrongValue(context.charger, one, type, value);
  if (wrong) return { reasonCode: 'InvalidValue', additionalInfo: wrong.slice(0, infoMost) };
  const forbidden = one.definition.forbids?.(value, context);
  return forbidden === undefined ? undefined : { reasonCode: 'InvalidValue', additionalInfo: forbidden };
}

/** What is wrong with a value, whoever gives it. */
export function wrongValue(charger: Charger, one: ModelVariable, type: AttributeType, value: string) {
  const { definition } = one;
  if (value.length > valueMost) return `must have at most ${valueMost} characters`;
  const wrong = wrongWith(value, definition.characteristics);
  return wrong ?? (type === 'Actual' ? definition.check?.(value, charger) : outOfOrder(charger, one, type, value));
}

/** MinSet, Target and MaxSet stay in this order. */
function outOfOrder(charger: Charger, one: ModelVariable, type: AttributeType, value: string): string | undefined {
  const order = (['MinSet', 'Target', 'MaxSet'] as const).filter((other) => hasAttribute(one, other));
  const values = order.map((other) => Number(other === type ? value : attribute(charger, one, other, '')));
  const wrong = values.some((number, at) => number < (values[at - 1] ?? -Infinity));
  return wrong ? `must leave ${order.join(', ')} in ascending order` : undefined;
}

/** Takes a value and does what follows; true if it is another one now. */
export function put(
  context: Context,
  one: ModelVariable,
  type: AttributeType,
  value: string,
  effects: Effects,
): boolean {
  const changed = store(context.charger, one, type, value);
  const { effect } = one.definition;
  if (effect) effects[effect](context);
  touch(context);
  return changed;
}

/** Takes a value, without what follows; true if it is another one now. */
export function store(charger: Charger, one: ModelVariable, type: AttributeType, value: string): boolean {
  const { definition, home, at } = one;
  if (type === 'Actual' && definition.write) {
    definition.write(charger, value);
    return true;
  }
  const key = type === 'Actual' ? one.key : `${one.key}#${type}`;
  const standard = type === 'Actual' ? standardValue(definition, charger, at) : (definition.more?.[type] ?? '');
  const variables = charger.v201?.variables ?? {};
  const before = variables[home]?.[key] ?? standard;
  if (value === standard) forget(variables, home, key);
  else variables[home] = { ...variables[home], [key]: value };
  return value !== before;
}

function forget(variables: Record<string, Record<string, string>>, home: string, key: string): void {
  const { [key]: _, ...rest } = variables[home] ?? {};
  if (Object.keys(rest).length > 0) variables[home] = rest;
  else delete variables[home];
}

/** Changes a variable of a controller from within, without its effect; limits are the caller's to keep. */
export function keepVariable(charger: Charger, component: string, key: string, value: string): void {
  const parsed = parseName(`${component}.${key}`);
  const search = parsed && find(charger, parsed.component, parsed.variable);
  if (search?.status !== 'Accepted') throw new Error(`no variable ${component}.${key}`);
  store(charger, search.found, 'Actual', value);
}
