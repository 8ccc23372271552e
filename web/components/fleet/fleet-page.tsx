'use client';
// The fleet: its table, filters, and what can be done with the chargers that are selected.
import { useMemo, useState, useSyncExternalStore } from 'react';
import { type Column, chosen, columns, emptyFleet, type FleetQuery, linkWord, watchFleet } from '../../lib/fleet';
import { usePageTitle } from '../../lib/page-title';
import { useApiSettings } from '../../lib/settings';
import { useUrlState } from '../../lib/url-state';
import { Badge } from '../ui/badge';
import { Choice } from '../ui/choice';
import { Problem } from '../ui/problem';
import { CreateCharger } from './create-charger';
import { FleetActions } from './fleet-actions';
import { FleetTable } from './fleet-table';

export function FleetPage() {
  const api = useApiSettings();
  usePageTitle('Fleet');
  // Another address or key is another fleet.
  const watch = useMemo(() => watchFleet(), [api]);
  const fleet = useSyncExternalStore(watch.subscribe, watch.read, () => emptyFleet);
  const [params, change] = useUrlState();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const creating = params.get('create') !== null;
  const query = queryOf(params);
  const key = params.toString();
  const lines = useMemo(() => chosen(fleet.lines.values(), query), [fleet.lines, key]);
  const picked = lines.filter(({ chargerId }) => selected.has(chargerId));
  const total = fleet.lines.size;
  const create = () => change({ create: '1' }, true);

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
      {fleet.error && <Problem error={fleet.error} onRetry={watch.refresh} />}
      <Filters query={query} change={change} lines={[...fleet.lines.values()]} />
      <FleetActions picked={picked} onDone={() => setSelected(new Set())} onChanged={watch.refresh} />
      {lines.length > 0 ? (
        <FleetTable
          lines={lines}
          query={query}
          selected={selected}
          onSelect={setSelected}
          onSort={(column) => change(sortedBy(column, query))}
        />
      ) : (
        <Nothing loading={fleet.loading} total={total} onCreate={create} onClear={() => change(noFilters)} />
      )}
      {creating && (
        <CreateCharger
          taken={fleet.lines}
          onClose={() => change({ create: '' })}
          onCreated={() => {
            change({ create: '' });
            void watch.refresh();
          }}
        />
      )}
    </div>
  );
}

const noFilters = { q: '', protocol: '', link: '', status: '' };

function queryOf(params: URLSearchParams): FleetQuery {
  const sort = params.get('sort') ?? '';
  return {
    text: params.get('q') ?? '',
    protocol: params.get('protocol') ?? '',
    link: params.get('link') ?? '',
    status: params.get('status') ?? '',
    sort: sort in columns ? (sort as Column) : 'id',
    descending: params.get('order') === 'desc',
  };
}

/** The same column again turns the order round. */
function sortedBy(column: Column, { sort, descending }: FleetQuery): Record<string, string> {
  return { sort: column, order: column === sort && !descending ? 'desc' : '' };
}

function FeedBadge({ feed }: { feed: string }) {
  if (feed === 'none') return <span className="badge">read every 5 s</span>;
  return feed === 'live' ? <Badge word="live" /> : <span className="badge warn">connecting to the feed …</span>;
}

interface FiltersProps {
  query: FleetQuery;
  change: (values: Record<string, string>) => void;
  lines: ReturnType<typeof chosen>;
}

function Filters({ query, change, lines }: FiltersProps) {
  const statuses = useMemo(
    () => [...new Set(lines.flatMap((line) => [line.status, ...line.connectors.map(({ status }) => status)]))].sort(),
    [lines],
  );
  const links = useMemo(() => [...new Set(lines.map(linkWord))].sort(), [lines]);
  return (
    <search className="row">
      <input
        type="search"
        aria-label="Search by id, tag or status"
        placeholder="Search by id, tag or status"
        style={{ flex: '1 1 220px' }}
        value={query.text}
        onChange={({ target }) => change({ q: target.value })}
      />
      <Choice
        label="Version"
        value={query.protocol}
        options={['ocpp1.6', 'ocpp2.0.1']}
        onChange={(protocol) => change({ protocol })}
      />
      <Choice label="Connection" value={query.link} options={links} onChange={(link) => change({ link })} />
      <Choice label="Status" value={query.status} options={statuses} onChange={(status) => change({ status })} />
    </search>
  );
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
