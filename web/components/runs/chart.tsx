'use client';
// Lines over a common x axis: time, or the words of `ticks`.
import { useMemo } from 'react';
import type uPlot from 'uplot';
import { type Colours, Plot } from '../ui/plot';

export interface ChartLine {
  label: string;
  values: readonly (number | null)[];
}

interface ChartProps {
  title: string;
  /** Epoch seconds; or, with `ticks`, the places 0, 1, 2 … of the words. */
  x: readonly number[];
  ticks?: readonly string[];
  lines: readonly ChartLine[];
}

export function Chart({ title, x, ticks, lines }: ChartProps) {
  const data = [x, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const shape = JSON.stringify([lines.map(({ label }) => label), ticks]);
  const options = useMemo(() => optionsOf(shape), [shape]);
  const label = `${title}: ${lines.map(summary).join('; ')}`;
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <Plot label={label} height={240} data={data} options={options} />
    </figure>
  );
}

function summary({ label, values }: ChartLine): string {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? `${label}, last ${known.at(-1)}, at most ${Math.max(...known)}` : label;
}

/** `shape`: labels and ticks as JSON, the same text for as long as nothing but the data changes. */
const optionsOf =
  (shape: string) =>
  ({ text, line, series: colours }: Colours): Omit<uPlot.Options, 'width' | 'height'> => {
    const [labels, ticks] = JSON.parse(shape) as [string[], string[] | null];
    const axis: uPlot.Axis = { stroke: text, grid: { stroke: line } };
    const series = labels.map((label, index): uPlot.Series => {
      const stroke = colours[index % colours.length] ?? text;
      return { label, stroke, width: 2, points: { show: ticks !== null } };
    });
    const named = ticks && { splits: () => ticks.map((_, place) => place), values: () => ticks };
    return {
      scales: { x: { time: ticks === null }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [{ ...axis, ...named }, axis],
      series: [ticks ? { label: 'percentile', value: (_, at) => ticks[at ?? -1] ?? '–' } : {}, ...series],
    };
  };
