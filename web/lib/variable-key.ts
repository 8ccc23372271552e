// The name of a variable of the device model taken apart: `Connector(1,2).Problem`, `OCPPCommCtrlr.MessageAttempts[TransactionEvent]#Target`.
export interface VariableKey {
  /** With its place in words, where it has one. */
  component: string;
  place?: string;
  variable: string;
  instance?: string;
  /** Actual goes without saying. */
  attribute: string;
}

const shape = /^([^.(]+)(?:\((\d+)(?:,(\d+))?\))?\.([^[#]+)(?:\[(.+)\])?(?:#(\w+))?$/;

/** A key that has another shape is all component. */
export function variableKey(key: string): VariableKey {
  const [whole, component = '', evse, connector, variable = '', instance, attribute = 'Actual'] = shape.exec(key) ?? [];
  if (whole === undefined) return { component: key, variable: '', attribute: 'Actual' };
  const place = evse && (connector ? `EVSE ${evse}, connector ${connector}` : `EVSE ${evse}`);
  return {
    component,
    ...(place ? { place } : {}),
    variable,
    ...(instance === undefined ? {} : { instance }),
    attribute,
  };
}
