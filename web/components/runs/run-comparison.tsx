'use client';
// Two reports side by side: runs of the list, or files that were downloaded from one.
import Link from 'next/link';
import { useId, useState } from 'react';
import { type ComparedTable, compare, type Figure } from '../../lib/run-comparison';
import { phaseTitle } from '../../lib/run-draft';
import { isOver, type Report, readReportFile, useRun, useRuns } from '../../lib/runs';
import { useUrlState } from '../../lib/url-state';
import { useAction } from '../ui/action';
import { Problem } from '../ui/problem';
import { TableFrame } from '../ui/table-frame';
import { Time } from '../ui/time';

/** In the address, of a report that is not there but in a file. */
const inFile = 'file';

/** `choice`: two runs, `R-1,R-2`; either may be `file`, or nothing yet. */
export function RunComparison({ choice }: { choice: string }) {
  const [, change] = useUrlState();
  const [one = '', other = ''] = choice.split(',');
  const first = useSide(one);
  const second = useSide(other);
  const choose = (a: string, b: string) => change({ compare: `${a},${b}` });
  return (
    <div className="stack">
      <div className="row">
        <Link href="/runs/">Fleet runs</Link>
        <h1>Compare two runs</h1>
      </div>
      <div className="cards">
        <SideCard title="First" chosen={one} side={first} onChoose={(id) => choose(id, other)} />
        <SideCard title="Second" chosen={other} side={second} onChoose={(id) => choose(one, id)} />
      </div>
      {first.report && second.report ? (
        <Comparison one={first.report} other={second.report} />
      ) : (
        <p className="dim">Choose two runs, or reports that were downloaded as JSON, to see them side by side.</p>
      )}
    </div>
  );
}

interface Side {
  report: Report | undefined;
  error: unknown;
  loading: boolean;
  retry: () => void;
  open: (file: File) => void;
}

function useSide(chosen: string): Side {
  const isFile = chosen === inFile;
  const run = useRun(isFile ? '' : chosen);
  const [file, setFile] = useState<Report>();
  const reading = useAction();
  return {
    report: isFile ? file : chosen === '' ? undefined : run.data?.report,
    error: isFile ? reading.error : run.error,
    loading: !isFile && run.isLoading,
    retry: isFile ? reading.clear : () => void run.refetch(),
    open: (chosenFile) =>
      void reading.run('Reading the file …', async () => {
        setFile(undefined);
        setFile(await readReportFile(chosenFile));
      }),
  };
}

interface SideProps {
  title: string;
  chosen: string;
  side: Side;
  onChoose: (id: string) => void;
}

function SideCard({ title, chosen, side, onChoose }: SideProps) {
  const id = useId();
  const runs = useRuns().data?.pages.flatMap((page) => page.runs) ?? [];
  const { report, error, loading } = side;
  const isListed = chosen === '' || chosen === inFile || runs.some(({ runId }) => runId === chosen);
  return (
    <div className="card stack">
      <div className="field">
        <label htmlFor={id}>{title}</label>
        <select id={id} value={chosen} onChange={({ target }) => onChoose(target.value)}>
          <option value="">Choose …</option>
          <option value={inFile}>A report in a file</option>
          {!isListed && <option value={chosen}>{chosen}</option>}
          {runs.map(({ runId, chargers, startedAt, state }) => (
            <option key={runId} value={runId}>
              {`${runId}: ${chargers} chargers, ${new Date(startedAt).toLocaleString()}, ${state}`}
            </option>
          ))}
        </select>
      </div>
      {chosen === inFile && (
        <input
          type="file"
          accept=".json,application/json"
          aria-label={`${title}: report downloaded as JSON`}
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) side.open(file);
          }}
        />
      )}
      {loading && <p className="dim">Reading the run …</p>}
      <Problem error={error} {...(chosen === inFile ? { onDismiss: side.retry } : { onRetry: side.retry })} />
      {report && (
        <p>
          {report.id}: {report.chargers} chargers, seed {report.seed}, <Time at={report.startedAt} />,{' '}
          {report.phases.map(({ kind }) => phaseTitle(kind)).join(', ')}
          {isOver(report) ? '' : '. It goes on: its figures are those until now.'}
        </p>
      )}
    </div>
  );
}

function Comparison({ one, other }: { one: Report; other: Report }) {
  return (
    <>
      <p className="dim">
        First → second, and the difference. What got worse by more than 5 % is bold and red, what got better is green.
      </p>
      {compare(one, other).map((table) => (
        <Compared key={table.title} {...table} />
      ))}
    </>
  );
}

function Compared({ title, head, rows }: ComparedTable) {
  return (
    <section className="card stack">
      <h2>{title}</h2>
      <TableFrame label={title}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">
                <span className="hidden">What</span>
              </th>
              {head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, figures }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {figures.map((figure, index) => (
                  <td key={index} className="number">
                    <Change {...figure} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </section>
  );
}

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
const differences = new Intl.NumberFormat('en', { maximumFractionDigits: 1, signDisplay: 'exceptZero' });

const shown = (value: number | undefined) => (value === undefined ? '–' : numbers.format(value));

function Change({ one, other, higher }: Figure) {
  const judged = judge({ one, other, higher });
  return (
    <>
      {shown(one)} → {shown(other)}{' '}
      {one !== undefined && other !== undefined && one !== other && (
        <span className={judged}>
          {one === 0 ? differences.format(other - one) : percents.format((other - one) / one)}
          {judged && <span className="hidden"> ({judged})</span>}
        </span>
      )}
    </>
  );
}

/** Less than this part of it is chance. */
const noise = 0.05;

function judge({ one, other, higher }: Figure): 'worse' | 'better' | '' {
  if (one === undefined || other === undefined || higher === 'other') return '';
  if (Math.abs(other - one) <= Math.abs(one) * noise) return '';
  return other > one === (higher === 'worse') ? 'worse' : 'better';
}
