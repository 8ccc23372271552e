// How people and programs name a variable of the device model of OCPP 2.x in one text: `OCPPCommCtrlr.HeartbeatInterval`,
// `EVSE(1).Power`, `Connector(1,2).Problem`, `OCPPCommCtrlr.MessageAttempts[TransactionEvent]`; an attribute other than Actual follows
// after `#`. Which variables there are is not said here.

/** ComponentType and VariableType of messages. */
export interface ComponentRef {
  name: string;
  instance?: string | undefined;
  evse?: { id: number; connectorId?: number | undefined } | undefined;
}
export interface VariableRef {
  name: string;
  instance?: string | undefined;
}

export interface Place {
  evseId?: number;
  connectorId?: number;
}

export function evseOf({ evseId, connectorId }: Place): Pick<ComponentRef, 'evse'> {
  if (evseId === undefined) return {};
  return { evse: { id: evseId, ...(connectorId === undefined ? {} : { connectorId }) } };
}

/** As in `EVSE(1)`, `Connector(1,2)`. */
export function placeText({ evseId, connectorId }: Place): string {
  if (evseId === undefined) return '';
  return connectorId === undefined ? `(${evseId})` : `(${evseId},${connectorId})`;
}

/** `MessageAttempts[TransactionEvent]` is the variable MessageAttempts with an instance. */
export function variableOf(key: string): VariableRef {
  const [, name = key, instance] = /^(.+)\[(.+)\]$/.exec(key) ?? [];
  return { name, ...(instance === undefined ? {} : { instance }) };
}

/** As in `MessageAttempts[TransactionEvent]`. */
export function variableText({ name, instance }: VariableRef): string {
  return instance === undefined ? name : `${name}[${instance}]`;
}

/** As in `Connector(1,2)`. */
export function componentText({ evse, ...named }: ComponentRef): string {
  if (!evse) return variableText(named);
  const { id, connectorId } = evse;
  return variableText(named) + placeText({ evseId: id, ...(connectorId === undefined ? {} : { connectorId }) });
}

/** What a text names; `undefined`: it is no such name. */
export function parseName(
  text: string,
): { component: ComponentRef; variable: VariableRef; attribute: string } | undefined {
  const shape = /^([^.()[\]#]+)(?:\[([^\]]+)\])?(?:\((\d+)(?:,(\d+))?\))?\.([^()[\]#]+)(?:\[([^\]]+)\])?(?:#(\w+))?$/;
  const [, component, instance, evseId, connectorId, variable, variableInstance, attribute] = shape.exec(text) ?? [];
  if (component === undefined || variable === undefined) return undefined;
  const at: Place = {
    ...(evseId === undefined ? {} : { evseId: Number(evseId) }),
    ...(connectorId === undefined ? {} : { connectorId: Number(connectorId) }),
  };
  return {
    component: { name: component, ...(instance === undefined ? {} : { instance }), ...evseOf(at) },
    variable: { name: variable, ...(variableInstance === undefined ? {} : { instance: variableInstance }) },
    attribute: attribute ?? 'Actual',
  };
}

/** The name of a variable, whether the charger has it or not. */
export function spell(component: ComponentRef, variable: VariableRef, attribute = 'Actual'): string {
  return `${componentText(component)}.${variableText(variable)}${attribute === 'Actual' ? '' : `#${attribute}`}`;
}
