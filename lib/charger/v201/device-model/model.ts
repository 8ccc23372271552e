// The device model of a charger: every variable of every component it has, in the order of reports, and how one is found by the names of a
// message. Built once for each kind of hardware; values are read in `read.ts`.
import type { Charger } from '../../charger';
import type { EvseSpec } from '../../hardware/models';
import { specsOf } from '../../specs';
import {
  type ComponentRef,
  componentText,
  evseOf,
  placeText,
  type VariableRef,
  variableOf,
  variableText,
} from '../../variable-name';
import { communication } from './communication';
import type { Location, VariableDefinition } from './definition';
import { connectorComponents, evseComponents, stationComponents, type Variables } from './physical';
import { sessions } from './sessions';

/** Controllers: every charger has the same. */
export const controllers = { ...communication, ...sessions };

export type Controllers = typeof controllers;
export type ControllerName = keyof Controllers;

/** One variable of the model of a charger. */
export interface ModelVariable {
  component: ComponentRef;
  variable: VariableRef;
  definition: VariableDefinition;
  at: Location;
  /** Where its value is kept in the document: `EVSE(1)`, then `Power` or `MessageAttempts[TransactionEvent]`. */
  home: string;
  key: string;
}

export interface ModelComponent {
  component: ComponentRef;
  home: string;
  variables: ModelVariable[];
}

export interface DeviceModel {
  components: ModelComponent[];
  /** Of all components, in order. */
  variables: ModelVariable[];
  /** By the names of messages, in lower case. */
  byComponent: Map<string, Map<string, ModelVariable>>;
  /** By `home` and `key`. */
  byHome: Map<string, Map<string, ModelVariable>>;
}

const models = new WeakMap<EvseSpec[], DeviceModel>();

/** The model of a charger's hardware. Chargers of one shipped model share it. */
export function modelOf(charger: Charger): DeviceModel {
  const specs = specsOf(charger);
  const known = models.get(specs);
  if (known) return known;
  const model = build(specs);
  models.set(specs, model);
  return model;
}

function build(specs: EvseSpec[]): DeviceModel {
  const components = [...gather(stationComponents, {}), ...specs.flatMap(ofEvse), ...gather(controllers, {})];
  const byComponent = new Map(
    components.map(({ component, variables }) => [lowerCase(componentText(component)), index(variables)]),
  );
  const byHome = new Map(
    components.map(({ home, variables }) => [home, new Map(variables.map((one) => [one.key, one]))]),
  );
  return { components, variables: components.flatMap(({ variables }) => variables), byComponent, byHome };
}

function ofEvse(spec: EvseSpec): ModelComponent[] {
  const connectors = spec.connectors.flatMap((connector) =>
    gather(connectorComponents(spec, connector), { evseId: spec.id, connectorId: connector.id }),
  );
  return [...gather(evseComponents(spec), { evseId: spec.id }), ...connectors];
}

function gather(tables: Record<string, Variables>, at: Location): ModelComponent[] {
  return Object.entries(tables).map(([name, table]) => {
    const component = { name, ...evseOf(at) };
    const home = name + placeText(at);
    const variables = Object.entries(table).map(
      ([key, definition]): ModelVariable => ({ component, variable: variableOf(key), definition, at, home, key }),
    );
    return { component, home, variables };
  });
}

function index(variables: ModelVariable[]): Map<string, ModelVariable> {
  return new Map(variables.map((one) => [lowerCase(variableText(one.variable)), one]));
}

/** Names and instances are compared without regard to case (part 2, identifierString). */
const lowerCase = (text: string) => text.toLowerCase();

export type Found =
  | { status: 'Accepted'; found: ModelVariable }
  | { status: 'UnknownComponent' }
  | { status: 'UnknownVariable' };

/** The variable that a message names, exactly: a component of an EVSE needs its EVSE (B05.FR.04, B05.FR.05, B06.FR.06, B06.FR.07). */
export function find(charger: Charger, component: ComponentRef, variable: VariableRef): Found {
  const variables = modelOf(charger).byComponent.get(lowerCase(componentText(component)));
  if (!variables) return { status: 'UnknownComponent' };
  const found = variables.get(lowerCase(variableText(variable)));
  return found ? { status: 'Accepted', found } : { status: 'UnknownVariable' };
}

/** How people name it; see variable-name.ts. */
export function nameOf({ home, key }: ModelVariable): string {
  return `${home}.${key}`;
}
