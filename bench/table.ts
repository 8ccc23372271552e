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
  const rows = [
    ['', 'ours', 'bare', 'ratio', ''],
    ...lines.map(({ what, unit, ours, bare }) => [
      what,
      number(ours),
      bare === undefined ? '' : number(bare),
      bare === undefined ? '' : `${(ours / bare).toFixed(1)} x`,
      unit,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => format(row, widths)).join('\n');
}

function format(row: string[], widths: number[]): string {
  const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0)));
  return cells.join('  ').trimEnd();
}
