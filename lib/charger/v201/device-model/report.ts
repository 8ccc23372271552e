// Which variables a report of the device model holds, and how it is cut into messages (OCPP 2.0.1 B07, B08). A report goes on where it
// stood by its place in the model, so no page need be kept.
import type { Charger } from '../../charger';
import type { ComponentRef, VariableRef } from '../../variable-name';
import type { AttributeType, Characteristics } from './definition';
import { type ModelComponent, type ModelVariable, modelOf } from './model';
import { attribute, attributeTypes, hasAttribute, mutabilityOf, variableNumber } from './read';

export const baseReports = ['ConfigurationInventory', 'FullInventory', 'SummaryInventory'] as const;
export type BaseReport = (typeof baseReports)[number];
export const componentCriteria = ['Active', 'Available', 'Enabled', 'Problem'] as const;
export type ComponentCriterion = (typeof componentCriteria)[number];

export interface ComponentVariable {
  component: ComponentRef;
  variable?: VariableRef | undefined;
}

/** What a report is to hold, as it was asked for. */
export type Selection =
  | { base: BaseReport }
  | { criteria?: ComponentCriterion[] | undefined; only?: ComponentVariable[] | undefined };

/** ReportDataType. */
export type ReportData = Record<string, unknown>;

export interface ReportPage {
  data: ReportData[];
  /** Where the next page begins; absent: this was the last. */
  next?: number;
}

/**
 * The next page from a place in the model, as many variables as one NotifyReport may carry; at least one, however large it is.
 * `clock`: the charger's, ISO 8601.
 */
export function reportPage(charger: Charger, selection: Selection, from: number, clock: string): ReportPage {
  const { variables } = modelOf(charger);
  const selects = selector(charger, selection, clock);
  const most = variableNumber(charger, 'DeviceDataCtrlr', 'ItemsPerMessage[NotifyReport]');
  const mostBytes = variableNumber(charger, 'DeviceDataCtrlr', 'BytesPerMessage[NotifyReport]') - overheadBytes;
  const data: ReportData[] = [];
  let bytes = 0;
  for (let at = from; at < variables.length; at++) {
    const one = variables[at];
    if (!one || !selects(one)) continue;
    const entry = reportData(charger, one, clock);
    bytes += JSON.stringify(entry).length + 1;
    if (data.length > 0 && (data.length >= most || bytes > mostBytes)) return { data, next: at };
    data.push(entry);
  }
  return { data };
}

/** The rest of a NotifyReport frame. */
const overheadBytes = 200;

/** Does a report hold anything at all? */
export function isEmpty(charger: Charger, selection: Selection, clock: string): boolean {
  return !modelOf(charger).variables.some(selector(charger, selection, clock));
}

type Selects = (one: ModelVariable) => boolean;

function selector(charger: Charger, selection: Selection, clock: string): Selects {
  if ('base' in selection) return (one) => bases[selection.base](one, charger, clock);
  const { criteria, only } = selection;
  const homes = criteria && new Set(meeting(charger, criteria, clock));
  return (one) => (!homes || homes.has(one.home)) && (!only || only.some((wanted) => matches(one, wanted)));
}

/** GetBaseReport's three kinds (part 2, ReportBaseEnumType). */
const bases: Record<BaseReport, (one: ModelVariable, charger: Charger, clock: string) => boolean> = {
  ConfigurationInventory: (one) =>
    attributeTypes.some((type) => hasAttribute(one, type) && mutabilityOf(one, type) !== 'ReadOnly'),
  FullInventory: () => true,
  SummaryInventory(one, charger, clock) {
    if (one.key === 'AvailabilityState') return true;
    return abnormal.has(one.key) && attribute(charger, one, 'Actual', clock) === 'true';
  },
};

/** Variables that are true while a component is not as it should be. */
const abnormal = new Set(['Problem', 'Tripped', 'Overload', 'Fallback']);

/** Components that meet one of the criteria: what has no such variable counts as active, available and enabled, and as having no problem
 * (B08.FR.07 to B08.FR.10). */
function meeting(charger: Charger, criteria: ComponentCriterion[], clock: string): string[] {
  const { components } = modelOf(charger);
  return components
    .filter((one) => criteria.some((criterion) => meets(charger, one, criterion, clock)))
    .map(({ home }) => home);
}

function meets(charger: Charger, { variables }: ModelComponent, criterion: ComponentCriterion, clock: string): boolean {
  const found = variables.filter(({ variable: { name } }) => name === criterion);
  if (found.length === 0) return criterion !== 'Problem';
  return found.some((one) => attribute(charger, one, 'Actual', clock) === 'true');
}

/** What is left out of a component and variable matches all: instances, EVSEs, connectors, variables (B08.FR.20 to B08.FR.22). */
export function matches(one: ModelVariable, { component, variable }: ComponentVariable): boolean {
  return (
    isNamed(one.component, component) && isPlaced(one, component) && (!variable || isNamed(one.variable, variable))
  );
}

function isNamed(own: VariableRef, wanted: VariableRef): boolean {
  if (!same(own.name, wanted.name)) return false;
  return wanted.instance === undefined || (own.instance !== undefined && same(own.instance, wanted.instance));
}

function isPlaced({ at }: ModelVariable, { evse }: ComponentRef): boolean {
  if (!evse) return true;
  return at.evseId === evse.id && (evse.connectorId === undefined || at.connectorId === evse.connectorId);
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function reportData(charger: Charger, one: ModelVariable, clock: string): ReportData {
  const { component, variable, definition } = one;
  const types = attributeTypes.filter((type) => hasAttribute(one, type));
  return {
    component,
    variable,
    variableAttribute: types.map((type) => attributeData(charger, one, type, clock)),
    variableCharacteristics: characteristicsData(definition.characteristics, definition.monitored ?? false),
  };
}

function attributeData(charger: Charger, one: ModelVariable, type: AttributeType, clock: string) {
  const mutability = mutabilityOf(one, type);
  const { live, constant } = one.definition;
  const most = variableNumber(charger, 'DeviceDataCtrlr', 'ReportingValueSize');
  const value = attribute(charger, one, type, clock) ?? '';
  return {
    type,
    // What may only be written is not told (B07.FR.11).
    ...(mutability === 'WriteOnly' ? {} : { value: value.slice(0, most) }),
    mutability,
    persistent: !live || type !== 'Actual',
    constant: (constant ?? false) && type === 'Actual',
  };
}

function characteristicsData({ values, ...characteristics }: Characteristics, supportsMonitoring: boolean) {
  return {
    ...characteristics,
    ...(values ? { valuesList: values.join(',') } : {}),
    supportsMonitoring,
  };
}
