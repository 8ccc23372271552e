'use client';
// The OCPP log of a charger: what there was, and what is told as it happens; request and answer side by side.
import { useEffect, useMemo, useState } from 'react';
import type { Frame } from '../../lib/api-types';
import { call, keyHeader, operationUrl } from '../../lib/client';
import { localTime, pretty } from '../../lib/format';
import { fitting, type LogFilter, type Pair, pairsOf } from '../../lib/log';
import { useUrlState } from '../../lib/url-state';
import type { TabProps } from '../charger/charger-page';
import { useAction } from '../ui/action';
import { Choice } from '../ui/choice';
import { Problem } from '../ui/problem';

const shownAtMost = 300;

export function MessageLog({ charger, state }: TabProps) {
  const [params, change] = useUrlState();
  const past = usePast(charger.id);
  const [held, setHeld] = useState<readonly Frame[]>();
  const live = held ?? state.frames;
  const pairs = useMemo(() => pairsOf([...past.frames, ...live]), [past.frames, live]);
  const filter = filterOf(params);
  const shown = fitting(pairs, filter);
  const actions = [...new Set(pairs.map(({ action }) => action))].sort();
  return (
    <div className="stack">
      <search className="row">
        <input
          type="search"
          aria-label="Search in messages"
          placeholder="Search in messages"
          style={{ flex: '1 1 200px' }}
          value={filter.text}
          onChange={({ target }) => change({ q: target.value })}
        />
        <Choice label="Action" value={filter.action} options={actions} onChange={(action) => change({ action })} />
        <Choice
          label="Asked by"
          value={filter.from}
          options={['charger', 'CSMS']}
          onChange={(from) => change({ from })}
        />
        <Choice
          label="Outcome"
          value={filter.outcome}
          options={['answered', 'error', 'no answer', 'invalid']}
          onChange={(outcome) => change({ outcome })}
        />
        <button
          type="button"
          aria-pressed={held !== undefined}
          onClick={() => setHeld(held ? undefined : state.frames)}
        >
          {held ? `Go on (${state.frames.length - held.length} new)` : 'Pause'}
        </button>
        <Download chargerId={charger.id} />
      </search>
      <Problem error={past.action.error} onRetry={past.more} />
      <span role="status" className="dim">
        {past.action.busy || `${shown.length} of ${pairs.length} exchanges`}
      </span>
      {shown.length === 0 && past.action.busy === '' && (
        <div className="card empty">
          {pairs.length === 0
            ? 'Nothing has been said yet. Connect the charger, or send something from the console.'
            : 'No message fits: change the search or the filters.'}
        </div>
      )}
      <div className="stack" style={{ gap: '0.3rem' }}>
        {shown.slice(0, shownAtMost).map((pair) => (
          <PairLine key={pair.key} pair={pair} />
        ))}
      </div>
      {shown.length > shownAtMost && <p className="dim">The newest {shownAtMost} are shown: search for the others.</p>}
      {past.continuation && (
        <div>
          <button type="button" disabled={past.action.busy !== ''} onClick={past.more}>
            Read older messages
          </button>
        </div>
      )}
    </div>
  );
}

function filterOf(params: URLSearchParams): LogFilter {
  const of = (name: string) => params.get(name) ?? '';
  return { text: of('q'), action: of('action'), from: of('from'), outcome: of('outcome') };
}

/** What the log has, read backwards a page at a time. */
function usePast(chargerId: string) {
  const action = useAction();
  const [frames, setFrames] = useState<readonly Frame[]>([]);
  const [continuation, setContinuation] = useState<string>();
  const { run } = action;
  const read = useMemo(
    () => (from: string | undefined) =>
      void run('Reading the log …', async () => {
        const page = await call('listMessages', { chargerId, limit: 200, ...(from ? { continuation: from } : {}) });
        setFrames((known) => (from ? [...known, ...page.messages] : page.messages));
        setContinuation(page.continuation);
      }),
    [chargerId, run],
  );
  useEffect(() => read(undefined), [read]);
  return { frames, continuation, action, more: () => read(continuation) };
}

/** The whole log as a file. The key goes in a header, so a plain link would not do. */
function Download({ chargerId }: { chargerId: string }) {
  const action = useAction();
  const save = () =>
    action.run('Downloading …', async () => {
      const answer = await fetch(operationUrl('listMessages', { chargerId, format: 'ndjson' }), {
        headers: keyHeader(),
      });
      if (!answer.ok) throw new Error(await answer.text());
      const url = URL.createObjectURL(await answer.blob());
      const link = Object.assign(document.createElement('a'), { href: url, download: `${chargerId}.ndjson` });
      link.click();
      URL.revokeObjectURL(url);
    });
  return (
    <>
      <button type="button" disabled={action.busy !== ''} onClick={() => void save()}>
        {action.busy || 'Download as NDJSON'}
      </button>
      <Problem error={action.error} onDismiss={action.clear} />
    </>
  );
}

const tone = { answered: 'good', error: 'bad', 'no answer': 'warn', invalid: 'bad' };

function PairLine({ pair }: { pair: Pair }) {
  const { at, from, action, outcome, call: asked, answer } = pair;
  const broken = [...(asked?.violations ?? []), ...(answer?.violations ?? [])];
  const done = [
    ...(asked?.networkFaults ?? []),
    ...(answer?.networkFaults ?? []),
    ...(asked?.behaviour ?? []),
    ...(answer?.behaviour ?? []),
  ];
  return (
    <details className="card" style={{ padding: '0.4rem 0.7rem' }}>
      <summary>
        <time dateTime={at} title={at} className="dim">
          {localTime(at)}
        </time>{' '}
        {from === 'charger' ? 'charger → CSMS' : 'CSMS → charger'} <strong>{action || 'a frame'}</strong>{' '}
        <span className={`badge ${tone[outcome]}`}>
          {outcome === 'error' ? (answer?.error?.code ?? 'error') : outcome}
        </span>
        {answer?.durationMs !== undefined && <span className="dim"> {answer.durationMs} ms</span>}
        {broken.length > 0 && <span className="badge bad"> breaks {broken.join(', ')}</span>}
        {done.length > 0 && <span className="badge warn"> {done.join(', ')}</span>}
      </summary>
      <div className="cards" style={{ marginTop: '0.5rem' }}>
        {asked && <Half title="Request" frame={asked} />}
        {answer && <Half title="Answer" frame={answer} />}
      </div>
    </details>
  );
}

function Half({ title, frame }: { title: string; frame: Frame }) {
  return (
    <div>
      <h3>
        {title} <small className="dim">{frame.at}</small>
      </h3>
      <pre>{pretty(frame.error ?? frame.payload)}</pre>
    </div>
  );
}
