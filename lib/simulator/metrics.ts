// Counters of the drivers: plain numbers, turned into samples when somebody asks.
import type { LoggedFrame } from '../charger/effect';
import { countAnswer, type Latencies, latencyMetric } from './latency';
import type { Metric } from './service';

/** Actions come from the CSMS too: beyond this many names they are counted together. */
const namesAtMost = 200;

export interface Counters {
  sent: Map<string, number>;
  received: Map<string, number>;
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
    sent: new Map(),
    received: new Map(),
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

export function countFrame(counters: Counters, frame: LoggedFrame): void {
  if (frame.durationMs !== undefined && frame.direction === 'received') {
    countAnswer(counters.latencies, frame.action, frame.type, frame.durationMs);
  }
  const counts = counters[frame.direction];
  const known = counts.get(frame.action);
  if (known !== undefined) counts.set(frame.action, known + 1);
  else if (counts.size < namesAtMost) counts.set(frame.action, 1);
  else counts.set('other', (counts.get('other') ?? 0) + 1);
}

export function countViolation({ violations }: Counters, rule: string): void {
  violations.set(rule, (violations.get(rule) ?? 0) + 1);
}

export interface Gauges {
  sessions: number;
  connected: number;
  /** Chargers in memory by the words that lists can be filtered by. */
  byStatus: Map<string, number>;
  deadlines: number;
}

const totals: [Exclude<keyof Counters, 'sent' | 'received' | 'latencies' | 'violations'>, string, string][] = [
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
  const frames = (['sent', 'received'] as const).flatMap((direction) =>
    [...counters[direction]].map(([action, value]) => ({ labels: { direction, action }, value })),
  );
  const violations = [...counters.violations].map(([rule, value]) => ({ labels: { rule }, value }));
  return [
    { name: 'frames_total', help: 'OCPP frames by direction and action', type: 'counter', samples: frames },
    latencyMetric(counters.latencies),
    {
      name: 'violations_total',
      help: 'Rules of the specification that CSMSs broke, by rule',
      type: 'counter',
      samples: violations,
    },
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

function single(name: string, help: string, type: Metric['type'], value: number): Metric {
  return { name, help, type, samples: [{ labels: {}, value }] };
}
