// NCRONTAB expressions of timer triggers: six fields (second minute hour day month day-of-week), or five without seconds. UTC.

const ranges = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

/** @throws Error naming the field that is wrong */
export function parseCron(expression: string): Set<number>[] {
  const given = expression.trim().split(/\s+/);
  const fields = given.length === 5 ? ['0', ...given] : given;
  if (fields.length !== 6) throw new Error(`"${expression}" is no NCRONTAB expression of five or six fields`);
  return ranges.map(([low, high], at) => parseField(fields[at] ?? '', low, high, expression));
}

function parseField(field: string, low: number, high: number, expression: string): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (!match) throw new Error(`"${part}" in the schedule "${expression}" is not understood`);
    const [, from, to, step] = match;
    const first = from === undefined ? low : Number(from);
    const last = to !== undefined ? Number(to) : from === undefined || step !== undefined ? high : first;
    if (first < low || last > high) throw new Error(`"${part}" in the schedule "${expression}" is out of range`);
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

/** The first time after `after`, epoch milliseconds. @throws Error when there is none within four years */
export function nextOccurrence(fields: Set<number>[], after: number): number {
  const [seconds, minutes, hours, days, months, weekdays] = fields as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const limit = after + 4 * 366 * 86_400_000;
  let at = Math.floor(after / 1000) * 1000 + 1000;
  while (at < limit) {
    const date = new Date(at);
    const day = days.has(date.getUTCDate()) && months.has(date.getUTCMonth() + 1) && weekdays.has(date.getUTCDay());
    if (!day) at = ceil(at + 1, 86_400_000);
    else if (!hours.has(date.getUTCHours())) at = ceil(at + 1, 3_600_000);
    else if (!minutes.has(date.getUTCMinutes())) at = ceil(at + 1, 60_000);
    else if (!seconds.has(date.getUTCSeconds())) at += 1000;
    else return at;
  }
  throw new Error('the schedule never comes');
}

const ceil = (at: number, step: number) => Math.ceil(at / step) * step;
