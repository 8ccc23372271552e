'use client';
// How far a run is: its phases, its chargers by their connection, and the course so far as charts.
import { type ReactNode, useMemo } from 'react';
import { duration } from '../../lib/format';
import { phaseTitle } from '../../lib/run-draft';
import { isOver, type Report } from '../../lib/runs';
import { Badge } from '../ui/badge';
import { Chart } from './chart';

export function RunProgress({ report }: { report: Report }) {
  return (
    <>
      <section className="card stack">
        <h2>Phases</h2>
        <ol className="phases">
          {(report.plan ?? report.phases).map(({ kind }, index) => (
            <li key={index}>
              <PhaseProgress report={report} index={index} title={phaseTitle(kind)} />
            </li>
          ))}
        </ol>
        {!isOver(report) && <Now report={report} />}
      </section>
      <Course report={report} />
    </>
  );
}

/** By the clock of the host: the one here may be wrong. */
function now({ series, startedAt }: Report): number {
  return Date.parse(series.at(-1)?.at ?? startedAt);
}

function PhaseProgress({ report, index, title }: { report: Report; index: number; title: string }) {
  const phase = report.phases[index];
  const planned = report.plan?.[index]?.seconds;
  if (!phase) return <Line title={title} word={isOver(report) ? 'not begun' : 'to come'} />;
  const { startedAt, endedAt, booted, connected, kind, turnedAway } = phase;
  const tookMs = Math.max(0, (endedAt ? Date.parse(endedAt) : now(report)) - Date.parse(startedAt));
  const reached = kind === 'connect' ? booted : kind === 'massReconnection' ? connected : undefined;
  const word = wordOf(report, index);
  const facts = [
    planned ? `${duration(tookMs)} of ${duration(planned * 1000)}` : duration(tookMs),
    ...(reached ? [`${reached.count} of ${reached.of} ${kind === 'connect' ? 'booted' : 'back'}`] : []),
    ...(turnedAway ? [`${turnedAway} cars found no free charger`] : []),
  ];
  return (
    <Line title={title} word={word}>
      <span>{facts.join(', ')}</span>
      {word === 'running' && (
        <progress
          aria-label={`Phase ${index + 1}, ${title}`}
          {...(planned ? { max: planned * 1000, value: tookMs } : { max: report.chargers, value: reached?.count ?? 0 })}
        />
      )}
    </Line>
  );
}

/** A run that did not finish broke its last phase off. */
function wordOf(report: Report, index: number): string {
  const isLast = index === report.phases.length - 1;
  if (isOver(report) && report.state !== 'finished' && isLast) return 'broken off';
  return report.phases[index]?.endedAt ? 'over' : 'running';
}

function Line({ title, word, children }: { title: string; word: string; children?: ReactNode }) {
  return (
    <div className="row">
      <strong>{title}</strong>
      <Badge word={word} {...(word === 'over' ? { tone: 'good' } : {})} />
      {children}
    </div>
  );
}

const linkWords: Record<string, string> = { up: 'connected', down: 'disconnected' };

function Now({ report }: { report: Report }) {
  const last = report.series.at(-1);
  return (
    <p className="row">
      {Object.entries(report.links).map(([link, count]) => (
        <span key={link}>
          <strong>{count}</strong> {linkWords[link] ?? 'connecting'}
        </span>
      ))}
      {last && (
        <>
          <span>
            <strong>{last.charging}</strong> in a transaction
          </span>
          <span>
            <strong>{last.callsPerSecond}</strong> calls/s
          </span>
          <span>
            <strong>{last.errorsPerSecond}</strong> errors/s
          </span>
        </>
      )}
    </p>
  );
}

/** Lines that can still be told apart. */
const latencyLinesAtMost = 6;
const percentiles = ['p50', 'p95', 'p99', 'max'] as const;

function Course({ report: { series, actions } }: { report: Report }) {
  const data = useMemo(() => {
    const of = (key: Exclude<keyof (typeof series)[number], 'at'>) => series.map((sample) => sample[key]);
    const answered = actions.filter(({ latencyMs }) => latencyMs.count > 0).slice(0, latencyLinesAtMost);
    return {
      at: series.map(({ at }) => Date.parse(at) / 1000),
      counts: [
        { label: 'connected', values: of('connected') },
        { label: 'in a transaction', values: of('charging') },
      ],
      rates: [
        { label: 'calls', values: of('callsPerSecond') },
        { label: 'errors', values: of('errorsPerSecond') },
        { label: 'violations', values: of('violationsPerSecond') },
      ],
      latencies: answered.map(({ action, from, latencyMs }) => ({
        label: from === 'csms' ? `${action} (of the CSMS)` : action,
        values: percentiles.map((name) => latencyMs[name]),
      })),
    };
  }, [series, actions]);
  if (series.length < 2) return <p className="dim">Charts come with the second sample, after two seconds.</p>;
  return (
    <section className="card stack" aria-label="Course">
      <Chart title="Chargers" x={data.at} lines={data.counts} />
      <Chart title="Per second" x={data.at} lines={data.rates} />
      {data.latencies.length > 0 && (
        <Chart title="Time to the answer, ms" x={[0, 1, 2, 3]} ticks={percentiles} lines={data.latencies} />
      )}
    </section>
  );
}
