// biome-ignore-all lint/a11y/useFocusableInteractive: what is in rows and headers takes the focus
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not there, which a table of the browser's own cannot say
'use client';
// Thousands of chargers as a table, of which only the rows in sight are in the document.
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useRef } from 'react';
import { type Column, columns, type FleetLine, type FleetQuery, linkWord } from '../../lib/fleet';
import { Badge } from '../ui/badge';

interface TableProps {
  lines: readonly FleetLine[];
  query: FleetQuery;
  selected: ReadonlySet<string>;
  onSelect: (selected: ReadonlySet<string>) => void;
  onSort: (column: Column) => void;
}

const rowHeight = 44;

export function FleetTable({ lines, query, selected, onSelect, onSort }: TableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const all = lines.every(({ chargerId }) => selected.has(chargerId));
  const toggle = (id: string, on: boolean) => {
    const next = new Set(selected);
    if (on) next.add(id);
    else next.delete(id);
    onSelect(next);
  };
  return (
    <div
      ref={frame}
      className="scroll fleet"
      role="table"
      aria-label="Chargers"
      aria-rowcount={lines.length + 1}
      tabIndex={0}
    >
      <div className="grid-row grid-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <input
            type="checkbox"
            aria-label="Select all that are listed"
            checked={all}
            onChange={({ target }) => onSelect(new Set(target.checked ? lines.map(({ chargerId }) => chargerId) : []))}
          />
        </span>
        {(Object.entries(columns) as [Column, string][]).map(([column, title]) => (
          <span key={column} role="columnheader" aria-sort={sortWord(column, query)}>
            <button type="button" onClick={() => onSort(column)}>
              {title}
              {query.sort === column && <span aria-hidden="true">{query.descending ? ' ▼' : ' ▲'}</span>}
            </button>
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative', minWidth: 820 }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          return (
            line && (
              <div
                key={line.chargerId}
                role="row"
                aria-rowindex={index + 2}
                className={`grid-row ${selected.has(line.chargerId) ? 'selected' : ''}`}
                style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${start}px)` }}
              >
                <Row line={line} selected={selected.has(line.chargerId)} onToggle={toggle} />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function sortWord(column: Column, { sort, descending }: FleetQuery) {
  if (sort !== column) return 'none';
  return descending ? 'descending' : 'ascending';
}

interface RowProps {
  line: FleetLine;
  selected: boolean;
  onToggle: (id: string, on: boolean) => void;
}

function Row({ line, selected, onToggle }: RowProps) {
  const { chargerId: id, protocol, status, connectors, tags } = line;
  return (
    <>
      <span role="cell">
        <input
          type="checkbox"
          aria-label={`Select ${id}`}
          checked={selected}
          onChange={({ target }) => onToggle(id, target.checked)}
        />
      </span>
      <span role="cell">
        <Link href={`/charger/?id=${encodeURIComponent(id)}`} prefetch={false}>
          {id}
        </Link>
      </span>
      <span role="cell">{protocol.replace('ocpp', '')}</span>
      <span role="cell">
        <Badge word={linkWord(line)} />
      </span>
      <span role="cell">
        <Badge word={status} />
      </span>
      <span role="cell" title={connectors.map(({ status: word }) => word).join(', ')}>
        {connectors.map(({ evseId, connectorId, status: word, errorCode }) => (
          <span key={`${evseId}.${connectorId}`}>
            {errorCode === 'NoError' ? <Badge word={word} /> : <Badge word={errorCode} tone="bad" />}{' '}
          </span>
        ))}
      </span>
      <span role="cell" title={tags.join(', ')}>
        {tags.join(', ')}
      </span>
    </>
  );
}
