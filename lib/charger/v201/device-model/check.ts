// Whether a text is a value that a variable may take: type, limits and lists of its characteristics (OCPP 2.0.1 part 2,
// VariableCharacteristicsType). What a single variable asks for beyond is in its definition.
import type { Characteristics, DataType } from './definition';

type Check = (value: string, characteristics: Characteristics) => string | undefined;

/** What is wrong with a value, to be read after the name of its variable; `undefined`: nothing. */
export function wrongWith(value: string, characteristics: Characteristics): string | undefined {
  return checks[characteristics.dataType](value, characteristics);
}

const wholeNumber = /^-?\d{1,15}$/;
const decimalNumber = /^-?\d{1,15}(\.\d{1,15})?$/;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const checks: Record<DataType, Check> = {
  boolean: (value) => (value === 'true' || value === 'false' ? undefined : 'must be true or false'),
  integer: (value, limits) =>
    wholeNumber.test(value) ? outside(value, limits) : `must be a whole number${span(limits)}`,
  decimal: (value, limits) => (decimalNumber.test(value) ? outside(value, limits) : `must be a number${span(limits)}`),
  dateTime: (value) =>
    timestamp.test(value) && !Number.isNaN(Date.parse(value))
      ? undefined
      : 'must be a date and time such as 2024-05-17T09:30:00Z',
  string: tooLong,
  OptionList: (value, { values }) =>
    !values || values.includes(value) ? undefined : `must be one of ${values.join(', ')}`,
  MemberList: list,
  SequenceList: list,
};

function outside(value: string, limits: Characteristics): string | undefined {
  const { minLimit = -Infinity, maxLimit = Infinity } = limits;
  const number = Number(value);
  return number >= minLimit && number <= maxLimit ? undefined : `must be a number${span(limits)}`;
}

function span({ minLimit, maxLimit }: Characteristics): string {
  return `${minLimit === undefined ? '' : ` from ${minLimit}`}${maxLimit === undefined ? '' : ` up to ${maxLimit}`}`;
}

function tooLong(value: string, { maxLimit = Infinity }: Characteristics): string | undefined {
  return value.length <= maxLimit ? undefined : `must have at most ${maxLimit} characters`;
}

function list(value: string, characteristics: Characteristics): string | undefined {
  const items = splitList(value);
  const { values } = characteristics;
  const unknown = values ? items.filter((item) => !values.includes(item)) : [];
  if (unknown.length > 0) return `has ${unknown.join(', ')}, which is none of ${values?.join(', ')}`;
  if (new Set(items).size < items.length) return 'must not name anything twice';
  return tooLong(value, characteristics);
}

/** The items of a SequenceList or MemberList: comma-separated. */
export function splitList(value: string): string[] {
  const items = value.split(',').map((item) => item.trim());
  return items.filter((item) => item !== '');
}
