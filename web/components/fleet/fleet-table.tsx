// biome-ignore-all lint/a11y/useFocusableInteractive: what is in rows and headers takes the focus
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
// biome-ignore-all lint/a11y/useKeyWithClickEvents: browsers click links by keyboard, too
// biome-ignore-all lint/a11y/useSemanticElements: rows out of sight are not there, which a table of the browser's own cannot say
'use client';
// Thousands of chargers as a table, of which only the rows in sight are in the document.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRouter } from 'next/navigation';
import { type MouseEvent, memo, useCallback, useRef } from 'react';
import { type FleetLine, linkWord } from '../../lib/fleet';
import { columns, type FleetQuery } from '../../lib/fleet-table';
import { Badge } from '../ui/badge';
import { type OpenMenu, RowMenuButton } from './row-menu';

interface TableProps {
  lines: readonly FleetLine[];
  query: Pick<FleetQuery, 'sort' | 'descending'>;
  selected: ReadonlySet<string>;
  onSelect: (change: (selected: ReadonlySet<string>) => ReadonlySet<string>) => void;
  onSort: (column: string) => void;
  onTag: (tag: string) => void;
  onMenu: (menu: OpenMenu) => void;
}

const rowHeight = 44;

export function FleetTable({ lines, query, selected, onSelect, onSort, onTag, onMenu }: TableProps) {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const all = lines.every(({ chargerId }) => selected.has(chargerId));
  const toggle = useCallback(
    (id: string, on: boolean) =>
      onSelect((before) => {
        const next = new Set(before);
        if (on) next.add(id);
        else next.delete(id);
        return next;
      }),
    [onSelect],
  );
  const router = useRouter();
  /** Links of rows are plain ones, for rows come and go while the table scrolls. */
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) && event.button === 0;
    if (!link || !isPlain) return;
    event.preventDefault();
    router.push(link.pathname + link.search);
  };
  const everyId = () => new Set(lines.map(({ chargerId }) => chargerId));
  return (
    <div
      ref={frame}
      className="scroll fleet"
      role="table"
      aria-label="Chargers"
      aria-rowcount={lines.length + 1}
      tabIndex={0}
      onClick={follow}
    >
      <div className="grid-row grid-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <input
            type="checkbox"
            aria-label="Select all that are listed"
            checked={all}
            onChange={({ target }) => onSelect(() => (target.checked ? everyId() : new Set()))}
          />
        </span>
        {columns.map(({ id, header }) => (
          <span key={id} role="columnheader" aria-sort={sortWord(id, query)}>
            <button type="button" onClick={() => onSort(id ?? '')}>
              {String(header)}
              {query.sort === id && <span aria-hidden="true">{query.descending ? ' ▼' : ' ▲'}</span>}
            </button>
          </span>
        ))}
        <span role="columnheader">
          <span className="hidden">Menu</span>
        </span>
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: rows.getTotalSize() }}>
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
                <Row
                  line={line}
                  selected={selected.has(line.chargerId)}
                  onToggle={toggle}
                  onTag={onTag}
                  onMenu={onMenu}
                />
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

function sortWord(column: string | undefined, { sort, descending }: TableProps['query']) {
  if (sort !== column) return 'none';
  return descending ? 'descending' : 'ascending';
}

interface RowProps {
  line: FleetLine;
  selected: boolean;
  onToggle: (id: string, on: boolean) => void;
  onTag: (tag: string) => void;
  onMenu: (menu: OpenMenu) => void;
}

/** Told again only when its own line has changed, not with every message of the feed. */
const Row = memo(function Row({ line, selected, onToggle, onTag, onMenu }: RowProps) {
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
        <a href={`/charger/?id=${encodeURIComponent(id)}`}>{id}</a>
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
        {tags.map((tag) => (
          <button
            key={tag}
            type="button"
            className="chip"
            title={`Only chargers tagged ${tag}`}
            onClick={() => onTag(tag)}
          >
            {tag}
          </button>
        ))}
      </span>
      <span role="cell">
        <RowMenuButton line={line} onOpen={onMenu} />
      </span>
    </>
  );
});
