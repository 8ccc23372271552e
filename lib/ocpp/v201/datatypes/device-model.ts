// How messages name parts of the device model: EVSE, component, variable, attribute (OCPP 2.0.1 part 1, §4). Which there are is not said here.
import { z } from 'zod';
import { integer, text } from '../../fields';
import { object } from './custom-data';

export const evse = object({
  id: integer,
  connectorId: integer.optional(),
});

export const component = object({
  evse: evse.optional(),
  name: text(50),
  instance: text(50).optional(),
});

export const variable = object({
  name: text(50),
  instance: text(50).optional(),
});

export const componentVariable = object({
  component: component,
  variable: variable.optional(),
});

export const attributeEnum = z.enum(['Actual', 'Target', 'MinSet', 'MaxSet']);
