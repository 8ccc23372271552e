'use client';
// What is done with many chargers at once, a few at a time, with a count of how far it is and what went wrong where.
import { useState } from 'react';
import { ApiError, call } from '../../lib/client';
import type { FleetLine } from '../../lib/fleet';
import { Modal } from '../ui/modal';

interface Deed {
  label: string;
  /** Of each charger; what it has no use for is skipped. */
  act(line: FleetLine): Promise<unknown>;
}

const deeds: Deed[] = [
  { label: 'Connect', act: ({ chargerId }) => call('connect', { chargerId }) },
  { label: 'Disconnect', act: ({ chargerId }) => call('disconnect', { chargerId }) },
  { label: 'Start charging', act: startEverywhere },
  { label: 'Stop charging', act: stopEverywhere },
  { label: 'Cut power', act: ({ chargerId }) => call('power', { chargerId, state: 'off' }) },
  { label: 'Power on', act: ({ chargerId }) => call('power', { chargerId, state: 'on' }) },
];

const atOnce = 6;

/** At the first connector that has no transaction. */
async function startEverywhere({ chargerId, protocol, connectors }: FleetLine): Promise<void> {
  const free = connectors.find(({ charging }) => !charging);
  if (!free) return;
  const { connectorId, evseId } = free;
  const where = protocol === 'ocpp1.6' ? { connectorId } : { evseId, connectorId };
  await call('startTransaction', { chargerId, ...where, idToken: 'TAG-1' });
}

async function stopEverywhere({ chargerId }: FleetLine): Promise<void> {
  const { transactions } = await call('listTransactions', { chargerId, state: 'running' });
  for (const { id } of transactions) await call('stopTransaction', { chargerId, transactionId: id, unplug: true });
}

interface Progress {
  label: string;
  done: number;
  of: number;
  failed: { id: string; why: string }[];
}

interface ActionsProps {
  picked: readonly FleetLine[];
  onDone: () => void;
  onChanged: () => void;
}

export function FleetActions({ picked, onDone, onChanged }: ActionsProps) {
  const [progress, setProgress] = useState<Progress>();
  const [confirming, setConfirming] = useState(false);
  const running = progress !== undefined && progress.done < progress.of;

  async function perform({ label, act }: Deed): Promise<void> {
    const now: Progress = { label, done: 0, of: picked.length, failed: [] };
    const waiting = [...picked];
    setProgress(now);
    const worker = async () => {
      for (let line = waiting.shift(); line; line = waiting.shift()) {
        const id = line.chargerId;
        await act(line).catch((error: unknown) => now.failed.push({ id, why: wordsOf(error) }));
        now.done += 1;
        setProgress({ ...now });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    onChanged();
  }

  async function remove(): Promise<void> {
    setConfirming(false);
    await perform({ label: 'Delete', act: ({ chargerId }) => call('deleteCharger', { chargerId }) });
    onDone();
  }

  if (picked.length === 0 && !progress) return null;
  return (
    <section aria-label="Selected chargers" className="stack">
      {picked.length > 0 && (
        <div className="row">
          <strong>{picked.length} selected:</strong>
          {deeds.map((deed) => (
            <button key={deed.label} type="button" disabled={running} onClick={() => void perform(deed)}>
              {deed.label}
            </button>
          ))}
          <button type="button" className="danger" disabled={running} onClick={() => setConfirming(true)}>
            Delete
          </button>
        </div>
      )}
      {progress && <Outcome progress={progress} onDismiss={running ? undefined : () => setProgress(undefined)} />}
      {confirming && (
        <Modal
          title={`Delete ${picked.length} ${picked.length === 1 ? 'charger' : 'chargers'}?`}
          onClose={() => setConfirming(false)}
        >
          <p>Transactions that run are ended first, and the CSMS is told. The message log goes with the charger.</p>
          <div className="row end">
            <button type="button" onClick={() => setConfirming(false)}>
              Keep
            </button>
            <button type="button" className="danger" onClick={() => void remove()}>
              Delete for good
            </button>
          </div>
        </Modal>
      )}
    </section>
  );
}

function Outcome({ progress, onDismiss }: { progress: Progress; onDismiss: (() => void) | undefined }) {
  const { label, done, of, failed } = progress;
  return (
    <div role="status" className={`notice ${failed.length > 0 ? 'bad' : ''}`}>
      <div className="row spread">
        <span>
          {label}: {done} of {of}
          {failed.length > 0 ? `, ${failed.length} went wrong` : done === of ? ', all well' : ' …'}
        </span>
        {onDismiss && (
          <button type="button" onClick={onDismiss}>
            Dismiss
          </button>
        )}
      </div>
      {failed.length > 0 && (
        <ul>
          {failed.slice(0, 10).map(({ id, why }) => (
            <li key={id}>
              <strong>{id}</strong>: {why}
            </li>
          ))}
          {failed.length > 10 && <li>and {failed.length - 10} more</li>}
        </ul>
      )}
    </div>
  );
}

function wordsOf(error: unknown): string {
  return error instanceof ApiError ? `${error.title}: ${error.message}` : String(error);
}
