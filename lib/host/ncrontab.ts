// Schedules as Azure Functions takes them: six fields, seconds first. Only whether a text is one; when it is due is Azure's matter.

interface Field {
  least: number;
  most: number;
  names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Second, minute, hour, day, month, day of the week. */
const fields: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
];

/** A value, a range or all of them, each with a step perhaps: `5`, `mon-fri`, `0-30/10`, `*`, `*\/5`. */
const item = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/;

/** Whether the Functions host takes it. One that it does not take costs the function that has it, without a word to anybody. */
export function isSchedule(text: string): boolean {
  const given = text.split(' ');
  return given.length === fields.length && fields.every((field, at) => fits(given[at] ?? '', field));
}

function fits(text: string, field: Field): boolean {
  return text.split(',').every((part) => {
    const [whole, from, to, step] = item.exec(part) ?? [];
    if (whole === undefined || (step !== undefined && Number(step) < 1)) return false;
    if (from === undefined) return true;
    const first = numberOf(from, field);
    const last = to === undefined ? first : numberOf(to, field);
    return first !== undefined && last !== undefined && first <= last;
  });
}

function numberOf(text: string, { least, most, names = [] }: Field): number | undefined {
  const named = names.indexOf(text.slice(0, 3).toLowerCase());
  const isName = named >= 0 && /^[a-z]+$/i.test(text);
  const value = isName ? named + least : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
