'use client';
// Asks before chargers are deleted, deletes them, and says what was ended by that.
import { useState } from 'react';
import type { Done } from '../../lib/bulk';
import { call } from '../../lib/client';
import type { FleetLine } from '../../lib/fleet';
import { Check } from '../ui/field';
import { Modal } from '../ui/modal';
import { BulkProgress, useBulk } from './bulk';

interface DeleteProps {
  /** `charging`: how many transactions run there. */
  chargers: readonly { chargerId: string; charging: number }[];
  onClose: () => void;
  /** When it is over, with those that are gone. */
  onDeleted: (ids: readonly string[]) => void;
}

/** A dialog: `<DeleteChargers chargers={[{ chargerId: 'CP-1', charging: 1 }]} …/>`. */
export function DeleteChargers({ chargers, onClose, onDeleted }: DeleteProps) {
  const [force, setForce] = useState(false);
  const bulk = useBulk();
  const [first] = chargers;
  const what = chargers.length === 1 ? (first?.chargerId ?? '') : `${chargers.length} chargers`;

  async function remove({ chargerId }: { chargerId: string }): Promise<Done> {
    const { ended } = await call('deleteCharger', { chargerId, force });
    return ended.length > 0 ? { told: ended.join(', ') } : undefined;
  }

  async function removeAll(): Promise<void> {
    const gone = new Set<string>();
    const last = await bulk.perform('Delete', chargers, async (charger) => {
      const done = await remove(charger);
      gone.add(charger.chargerId);
      return done;
    });
    onDeleted([...gone]);
    if (last.state === 'over' && last.failed.length === 0 && last.told.length === 0) onClose();
  }

  return (
    <Modal title={`Delete ${what}?`} onClose={bulk.running ? bulk.cancel : onClose}>
      {bulk.state ? (
        <div className="stack">
          <BulkProgress bulk={{ ...bulk, dismiss: onClose }} />
        </div>
      ) : (
        <div className="stack">
          <p>{consequences(chargers)}</p>
          <Check label="Do not tell the CSMS, and do not wait for it" checked={force} onChange={setForce} />
          <div className="row end">
            <button type="button" onClick={onClose}>
              Keep
            </button>
            <button type="button" className="danger" onClick={() => void removeAll()}>
              Delete for good
            </button>
          </div>
        </div>
      )}
    </Modal>
  );
}

/** What the dialog needs to know of a line of the fleet. */
export function deletable({ chargerId, connectors }: FleetLine): { chargerId: string; charging: number } {
  return { chargerId, charging: connectors.filter(({ charging }) => charging).length };
}

function consequences(chargers: DeleteProps['chargers']): string {
  const running = chargers.reduce((sum, { charging }) => sum + charging, 0);
  const log = chargers.length === 1 ? 'Its message log goes, too.' : 'Their message logs go, too.';
  if (running === 0) return `No transaction runs there. ${log}`;
  const those = running === 1 ? 'A transaction runs there: it is' : `${running} transactions run there: they are`;
  return `${those} ended first, and the CSMS is told. ${log}`;
}
