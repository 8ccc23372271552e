'use client';
// Lines over a common x axis, drawn by uPlot, which is loaded when there is something to draw.
import { useEffect, useRef } from 'react';
import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';

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

const colours = ['#2a7fd6', '#1f8a53', '#c2571a', '#8a4fbf', '#b8860b', '#6b7685'];
const height = 240;

export function Chart({ title, x, ticks, lines }: ChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = [x, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;
  const latest = useRef(data);
  latest.current = data;
  const shape = JSON.stringify([lines.map(({ label }) => label), ticks]);

  useEffect(() => {
    const parent = frame.current;
    if (!parent) return;
    let gone = false;
    let watching: ResizeObserver | undefined;
    void import('uplot').then(({ default: UPlot }) => {
      if (gone) return;
      const shown = new UPlot(optionsFor(shape, parent), latest.current, parent);
      plot.current = shown;
      watching = new ResizeObserver(() => shown.setSize({ width: parent.clientWidth, height }));
      watching.observe(parent);
    });
    return () => {
      gone = true;
      watching?.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => plot.current?.setData(latest.current), [data]);

  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <div ref={frame} role="img" aria-label={`${title}: ${lines.map(summary).join('; ')}`} />
    </figure>
  );
}

function summary({ label, values }: ChartLine): string {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? `${label}, last ${known.at(-1)}, at most ${Math.max(...known)}` : label;
}

function optionsFor(shape: string, parent: HTMLElement): uPlot.Options {
  const [labels, ticks] = JSON.parse(shape) as [string[], string[] | null];
  // Asked when it is drawn: the theme may have changed.
  const axis: uPlot.Axis = { stroke: () => getComputedStyle(parent).color, grid: { stroke: 'rgb(128 128 128 / 25%)' } };
  const series = labels.map((label, index): uPlot.Series => {
    const stroke = colours[index % colours.length] ?? '#2a7fd6';
    return { label, stroke, width: 2, points: { show: ticks !== null } };
  });
  const named = ticks && { splits: () => ticks.map((_, place) => place), values: () => ticks };
  return {
    width: parent.clientWidth,
    height,
    scales: { x: { time: ticks === null }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [{ ...axis, ...named }, axis],
    series: [ticks ? { label: 'percentile', value: (_, at) => ticks[at ?? -1] ?? '–' } : {}, ...series],
  };
}
