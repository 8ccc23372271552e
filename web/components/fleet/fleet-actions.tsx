'use client';
// What is done with many chargers at once.
import { useState } from 'react';
import type { Done } from '../../lib/bulk';
import { call } from '../../lib/client';
import type { FleetLine } from '../../lib/fleet';
import { BulkProgress, useBulk } from './bulk';
import { DeleteChargers, deletable } from './delete-chargers';
import { TagsDialog } from './tags-dialog';

interface Deed {
  label: string;
  /** Of each charger; what it has no use for is skipped. */
  act(line: FleetLine, idToken: string): Promise<Done>;
}

const nothing: Done = undefined;
const skipped: Done = { skipped: true };

const deeds: Deed[] = [
  { label: 'Connect', act: ({ chargerId }) => call('connect', { chargerId }).then(() => nothing) },
  { label: 'Disconnect', act: ({ chargerId }) => call('disconnect', { chargerId }).then(() => nothing) },
  { label: 'Start charging', act: startEverywhere },
  { label: 'Stop charging', act: stopEverywhere },
  { label: 'Cut power', act: (line) => power(line, 'off') },
  { label: 'Power on', act: (line) => power(line, 'on') },
];

/** At the first connector that has no transaction. */
async function startEverywhere({ chargerId, protocol, connectors }: FleetLine, idToken: string): Promise<Done> {
  const free = connectors.find(({ charging }) => !charging);
  if (!free) return skipped;
  const { connectorId, evseId } = free;
  const where = protocol === 'ocpp1.6' ? { connectorId } : { evseId, connectorId };
  await call('startTransaction', { chargerId, ...where, idToken });
  return nothing;
}

async function stopEverywhere({ chargerId }: FleetLine): Promise<Done> {
  const { transactions } = await call('listTransactions', { chargerId, state: 'running' });
  for (const { id } of transactions) await call('stopTransaction', { chargerId, transactionId: id, unplug: true });
  return transactions.length > 0 ? nothing : skipped;
}

async function power({ chargerId, power: before }: FleetLine, state: 'on' | 'off'): Promise<Done> {
  if (before === state) return skipped;
  await call('power', { chargerId, state });
  return nothing;
}

interface ActionsProps {
  picked: readonly FleetLine[];
  onSelect: (ids: readonly string[]) => void;
  onChanged: () => void;
}

export function FleetActions({ picked, onSelect, onChanged }: ActionsProps) {
  const bulk = useBulk();
  // With the chargers that were selected then: those that are gone meanwhile must not take the dialog with them.
  const [open, setOpen] = useState<{ dialog: 'delete' | 'tags'; chargers: readonly FleetLine[] }>();
  const [idToken, setIdToken] = useState('TAG-1');
  const close = () => setOpen(undefined);

  async function perform({ label, act }: Deed): Promise<void> {
    await bulk.perform(label, picked, (line) => act(line, idToken));
    onChanged();
  }

  if (picked.length === 0 && !bulk.state && !open) return null;
  return (
    <section aria-label="Selected chargers" className="stack">
      {picked.length > 0 && (
        <div className="row">
          <strong>{picked.length} selected:</strong>
          {deeds.map((deed) => (
            <button
              key={deed.label}
              type="button"
              disabled={bulk.running || (deed.act === startEverywhere && idToken.trim() === '')}
              onClick={() => void perform(deed)}
            >
              {deed.label}
            </button>
          ))}
          <button type="button" disabled={bulk.running} onClick={() => setOpen({ dialog: 'tags', chargers: picked })}>
            Tags …
          </button>
          <button
            type="button"
            className="danger"
            disabled={bulk.running}
            onClick={() => setOpen({ dialog: 'delete', chargers: picked })}
          >
            Delete
          </button>
          <label className="row dim">
            Token to start with
            <input
              className="short"
              value={idToken}
              maxLength={255}
              onChange={({ target }) => setIdToken(target.value)}
            />
          </label>
        </div>
      )}
      <BulkProgress bulk={bulk} onSelect={onSelect} />
      {open?.dialog === 'tags' && <TagsDialog chargers={open.chargers} onClose={close} onChanged={onChanged} />}
      {open?.dialog === 'delete' && (
        <DeleteChargers
          chargers={open.chargers.map(deletable)}
          onClose={close}
          onDeleted={() => {
            onSelect([]);
            onChanged();
          }}
        />
      )}
    </section>
  );
}
