'use client';
// The fleet: its table, filters, and what can be done with the chargers that are selected.
import { useCallback, useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react';
import { emptyFleet, type FleetLine, linkWord, statusesOf, watchFleet } from '../../lib/fleet';
import { type Filters, queryOf, sortedBy, useChosen } from '../../lib/fleet-table';
import { usePageTitle } from '../../lib/page-title';
import { useApiSettings } from '../../lib/settings';
import { useTypedParam, useUrlState } from '../../lib/url-state';
import { Badge } from '../ui/badge';
import { Choice } from '../ui/choice';
import { Problem } from '../ui/problem';
import { CreateCharger } from './create-charger';
import { FleetActions } from './fleet-actions';
import { FleetTable } from './fleet-table';
import { type Deed, OneCharger } from './one-charger';
import { type OpenMenu, RowMenu } from './row-menu';
import './fleet.css';

const none: ReadonlySet<string> = new Set();

export function FleetPage() {
  const api = useApiSettings();
  usePageTitle('Fleet');
  // Another address or key is another fleet.
  const watch = useMemo(() => watchFleet(), [api]);
  const fleet = useSyncExternalStore(watch.subscribe, watch.read, () => emptyFleet);
  const [params, change] = useUrlState();
  const [text, setText] = useTypedParam('q');
  const [selected, setSelected] = useState(none);
  const [deed, setDeed] = useState<{ deed: Deed; line: FleetLine }>();
  const [menu, setMenu] = useState<OpenMenu>();
  const query = queryOf(params);
  const all = useMemo(() => fleet.ids.flatMap((id) => fleet.lines.get(id) ?? []), [fleet.ids, fleet.lines]);
  // Typing comes first, the table follows.
  const lines = useChosen(all, { ...query, text: useDeferredValue(text) });
  const picked = useMemo(() => lines.filter(({ chargerId }) => selected.has(chargerId)), [lines, selected]);
  const total = fleet.lines.size;
  const create = () => change({ create: '1' }, true);
  const refresh = () => void watch.refresh();
  const onTag = useCallback((tag: string) => change({ tag }), [change]);

  return (
    <div className="stack">
      <div className="row spread">
        <div className="row">
          <h1>Fleet</h1>
          <span className="dim" role="status">
            {lines.length === total ? `${total} chargers` : `${lines.length} of ${total} chargers`}
          </span>
          <FeedBadge feed={fleet.feed} />
        </div>
        <button type="button" className="main" onClick={create}>
          Create chargers
        </button>
      </div>
      {fleet.error && <Problem error={fleet.error} onRetry={refresh} />}
      <FilterBar text={text} onText={setText} filters={query.filters} change={change} lines={all} />
      <FleetActions picked={picked} onSelect={(ids) => setSelected(new Set(ids))} onChanged={refresh} />
      {lines.length > 0 ? (
        <FleetTable
          lines={lines}
          query={query}
          selected={selected}
          onSelect={setSelected}
          onSort={(column) => change(sortedBy(column, query))}
          onTag={onTag}
          onMenu={setMenu}
        />
      ) : (
        <Nothing
          loading={fleet.loading}
          total={total}
          onCreate={create}
          onClear={() => {
            setText('');
            change(noFilters);
          }}
        />
      )}
      {params.get('create') !== null && (
        <CreateCharger
          taken={fleet.lines}
          onClose={() => change({ create: '' })}
          onCreated={() => {
            change({ create: '' });
            refresh();
          }}
        />
      )}
      <RowMenu
        menu={menu}
        onClose={() => setMenu(undefined)}
        onDeed={(wanted, line) => setDeed({ deed: wanted, line })}
      />
      {deed && (
        <OneCharger
          {...deed}
          taken={fleet.lines}
          onClose={() => setDeed(undefined)}
          onChanged={refresh}
          onGone={refresh}
        />
      )}
    </div>
  );
}

const noFilters = { q: '', protocol: '', link: '', status: '', tag: '' };

function FeedBadge({ feed }: { feed: string }) {
  if (feed === 'none') return <span className="badge">read every 5 s</span>;
  return feed === 'live' ? <Badge word="live" /> : <span className="badge warn">connecting to the feed …</span>;
}

interface FilterProps {
  text: string;
  onText: (text: string) => void;
  filters: Filters;
  change: (values: Record<string, string>) => void;
  lines: readonly FleetLine[];
}

function FilterBar({ text, onText, filters, change, lines }: FilterProps) {
  const found = useMemo(() => optionsIn(lines), [lines]);
  return (
    <search className="row">
      <input
        type="search"
        aria-label="Search by id, tag or status"
        placeholder="Search by id, tag or status"
        className="grow"
        value={text}
        onChange={({ target }) => onText(target.value)}
      />
      <Choice
        label="Version"
        value={filters.protocol}
        options={['ocpp1.6', 'ocpp2.0.1']}
        onChange={(protocol) => change({ protocol })}
      />
      <Choice label="Connection" value={filters.link} options={found.links} onChange={(link) => change({ link })} />
      <Choice
        label="Status"
        value={filters.status}
        options={found.statuses}
        onChange={(status) => change({ status })}
      />
      <Choice label="Tag" value={filters.tag} options={found.tags} onChange={(tag) => change({ tag })} />
    </search>
  );
}

/** What there is to choose from among all chargers. */
function optionsIn(lines: readonly FleetLine[]): { links: string[]; statuses: string[]; tags: string[] } {
  const [links, statuses, tags] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const line of lines) {
    links.add(linkWord(line));
    for (const status of statusesOf(line)) statuses.add(status);
    for (const tag of line.tags) tags.add(tag);
  }
  return { links: [...links].sort(), statuses: [...statuses].sort(), tags: [...tags].sort() };
}

interface NothingProps {
  loading: boolean;
  total: number;
  onCreate: () => void;
  onClear: () => void;
}

function Nothing({ loading, total, onCreate, onClear }: NothingProps) {
  if (loading) return <p className="dim">Reading the fleet …</p>;
  if (total > 0) {
    return (
      <div className="card empty">
        <h2>No charger fits</h2>
        <button type="button" onClick={onClear}>
          Clear search and filters
        </button>
      </div>
    );
  }
  return (
    <div className="card empty">
      <h2>No chargers yet</h2>
      <p>Create one from a model. With the demo CSMS running it connects at once; no CSMS of your own is needed.</p>
      <button type="button" className="main" onClick={onCreate}>
        Create the first charger
      </button>
    </div>
  );
}
