// Numbers as one table of text. What is measured is not here.

export function median(values: number[]): number {
  return percentile(values, 0.5);
}

/** The value below which that share of all lies. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Line {
  what: string;
  unit: string;
  ours: number;
  bare?: number;
}

const number = (value: number) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

/** One line per measurement: ours, bare, and how many times bare ours is. */
export function table(lines: Line[]): string {
  return rows(
    [
      ['', 'ours', 'bare', 'ratio', ''],
      ...lines.map(({ what, unit, ours, bare }) => [
        what,
        number(ours),
        bare === undefined ? '' : number(bare),
        bare === undefined ? '' : `${(ours / bare).toFixed(1)} x`,
        unit,
      ]),
    ],
    4,
  );
}

/** Cells as text in columns: the first to the left, the others to the right, what comes after `columns` as it is. */
export function rows(lines: string[][], columns = Math.max(...lines.map((line) => line.length))): string {
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) => format(line, widths)).join('\n');
}

function format(row: string[], widths: number[]): string {
  const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)));
  return cells.join('  ').trimEnd();
}
