// Reading variables of the device model: by name on the path of every message, and with attributes and status for the CSMS
// (OCPP 2.0.1 B06).
import type { RequestV201, ResponseV201 } from '../../../ocpp/v201/messages';
import type { Charger } from '../../charger';
import type { ConfigurationEntry } from '../../views';
import { splitList } from './check';
import { type AttributeType, standardValue, type VariableDefinition } from './definition';
import { type ControllerName, type Controllers, controllers, find, type ModelVariable, modelOf, nameOf } from './model';

type NameIn<C extends ControllerName> = keyof Controllers[C] & string;

/** The value of a controller's variable as text; an instance goes with the name: `MessageAttempts[TransactionEvent]`. */
export function variable<C extends ControllerName>(charger: Charger, component: C, name: NameIn<C>): string {
  const own = charger.v201?.variables[component]?.[name];
  if (own !== undefined) return own;
  const table: Record<string, VariableDefinition> = controllers[component];
  const definition = table[name];
  if (!definition) throw new Error(`no variable ${component}.${name}`);
  return standardValue(definition, charger, {});
}

export function variableIsTrue<C extends ControllerName>(charger: Charger, component: C, name: NameIn<C>): boolean {
  return variable(charger, component, name) === 'true';
}

export function variableNumber<C extends ControllerName>(charger: Charger, component: C, name: NameIn<C>): number {
  return Number(variable(charger, component, name));
}

export function variableList<C extends ControllerName>(charger: Charger, component: C, name: NameIn<C>): string[] {
  return splitList(variable(charger, component, name));
}

/** The value of any variable's attribute, whoever may read it; `undefined`: it has no such attribute. `clock`: the charger's, ISO 8601. */
export function attribute(
  charger: Charger,
  one: ModelVariable,
  type: AttributeType,
  clock: string,
): string | undefined {
  if (!hasAttribute(one, type)) return undefined;
  const { definition, home, key, at } = one;
  const own = charger.v201?.variables[home]?.[type === 'Actual' ? key : `${key}#${type}`];
  if (own !== undefined) return own;
  if (type !== 'Actual') return definition.more?.[type] ?? '';
  return home === 'ClockCtrlr' && key === 'DateTime' ? clock : standardValue(definition, charger, at);
}

export function hasAttribute({ definition }: ModelVariable, type: AttributeType): boolean {
  return type === 'Actual' || definition.more?.[type] !== undefined;
}

export const attributeTypes: readonly AttributeType[] = ['Actual', 'Target', 'MinSet', 'MaxSet'];

/** What may be done with an attribute: those besides Actual are there to be set. */
export function mutabilityOf({ definition }: ModelVariable, type: AttributeType): VariableDefinition['mutability'] {
  return type === 'Actual' ? definition.mutability : 'ReadWrite';
}

/** Every variable by its name, with its present value, for people. `clock`: the charger's, ISO 8601. */
export function listVariables(charger: Charger, clock: string): ConfigurationEntry[] {
  return modelOf(charger).variables.flatMap((one) =>
    attributeTypes.flatMap((type) => {
      const value = attribute(charger, one, type, clock);
      if (value === undefined) return [];
      const mutability = mutabilityOf(one, type);
      const key = type === 'Actual' ? nameOf(one) : `${nameOf(one)}#${type}`;
      return {
        key,
        ...(mutability === 'WriteOnly' ? {} : { value }),
        readonly: mutability === 'ReadOnly',
        ...characteristicsOf(one),
      };
    }),
  );
}

function characteristicsOf({ definition }: ModelVariable): Partial<ConfigurationEntry> {
  const { values, ...characteristics } = definition.characteristics;
  return {
    ...characteristics,
    ...(values ? { valuesList: values } : {}),
    ...(definition.reboot ? { rebootRequired: true } : {}),
  };
}

export type GetVariableData = RequestV201<'GetVariables'>['getVariableData'][number];
type GetVariableResult = ResponseV201<'GetVariables'>['getVariableResult'][number];

/** One element of GetVariables, each answered for itself (B06). */
export function getVariable(charger: Charger, data: GetVariableData, clock: string): GetVariableResult {
  const { component, variable: named } = data;
  const type = data.attributeType ?? 'Actual';
  const asked = { component, variable: named, attributeType: type };
  const search = find(charger, component, named);
  if (search.status !== 'Accepted') return { attributeStatus: search.status, ...asked };
  const value = attribute(charger, search.found, type, clock);
  if (value === undefined) return { attributeStatus: 'NotSupportedAttributeType', ...asked };
  // B06.FR.09: what may only be written is not read.
  if (mutabilityOf(search.found, type) === 'WriteOnly') return { attributeStatus: 'Rejected', ...asked };
  return { attributeStatus: 'Accepted', attributeValue: value, ...asked };
}
