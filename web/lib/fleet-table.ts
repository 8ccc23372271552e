// Columns, filters and order of the table of the fleet. Lines come in the order of their ids: what is equal in a column stays in that order.
import {
  columnFilteringFeature,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_equalsString,
  globalFilteringFeature,
  rowSortingFeature,
  type SortFn,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import { type FleetLine, linkWord, statusesOf } from './fleet';

const features = tableFeatures({
  columnFilteringFeature,
  globalFilteringFeature,
  rowSortingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
});

const byText: SortFn<typeof features, FleetLine> = (one, other, column) => {
  const [a, b] = [one.getValue<string>(column), other.getValue<string>(column)];
  return a < b ? -1 : a > b ? 1 : 0;
};

const { accessor, columns: defined } = createColumnHelper<typeof features, FleetLine>();

export const columns = defined([
  accessor('chargerId', {
    id: 'id',
    header: 'Charger',
    sortFn: (one, other) => one.index - other.index,
  }),
  accessor('protocol', { id: 'protocol', header: 'Version', sortFn: byText, filterFn: filterFn_equalsString }),
  accessor(linkWord, { id: 'link', header: 'Connection', sortFn: byText, filterFn: filterFn_equalsString }),
  accessor('status', {
    id: 'status',
    header: 'Status',
    sortFn: byText,
    filterFn: ({ original }, _, wanted: string) => statusesOf(original).includes(wanted),
  }),
  accessor(({ connectors }) => connectors.map(({ status }) => status).join(' '), {
    id: 'connectors',
    header: 'Connectors',
    sortFn: byText,
  }),
  accessor(({ tags }) => tags.join(' '), {
    id: 'tags',
    header: 'Tags',
    sortFn: byText,
    filterFn: ({ original }, _, wanted: string) => original.tags.includes(wanted),
  }),
]);

export const filters = ['protocol', 'link', 'status', 'tag'] as const;
export type Filters = Readonly<Record<(typeof filters)[number], string>>;

export interface FleetQuery {
  text: string;
  filters: Filters;
  sort: string;
  descending: boolean;
}

const columnOf = { protocol: 'protocol', link: 'link', status: 'status', tag: 'tags' } as const;

/** The query that an address holds; what it cannot mean is left out. */
export function queryOf(params: URLSearchParams): Omit<FleetQuery, 'text'> {
  const sort = params.get('sort') ?? '';
  return {
    filters: Object.fromEntries(filters.map((name) => [name, params.get(name) ?? ''])) as Record<keyof Filters, string>,
    sort: columns.some(({ id }) => id === sort) ? sort : 'id',
    descending: params.get('order') === 'desc',
  };
}

/** The same column again turns the order round. */
export function sortedBy(column: string, { sort, descending }: Pick<FleetQuery, 'sort' | 'descending'>) {
  return { sort: column, order: column === sort && !descending ? 'desc' : '' };
}

/** The lines that the query asks for, in its order. `lines` in the order of ids. */
export function useChosen(lines: readonly FleetLine[], { text, filters: wanted, sort, descending }: FleetQuery) {
  const words = useMemo(() => text.toLowerCase().split(/\s+/).filter(Boolean), [text]);
  const key = JSON.stringify(wanted);
  const columnFilters = useMemo(
    () => filters.flatMap((name) => (wanted[name] ? [{ id: columnOf[name], value: wanted[name] }] : [])),
    [key],
  );
  const sorting = useMemo(() => [{ id: sort, desc: descending }], [sort, descending]);
  const table = useTable({
    features,
    columns,
    data: lines,
    getRowId: ({ chargerId }) => chargerId,
    // All words at once are looked for in the whole line, so one column stands for it.
    getColumnCanGlobalFilter: ({ id }) => id === 'id',
    globalFilterFn: ({ original }, _, all: readonly string[]) => hasAll(original, all),
    state: { columnFilters, sorting, globalFilter: words.length > 0 ? words : undefined },
  });
  const { rows } = table.getRowModel();
  return useMemo(() => rows.map(({ original }) => original), [rows]);
}

function hasAll(line: FleetLine, words: readonly string[]): boolean {
  const text = [line.chargerId, ...line.tags, ...statusesOf(line)].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
