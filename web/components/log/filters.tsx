'use client';
// Which exchanges are shown: kept in the address, so that a view can be linked to.
import type { LogFilter } from '../../lib/log';
import { Choice } from '../ui/choice';

export function filterOf(params: URLSearchParams): LogFilter {
  const of = (name: string) => params.get(name) ?? '';
  return {
    ...{ text: of('q'), action: of('action'), from: of('from'), outcome: of('outcome') },
    ...{
      broken: of('broken') === '1',
      bent: of('bent') === '1',
      since: timeIn(of('since')),
      until: timeIn(of('until')),
    },
  };
}

/** Nothing, where an address has no time there. */
const timeIn = (text: string) => (Number.isNaN(Date.parse(text)) ? '' : new Date(text).toISOString());

interface FiltersProps {
  filter: LogFilter;
  actions: readonly string[];
  onChange: (change: Record<string, string>) => void;
}

export function Filters({ filter, actions, onChange }: FiltersProps) {
  return (
    <search className="row">
      <input
        type="search"
        aria-label="Search in messages"
        placeholder="Search in messages"
        className="search-text"
        value={filter.text}
        onChange={({ target }) => onChange({ q: target.value })}
      />
      <Choice label="Action" value={filter.action} options={actions} onChange={(action) => onChange({ action })} />
      <Choice
        label="Asked by"
        value={filter.from}
        options={['charger', 'CSMS']}
        onChange={(from) => onChange({ from })}
      />
      <Choice
        label="Outcome"
        value={filter.outcome}
        options={['answered', 'error', 'no answer', 'invalid']}
        onChange={(outcome) => onChange({ outcome })}
      />
      <TimeField label="From" value={filter.since} onChange={(since) => onChange({ since })} />
      <TimeField label="To" value={filter.until} onChange={(until) => onChange({ until })} />
      <Only label="Violations only" on={filter.broken} onChange={(broken) => onChange({ broken })} />
      <Only label="Bent only" on={filter.bent} onChange={(bent) => onChange({ bent })} />
    </search>
  );
}

function Only({ label, on, onChange }: { label: string; on: boolean; onChange: (value: string) => void }) {
  return (
    <button type="button" aria-pressed={on} onClick={() => onChange(on ? '' : '1')}>
      {label}
    </button>
  );
}

/** A time in the local zone, to the second; ISO 8601 outside. */
function TimeField({ label, value, onChange }: { label: string; value: string; onChange: (iso: string) => void }) {
  return (
    <label className="check">
      {label}
      <input
        type="datetime-local"
        step="1"
        value={value === '' ? '' : localInput(value)}
        onChange={({ target }) => onChange(target.value === '' ? '' : new Date(target.value).toISOString())}
      />
    </label>
  );
}

function localInput(iso: string): string {
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
