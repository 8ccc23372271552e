'use client';
// Fleet runs of the last weeks, newest first; two of them are chosen to be compared.
import Link from 'next/link';
import { duration } from '../../lib/format';
import { phaseTitle } from '../../lib/run-draft';
import { useRuns } from '../../lib/runs';
import { useUrlState } from '../../lib/url-state';
import { Badge } from '../ui/badge';
import { Problem } from '../ui/problem';
import { TableFrame } from '../ui/table-frame';
import { Time } from '../ui/time';

export function RunList() {
  const list = useRuns();
  const [params, change] = useUrlState();
  const picked = (params.get('pick') ?? '').split(',').filter(Boolean);
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? [];
  const pick = (id: string, on: boolean) =>
    change({ pick: (on ? [...picked, id].slice(-2) : picked.filter((other) => other !== id)).join(',') });

  return (
    <div className="stack">
      <div className="row spread">
        <h1>Fleet runs</h1>
        <div className="row">
          {runs.length > 0 && <CompareLink picked={picked} />}
          <Link className="button main" href="/runs/?new=form">
            Start a run
          </Link>
        </div>
      </div>
      <Problem error={list.error} onRetry={() => void list.refetch()} />
      {list.data === undefined && !list.error && <p className="dim">Reading fleet runs …</p>}
      {list.data && runs.length === 0 && <NoRuns />}
      {runs.length > 0 && (
        <TableFrame label="Fleet runs">
          <table>
            <thead>
              <tr>
                <th scope="col">
                  <span className="hidden">Compare</span>
                </th>
                <th scope="col">Run</th>
                <th scope="col">State</th>
                <th scope="col">Started</th>
                <th scope="col">Took</th>
                <th scope="col">Chargers</th>
                <th scope="col">Phases</th>
              </tr>
            </thead>
            <tbody>
              {runs.map(({ runId, state, chargers, startedAt, endedAt, phases }) => (
                <tr key={runId}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`Compare ${runId}`}
                      checked={picked.includes(runId)}
                      onChange={({ target }) => pick(runId, target.checked)}
                    />
                  </td>
                  <td>
                    <Link href={`/runs/?run=${encodeURIComponent(runId)}`}>{runId}</Link>
                  </td>
                  <td>
                    <StateBadge state={state} />
                  </td>
                  <td>
                    <Time at={startedAt} />
                  </td>
                  <td>{typeof endedAt === 'string' ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : '–'}</td>
                  <td>{chargers}</td>
                  <td>{Array.isArray(phases) ? phases.map(phaseTitle).join(', ') : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {list.hasNextPage && (
        <div>
          <button type="button" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Reading older runs …' : 'Older runs'}
          </button>
        </div>
      )}
    </div>
  );
}

/** Two runs, or one and whatever is chosen then. */
function CompareLink({ picked }: { picked: readonly string[] }) {
  const choice = picked.length === 2 ? picked.join(',') : `${picked[0] ?? ''},`;
  const title = picked.length === 2 ? 'Compare the two' : picked.length === 1 ? 'Compare it with …' : 'Compare two …';
  return (
    <Link className="button" href={`/runs/?compare=${encodeURIComponent(choice)}`}>
      {title}
    </Link>
  );
}

const tones: Record<string, string> = { finished: 'good', interrupted: 'bad', failed: 'bad', stopping: 'warn' };

export function StateBadge({ state }: { state: string }) {
  const tone = tones[state];
  return <Badge word={state} {...(tone ? { tone } : {})} />;
}

function NoRuns() {
  return (
    <div className="card empty">
      <h2>No fleet run yet</h2>
      <p>
        A run takes many chargers through phases: they connect, charge, lose their connection all at once and come back.
        Its report says how your CSMS took it.
      </p>
      <Link className="button main" href="/runs/?new=form">
        Start the first run
      </Link>
    </div>
  );
}
