'use client';
// Power, current, energy and state of charge of each connector since the page was opened, with the limits of charging profiles over them.
import { useCallback, useMemo } from 'react';
import type uPlot from 'uplot';
import type { ChargerView } from '../../lib/api-types';
import { type ConnectorHistory, type History, historyKey } from '../../lib/history';
import { type Colours, Plot } from '../ui/plot';
import { nameOf } from './connector-words';

interface Quantity {
  title: string;
  unit: string;
  value: keyof ConnectorHistory;
  limit?: keyof ConnectorHistory;
  most?: number;
}

const quantities: Quantity[] = [
  { title: 'Power', unit: 'kW', value: 'powerKw', limit: 'powerLimitKw' },
  { title: 'Current per phase', unit: 'A', value: 'currentA', limit: 'currentLimitA' },
  { title: 'Energy of the transaction', unit: 'kWh', value: 'energyKwh' },
  { title: 'State of charge', unit: '%', value: 'soc', most: 100 },
];

interface LiveChartsProps {
  charger: ChargerView;
  history: History;
}

export function LiveCharts({ charger, history }: LiveChartsProps) {
  const { protocol, connectors = [] } = charger;
  // Connectors at which something has happened; the others would only be lines at zero.
  const busy = connectors.filter((connector) =>
    history.connectors[historyKey(connector)]?.soc.some((soc) => soc !== null),
  );
  if (busy.length === 0) return null;
  const lines = busy.map((connector) => ({ key: historyKey(connector), name: nameOf(protocol, connector) }));
  return (
    <section className="card stack" aria-label="Live charts">
      <h2>Since this page was opened</h2>
      <div className="charts">
        {quantities.map((quantity) => (
          <QuantityChart key={quantity.title} quantity={quantity} lines={lines} history={history} />
        ))}
      </div>
    </section>
  );
}

interface Line {
  key: string;
  name: string;
}

function QuantityChart({ quantity, lines, history }: { quantity: Quantity; lines: Line[]; history: History }) {
  const { title, unit, value, limit } = quantity;
  const data = useMemo(() => dataOf(quantity, lines, history), [quantity, lines, history]);
  const names = JSON.stringify(lines.map(({ name }) => name));
  const options = useCallback(
    (colours: Colours) => optionsFor(quantity, JSON.parse(names), colours),
    [quantity, names],
  );
  const now = lines.map(({ key, name }) => {
    const rows = history.connectors[key];
    const last = rows?.[value].at(-1);
    const most = limit && rows?.[limit].at(-1);
    const words = typeof last === 'number' ? `${last.toFixed(1)} ${unit}` : 'nothing';
    return `${name}: ${words}${typeof most === 'number' ? `, limit ${most.toFixed(1)} ${unit}` : ''}`;
  });
  return (
    <div>
      <h3>
        {title}, {unit}
      </h3>
      <Plot label={`${title}. ${now.join('; ')}`} height={190} data={data} options={options} />
    </div>
  );
}

function dataOf({ value, limit }: Quantity, lines: Line[], { times, connectors }: History): uPlot.AlignedData {
  const empty = times.map(() => null);
  const rows = lines.flatMap(({ key }) => {
    const one = connectors[key];
    return [one?.[value] ?? empty, ...(limit ? [one?.[limit] ?? empty] : [])];
  });
  return [times, ...rows] as unknown as uPlot.AlignedData;
}

function optionsFor({ unit, limit, most }: Quantity, names: string[], colours: Colours) {
  const axis = { stroke: colours.text, grid: { stroke: colours.line }, ticks: { stroke: colours.line } };
  const value = (_: uPlot, number: number | null) => (number === null ? '–' : `${number.toFixed(1)} ${unit}`);
  // A page that was just opened has one value only: it is to be seen, too.
  const points = { size: 4 };
  const series = names.flatMap((name, index): uPlot.Series[] => {
    const stroke = colours.series[index % colours.series.length] ?? colours.text;
    return [
      { label: name, stroke, width: 2, value, points },
      ...(limit ? [{ label: `${name}, limit`, stroke, width: 1.5, dash: [6, 4], value, points }] : []),
    ];
  });
  return {
    cursor: { sync: { key: 'charger' } },
    scales: {
      y: { range: (_: uPlot, __: number, top: number): [number, number] => [0, most ?? Math.max(1, top * 1.1)] },
    },
    axes: [axis, { ...axis, size: 45 }],
    series: [{}, ...series],
  };
}
