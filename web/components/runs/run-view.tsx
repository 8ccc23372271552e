'use client';
// One run: how it goes while it goes on, and its report in the end.
import Link from 'next/link';
import { download } from '../../lib/client';
import { duration } from '../../lib/format';
import { isOver, type Report, useRun } from '../../lib/runs';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';
import { Time } from '../ui/time';
import { RunFigures } from './run-figures';
import { StateBadge } from './run-list';
import { RunProgress } from './run-progress';
import { StopRun } from './stop-run';

export function RunView({ runId }: { runId: string }) {
  const run = useRun(runId);
  const report = run.data?.report;
  const again = () => void run.refetch();
  return (
    <div className="stack">
      <div className="row">
        <Link href="/runs/">Fleet runs</Link>
        <h1>Run {runId}</h1>
        {report && <StateBadge state={report.state} />}
      </div>
      <Problem error={run.error} onRetry={again} />
      {!report && !run.error && <p className="dim">Reading the run …</p>}
      {report && (
        <>
          <About report={report} onChanged={again} />
          <RunProgress report={report} />
          <RunFigures report={report} />
        </>
      )}
    </div>
  );
}

const formats = ['json', 'csv', 'html'] as const;

function About({ report, onChanged }: { report: Report; onChanged: () => void }) {
  const { id, chargers, seed, startedAt, endedAt, detail, interruptions } = report;
  const saving = useAction();
  const save = (format: (typeof formats)[number]) =>
    saving.run(`Downloading ${format.toUpperCase()} …`, () =>
      download('getFleetRun', { runId: id, format }, `${id}.${format}`),
    );
  return (
    <section className="card stack" aria-label="About this run">
      <p className="row">
        <span>
          {chargers} chargers, seed {seed}, started <Time at={startedAt} />
          {endedAt && `, took ${duration(Date.parse(endedAt) - Date.parse(startedAt))}`}
        </span>
      </p>
      {detail && <p className="notice bad">{detail}</p>}
      {interruptions && (
        <p className="notice">
          Interrupted {interruptions.count} times; {interruptions.strayTransactions} transactions that only chargers
          knew of were stopped.
        </p>
      )}
      <div className="row">
        {!isOver(report) && <StopRun report={report} onStopped={onChanged} />}
        <span>Download:</span>
        {formats.map((format) => (
          <button key={format} type="button" disabled={saving.busy !== ''} onClick={() => void save(format)}>
            {format.toUpperCase()}
          </button>
        ))}
        <span role="status" className="dim">
          {saving.busy}
        </span>
        <Link className="button" href={`/runs/?compare=${encodeURIComponent(`${id},`)}`}>
          Compare with …
        </Link>
      </div>
      <Problem error={saving.error} onDismiss={saving.clear} />
    </section>
  );
}
