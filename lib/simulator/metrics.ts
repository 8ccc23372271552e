// Counters of the drivers: plain numbers, turned into samples when somebody asks.
import type { ChargerEvent, LoggedFrame } from '../charger/effect';
import { countAnswer, type Latencies, latencyMetric } from './latency';
import type { Metric } from './service';

/** Actions come from the CSMS too: beyond this many names they are counted together. */
const namesAtMost = 200;

type Unanswered = Extract<ChargerEvent, { kind: 'unanswered' }>;

export interface Counters {
  /** Frames, by action. */
  frames: Record<LoggedFrame['direction'], Record<LoggedFrame['type'], Map<string, number>>>;
  /** CALLs of chargers that were not answered, by action. */
  unanswered: Record<Unanswered['why'], Map<string, number>>;
  /** How long the CSMS took to answer, by action and outcome. */
  latencies: Map<string, Latencies>;
  /** Broken rules, by rule. */
  violations: Map<string, number>;
  connections: number;
  failedConnections: number;
  commands: number;
  saves: number;
  failedSaves: number;
  exchanges: number;
  lostLeases: number;
}

export function createCounters(): Counters {
  return {
    frames: { sent: byType(), received: byType() },
    unanswered: { timeout: new Map(), disconnected: new Map() },
    latencies: new Map(),
    violations: new Map(),
    connections: 0,
    failedConnections: 0,
    commands: 0,
    saves: 0,
    failedSaves: 0,
    exchanges: 0,
    lostLeases: 0,
  };
}

function byType(): Record<LoggedFrame['type'], Map<string, number>> {
  return { call: new Map(), result: new Map(), error: new Map(), invalid: new Map() };
}

export function countEvent(counters: Counters, event: ChargerEvent): void {
  if (event.kind === 'frame') countFrame(counters, event.frame);
  else if (event.kind === 'violation') count(counters.violations, event.rule);
  else if (event.kind === 'unanswered') count(counters.unanswered[event.why], event.action);
}

function countFrame({ frames, latencies }: Counters, { direction, type, action, durationMs }: LoggedFrame): void {
  if (durationMs !== undefined && direction === 'received') countAnswer(latencies, action, type, durationMs);
  count(frames[direction][type], action);
}

function count(counts: Map<string, number>, name: string): void {
  const known = counts.get(name);
  if (known !== undefined) counts.set(name, known + 1);
  else if (counts.size < namesAtMost) counts.set(name, 1);
  else counts.set('other', (counts.get('other') ?? 0) + 1);
}

export interface Gauges {
  sessions: number;
  connected: number;
  /** Chargers in memory by the words that lists can be filtered by. */
  byStatus: Map<string, number>;
  deadlines: number;
}

const totals: [Exclude<keyof Counters, 'frames' | 'unanswered' | 'latencies' | 'violations'>, string, string][] = [
  ['connections', 'connections_total', 'WebSocket connections opened'],
  ['failedConnections', 'failed_connections_total', 'WebSocket connections lost or never opened'],
  ['commands', 'commands_total', 'Commands submitted'],
  ['saves', 'saves_total', 'Charger documents written'],
  ['failedSaves', 'failed_saves_total', 'Writes of charger documents that failed'],
  ['exchanges', 'exchanges_total', 'Short-lived exchanges'],
  ['lostLeases', 'lost_leases_total', 'Chargers that another owner took over'],
];

/** Everything counted, as Prometheus samples. */
export function toMetrics(counters: Counters, gauges: Gauges): Metric[] {
  return [
    counter('frames_total', 'OCPP frames by direction, type and action', frameSamples(counters)),
    latencyMetric(counters.latencies),
    counter(
      'unanswered_calls_total',
      'CALLs of chargers that were not answered, by action and why',
      Object.entries(counters.unanswered).flatMap(([why, counts]) => samples(counts, 'action', { why })),
    ),
    counter(
      'violations_total',
      'Rules of the specification that CSMSs broke, by rule',
      samples(counters.violations, 'rule', {}),
    ),
    ...totals.map(([key, name, help]) => single(name, help, 'counter', counters[key])),
    single('sessions', 'Chargers held in memory', 'gauge', gauges.sessions),
    single('connected_chargers', 'Chargers with an open WebSocket', 'gauge', gauges.connected),
    {
      name: 'chargers',
      help: 'Chargers held in memory by status; one has several: of its link, its power, its registration, its connectors',
      type: 'gauge',
      samples: [...gauges.byStatus].map(([status, value]) => ({ labels: { status }, value })),
    },
    single('deadlines', 'Chargers that wait for a deadline', 'gauge', gauges.deadlines),
  ];
}

function counter(name: string, help: string, own: Metric['samples']): Metric {
  return { name, help, type: 'counter', samples: own };
}

function frameSamples({ frames }: Counters): Metric['samples'] {
  return Object.entries(frames).flatMap(([direction, types]) =>
    Object.entries(types).flatMap(([type, counts]) => samples(counts, 'action', { direction, type })),
  );
}

function samples(counts: Map<string, number>, label: string, labels: Record<string, string>): Metric['samples'] {
  return [...counts].map(([name, value]) => ({ labels: { ...labels, [label]: name }, value }));
}

function single(name: string, help: string, type: Metric['type'], value: number): Metric {
  return { name, help, type, samples: [{ labels: {}, value }] };
}
