'use client';
// The logs of several chargers together: which ones stands in the address.
import { useQueries, useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import { call } from '../../lib/client';
import { usePageTitle } from '../../lib/page-title';
import { useUrlState } from '../../lib/url-state';
import { Problem } from '../ui/problem';
import { LogView } from './log-view';

/** Each is read and listened to: more than that no page could show. */
const most = 20;

export function LogPage() {
  const [params, change] = useUrlState();
  const wanted = params.get('chargers') ?? '';
  usePageTitle('Message log');
  const ids = useMemo(() => [...new Set(wanted.split(',').filter(Boolean))].slice(0, most), [wanted]);
  const choose = (next: readonly string[]) => change({ chargers: next.join(',') });
  const asked = useQueries({
    queries: ids.map((chargerId) => ({
      queryKey: ['charger', chargerId],
      queryFn: () => call('getCharger', { chargerId }),
      staleTime: 60_000,
    })),
  });
  const chargers = asked.map(({ data }) => data).filter((charger): charger is ChargerView => charger !== undefined);
  return (
    <div className="stack">
      <h1>Message log</h1>
      <div className="row">
        {ids.map((id) => (
          <button key={id} type="button" onClick={() => choose(ids.filter((one) => one !== id))}>
            {id} <span aria-hidden="true">✕</span>
            <span className="hidden">: leave it out</span>
          </button>
        ))}
        {ids.length < most && <AddCharger ids={ids} onAdd={(id) => choose([...ids, id])} />}
      </div>
      {asked.map(({ error, refetch }, index) => (
        <Problem key={ids[index]} error={error} onRetry={() => void refetch()} />
      ))}
      {ids.length === 0 && <Offer onChoose={choose} />}
      {ids.length > 0 && chargers.length === 0 && !asked.some(({ error }) => error) && (
        <p className="dim">Reading the chargers …</p>
      )}
      {chargers.length > 0 && <LogView chargers={chargers} />}
    </div>
  );
}

function AddCharger({ ids, onAdd }: { ids: readonly string[]; onAdd: (id: string) => void }) {
  const list = useId();
  const [text, setText] = useState('');
  const found = useQuery({
    queryKey: ['chargers', 'prefix', text],
    queryFn: () => call('listChargers', { limit: 20, ...(text === '' ? {} : { idPrefix: text }) }),
    staleTime: 10_000,
  });
  const known = (found.data?.chargers ?? []).map(({ id }) => id).filter((id) => !ids.includes(id));
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') onAdd(text.trim());
        setText('');
      }}
    >
      <input
        aria-label="Id of a charger"
        placeholder="Id of a charger"
        list={list}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <datalist id={list}>
        {known.map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      <button type="submit">Add it</button>
    </form>
  );
}

/** Nothing is chosen: the first few, or where to make some. */
function Offer({ onChoose }: { onChoose: (ids: readonly string[]) => void }) {
  const found = useQuery({
    queryKey: ['chargers', 'first'],
    queryFn: () => call('listChargers', { limit: 5 }),
    staleTime: 10_000,
  });
  const first = (found.data?.chargers ?? []).map(({ id }) => id);
  return (
    <div className="card empty">
      <h2>Whose log?</h2>
      <p>Up to {most} chargers can be watched together: add them by their ids.</p>
      {first.length > 0 && (
        <button type="button" className="main" onClick={() => onChoose(first)}>
          Watch {first.join(', ')}
        </button>
      )}
      {found.data && first.length === 0 && <p>There is none yet: create one on the fleet page.</p>}
    </div>
  );
}
