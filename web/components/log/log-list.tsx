'use client';
// Exchanges as a list of which only what is in view is in the document, however long it is.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { ChargerView } from '../../lib/api-types';
import type { Pair } from '../../lib/log';
import { useAllMessages } from '../../lib/messages';
import { useDemoOf } from '../shell/shell';
import { PairLine } from './pair-line';

interface LogListProps {
  pairs: readonly Pair[];
  chargers: readonly ChargerView[];
  onChange: (change: Record<string, string>) => void;
}

const lineHeight = 44;

export function LogList({ pairs, chargers, onChange }: LogListProps) {
  const frame = useRef<HTMLDivElement>(null);
  /** Those that are unfolded: scrolled away and back, they still are. */
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const messages = useAllMessages(chargers.map(({ protocol }) => protocol));
  const demoOf = useDemoOf();
  const rows = useVirtualizer({
    count: pairs.length,
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => pairs[index]?.key ?? index,
    overscan: 8,
  });
  function fold(key: string, isOpen: boolean): void {
    setOpen((known) => {
      const next = new Set(known);
      if (isOpen) next.add(key);
      else next.delete(key);
      return next;
    });
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={frame} className="scroll log-list" aria-label="Exchanges, newest first" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const pair = pairs[index];
          const charger = chargers.find(({ id }) => id === pair?.chargerId);
          if (!pair || !charger) return null;
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              className="log-row"
              style={{ transform: `translateY(${start}px)` }}
            >
              <PairLine
                pair={pair}
                charger={charger}
                named={chargers.length > 1}
                message={messages[charger.protocol]?.[pair.action]}
                demoUrl={demoOf(charger)}
                isOpen={open.has(pair.key)}
                onFold={(isOpen) => fold(pair.key, isOpen)}
                onChange={onChange}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}
