// What a variable of the device model is (OCPP 2.0.1 part 1 §4): characteristics, attributes, value and what follows from a change. Which
// variables there are is in the tables beside this file.
import type { Charger } from '../../charger';
import type { Context } from '../../context';
import type { Place } from '../../variable-name';
import type { Effect } from './effects';

export type AttributeType = 'Actual' | 'Target' | 'MinSet' | 'MaxSet';
export type Mutability = 'ReadOnly' | 'WriteOnly' | 'ReadWrite';

export type DataType =
  | 'string'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'boolean'
  | 'OptionList'
  | 'SequenceList'
  | 'MemberList';

/** VariableCharacteristicsType without what the variable adds. */
export interface Characteristics {
  dataType: DataType;
  unit?: string;
  minLimit?: number;
  /** The most a number may be; the most characters of a text or a list (part 2, VariableCharacteristicsType). */
  maxLimit?: number;
  values?: readonly string[];
}

/** Where in the hardware a component is. */
export type Location = Place;

/** Text of a value, or how it is read from the state of the charger. */
export type Value = string | ((charger: Charger, at: Location) => string);

export interface VariableDefinition {
  characteristics: Characteristics;
  mutability: Mutability;
  /** The default. */
  value: Value;
  /** Read from the state whenever it is asked for; nothing is kept among the values of the variables. */
  live?: true;
  /** The same for the whole life of the charger. */
  constant?: true;
  monitored?: true;
  /** Changes by itself as time passes. */
  drifts?: true;
  /** What is wrong with a new value beyond its characteristics; `undefined`: nothing. */
  check?: (value: string, charger: Charger) => string | undefined;
  /** What forbids the change over OCPP, though it may be made on the device; for the log, without the value. */
  forbids?: (value: string, context: Context) => string | undefined;
  /** Where the value is kept, if not among the values of the variables. */
  write?: (charger: Charger, value: string) => void;
  /** What is to be done about a change at once. */
  effect?: Effect;
  /** A change comes into effect with the next start. */
  reboot?: true;
  /** Why a new charger cannot be given it as a preset, and what to give instead. */
  noPreset?: string;
  /** Attributes besides Actual, with their defaults; empty: none has been set. All of them may be written. */
  more?: Partial<Record<Exclude<AttributeType, 'Actual'>, string>>;
}

type Extras = Omit<Partial<VariableDefinition>, 'characteristics' | 'mutability' | 'value'>;

export const readOnly = (characteristics: Characteristics, value: Value, extras: Extras = {}): VariableDefinition => ({
  characteristics,
  mutability: 'ReadOnly',
  value,
  ...extras,
});

export const writable = (characteristics: Characteristics, value: Value, extras: Extras = {}): VariableDefinition => ({
  characteristics,
  mutability: 'ReadWrite',
  value,
  ...extras,
});

/** Read from the state of the charger. */
export const live = (characteristics: Characteristics, value: Value, extras: Extras = {}): VariableDefinition =>
  readOnly(characteristics, value, { live: true, ...extras });

export const boolean: Characteristics = { dataType: 'boolean' };
export const dateTime: Characteristics = { dataType: 'dateTime' };
export const integer = (minLimit = 0, maxLimit = 2_147_483_647, unit?: string): Characteristics => ({
  dataType: 'integer',
  ...(unit === undefined ? {} : { unit }),
  minLimit,
  maxLimit,
});
export const seconds = (minLimit: number, maxLimit: number) => integer(minLimit, maxLimit, 's');
export const decimal = (unit: string, minLimit?: number, maxLimit?: number): Characteristics => ({
  dataType: 'decimal',
  unit,
  ...(minLimit === undefined ? {} : { minLimit }),
  ...(maxLimit === undefined ? {} : { maxLimit }),
});
export const text = (maxLimit: number): Characteristics => ({ dataType: 'string', maxLimit });
export const option = (...values: string[]): Characteristics => ({ dataType: 'OptionList', values });
export const members = (values: readonly string[], maxLimit?: number): Characteristics => ({
  dataType: 'MemberList',
  values,
  ...(maxLimit === undefined ? {} : { maxLimit }),
});
export const sequence = (...values: string[]): Characteristics => ({ dataType: 'SequenceList', values });

/** The value where none of its own is kept. */
export function standardValue({ value }: VariableDefinition, charger: Charger, at: Location): string {
  return typeof value === 'string' ? value : value(charger, at);
}
