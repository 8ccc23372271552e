// The figures of the capacity benchmark as a table to read: one column per number of chargers, ours beside the bare loop.
import type { CapacityReport } from './capacity';
import type { Measured } from './capacity-sides';
import { rows } from './table';

interface Row {
  what: string;
  unit: string;
  of(measured: Measured): number;
}

const perCharger = (bytes: number, { chargers }: Measured) => bytes / 1_024 / chargers;

const measures: Row[] = [
  { what: 'until all are in a transaction', unit: 's', of: ({ allInTransactionMs }) => allInTransactionMs / 1_000 },
  {
    what: 'CPU, connecting to first meter value',
    unit: 'µs per exchange',
    of: ({ rampCpuMicros, rampCalls }) => rampCpuMicros / rampCalls,
  },
  {
    what: 'CPU, meter values',
    unit: 'µs per exchange',
    of: ({ steadyCpuMicros, steadyCalls }) => steadyCpuMicros / steadyCalls,
  },
  {
    what: 'meter values',
    unit: 'exchanges per second',
    of: ({ steadyCalls, steadySeconds }) => steadyCalls / steadySeconds,
  },
  {
    what: 'of one core, meter values',
    unit: '%',
    of: ({ steadyCpuMicros, steadySeconds }) => steadyCpuMicros / steadySeconds / 10_000,
  },
  { what: 'memory (RSS)', unit: 'KiB per charger', of: (measured) => perCharger(measured.rssBytes, measured) },
  { what: 'heap', unit: 'KiB per charger', of: (measured) => perCharger(measured.heapBytes, measured) },
  { what: 'outside the heap', unit: 'KiB per charger', of: (measured) => perCharger(measured.externalBytes, measured) },
  { what: 'event loop late, connecting, p99', unit: 'ms', of: ({ rampLagMs }) => rampLagMs.p99 },
  { what: 'event loop late, connecting, max', unit: 'ms', of: ({ rampLagMs }) => rampLagMs.max },
  { what: 'event loop late, meter values, p99', unit: 'ms', of: ({ steadyLagMs }) => steadyLagMs.p99 },
  { what: 'event loop late, meter values, max', unit: 'ms', of: ({ steadyLagMs }) => steadyLagMs.max },
  { what: 'one heartbeat meanwhile, median', unit: 'ms', of: ({ heartbeatMs }) => heartbeatMs.p50 },
  { what: 'one heartbeat meanwhile, p95', unit: 'ms', of: ({ heartbeatMs }) => heartbeatMs.p95 },
];

/** `ours / bare` in each cell. */
export function capacityTable(report: CapacityReport): string {
  const { machine, notes, ours, bare } = report;
  const head = ['chargers', ...ours.map(({ chargers }) => String(chargers)), ''];
  const lines = measures.map(({ what, unit, of }) => [
    what,
    ...ours.map((own, at) => cell(of(own), of(bare[at] ?? own))),
    unit,
  ]);
  const text = rows([head, ...lines], head.length - 1);
  return [...explanation(machine), ...notes, '', text].join('\n');
}

function explanation({ cores, model, node, loadBefore, loadAfter }: CapacityReport['machine']): string[] {
  return [
    `${model}, ${cores} cores that the measured process shares with the CSMS, Node ${node}.`,
    `Load before ${loadBefore.toFixed(2)}, after ${loadAfter.toFixed(2)}.`,
    'Each cell: ours / bare (times bare). ours: the whole local host, chargers made and started by a fleet run over HTTP.',
    'bare: `ws` sockets that send the same texts. An exchange is a CALL with its answer.',
    'heartbeat: ordered over HTTP from one of the chargers / sent on an open socket of another process.',
  ];
}

function cell(ours: number, bare: number): string {
  const ratio = ours / bare;
  return `${number(ours)} / ${number(bare)} (${ratio > 0 && Number.isFinite(ratio) ? ratio.toFixed(1) : '-'})`;
}

/** Of few chargers the memory drowns in what the process gave back since it began. */
const number = (value: number) => (value < 0 ? '-' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0));
