'use client';
// Power and state of charge of each connector as the page has seen them, drawn by uPlot, which is loaded when there is something to draw.
import { useEffect, useRef } from 'react';
import type { ChargerView } from '../../lib/api-types';
import 'uplot/dist/uPlot.min.css';
import type uPlot from 'uplot';
import { nameOf } from './connector-card';

const pointsAtMost = 1_800;
const colours = ['#2a7fd6', '#c2571a', '#1f8a53', '#8a4fbf'];

export function LiveChart({ charger }: { charger: ChargerView }) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const points = useRef<(number | null)[][]>([]);
  const connectors = charger.connectors ?? [];
  const busy = connectors.some(({ ev }) => ev !== undefined);
  const names = connectors.map((connector) => nameOf(charger.protocol, connector)).join('|');

  useEffect(() => {
    const now = Date.now() / 1000;
    const values = connectors.flatMap(({ powerW, ev }) => [(powerW ?? 0) / 1000, ev ? ev.soc : null]);
    for (const [row, value] of [now, ...values].entries()) {
      points.current[row] = [...(points.current[row] ?? []), value].slice(-pointsAtMost);
    }
    plot.current?.setData(points.current as uPlot.AlignedData);
  }, [connectors]);

  useEffect(() => {
    const parent = frame.current;
    if (!busy || !parent) return;
    let gone = false;
    let watching: ResizeObserver | undefined;
    void import('uplot').then(({ default: UPlot }) => {
      if (gone) return;
      const shown = new UPlot(optionsFor(names.split('|'), parent), points.current as uPlot.AlignedData, parent);
      plot.current = shown;
      watching = new ResizeObserver(() => shown.setSize({ width: parent.clientWidth, height: 240 }));
      watching.observe(parent);
    });
    return () => {
      gone = true;
      watching?.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [busy, names]);

  if (!busy) return null;
  return (
    <section className="card">
      <h2>Power and state of charge since this page was opened</h2>
      <div ref={frame} />
    </section>
  );
}

function optionsFor(names: string[], parent: HTMLElement): uPlot.Options {
  const { color } = getComputedStyle(parent);
  const axis = { stroke: color, grid: { stroke: 'rgb(128 128 128 / 25%)' } };
  const value = (unit: string) => (_: uPlot, number: number | null) =>
    number === null ? '–' : `${number.toFixed(1)} ${unit}`;
  const series = names.flatMap((name, index): uPlot.Series[] => {
    const stroke = colours[index % colours.length] ?? '#2a7fd6';
    return [
      { label: `${name}, kW`, scale: 'kW', stroke, width: 2, value: value('kW') },
      { label: `${name}, %`, scale: '%', stroke, dash: [4, 4], value: value('%') },
    ];
  });
  return {
    width: parent.clientWidth,
    height: 240,
    scales: { '%': { range: [0, 100] }, kW: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      axis,
      { ...axis, scale: 'kW', label: 'kW' },
      { ...axis, scale: '%', side: 1, label: '%', grid: { show: false } },
    ],
    series: [{}, ...series],
  };
}
