'use client';
// Shows something that is done to many chargers: how far it is, how to break it off, what went wrong where.
import { useCallback, useRef, useState } from 'react';
import { type BulkState, type Done, runBulk } from '../../lib/bulk';

export interface Bulk {
  state: BulkState | undefined;
  running: boolean;
  /** Does it to the chargers with these ids, unless something is under way. */
  perform<T extends { chargerId: string }>(
    label: string,
    chargers: readonly T[],
    act: (charger: T) => Promise<Done>,
  ): Promise<BulkState>;
  cancel(): void;
  dismiss(): void;
}

export function useBulk(): Bulk {
  const [state, setState] = useState<BulkState>();
  const stopping = useRef<AbortController>(undefined);
  const perform: Bulk['perform'] = useCallback((label, chargers, act) => {
    const own = new AbortController();
    stopping.current = own;
    return runBulk(label, chargers, ({ chargerId }) => chargerId, act, own.signal, setState);
  }, []);
  const cancel = useCallback(() => stopping.current?.abort(), []);
  const dismiss = useCallback(() => setState(undefined), []);
  return { state, running: state?.state === 'running', perform, cancel, dismiss };
}

interface ProgressProps {
  bulk: Bulk;
  /** Selects chargers, such as those where it went wrong. */
  onSelect?: (ids: readonly string[]) => void;
}

export function BulkProgress({ bulk, onSelect }: ProgressProps) {
  const { state, running } = bulk;
  if (!state) return null;
  const { failed, told } = state;
  return (
    <div className={`notice stack ${failed.length > 0 ? 'bad' : ''}`}>
      <div className="row spread">
        <span role="status">{summary(state)}</span>
        <span className="row">
          {failed.length > 0 && !running && onSelect && (
            <button type="button" onClick={() => onSelect(failed.map(({ id }) => id))}>
              Select where it went wrong
            </button>
          )}
          {running ? (
            <button type="button" onClick={bulk.cancel}>
              Cancel
            </button>
          ) : (
            <button type="button" onClick={bulk.dismiss}>
              Dismiss
            </button>
          )}
        </span>
      </div>
      {running && <progress max={state.of} value={state.done} aria-label={state.label} />}
      <Lines title="What went wrong" lines={failed.map(({ id, why }) => ({ id, text: why }))} />
      <Lines title="What was ended" lines={told.map(({ id, what }) => ({ id, text: what }))} />
    </div>
  );
}

function summary({ label, done, of, failed, skipped, state, underWay }: BulkState): string {
  const outcome =
    failed.length > 0 ? `${failed.length} went wrong` : state === 'over' ? 'all well' : state === 'running' ? '…' : '';
  const parts = [
    `${label}: ${done} of ${of}`,
    skipped > 0 ? `${skipped} had nothing to do` : '',
    state === 'cancelled' ? `cancelled while ${underWay} were under way` : '',
    outcome,
  ];
  return parts.filter(Boolean).join(', ').replace(', …', ' …');
}

/** More than these are not put into the document. */
const linesAtMost = 500;

function Lines({ title, lines }: { title: string; lines: readonly { id: string; text: string }[] }) {
  if (lines.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section aria-label={title} tabIndex={0} className="outcomes">
      <ul>
        {lines.slice(0, linesAtMost).map(({ id, text }) => (
          <li key={id}>
            <strong>{id}</strong>: {text}
          </li>
        ))}
        {lines.length > linesAtMost && <li>and {lines.length - linesAtMost} more</li>}
      </ul>
    </section>
  );
}
