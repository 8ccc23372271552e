'use client';
// What is done with one charger as it is kept, not as it charges: edited, cloned, tagged, deleted. Each in a dialog.
import type { FleetLine } from '../../lib/fleet';
import { CloneCharger } from './create-charger';
import { DeleteChargers, deletable } from './delete-chargers';
import { EditCharger } from './edit-charger';
import { TagsDialog } from './tags-dialog';

export type Deed = 'edit' | 'clone' | 'tags' | 'delete';

/** In the order in which they are offered. */
export const deeds: Readonly<Record<Deed, string>> = {
  edit: 'Edit …',
  clone: 'Clone …',
  tags: 'Tags …',
  delete: 'Delete …',
};

interface OneProps {
  deed: Deed;
  line: FleetLine;
  /** Ids that exist, as far as they are known. */
  taken: ReadonlyMap<string, unknown>;
  onClose: () => void;
  /** The charger is another, or, by their ids, others have come. */
  onChanged: (created?: readonly string[]) => void;
  onGone: () => void;
}

/** The dialog for it. */
export function OneCharger({ deed, line, taken, onClose, onChanged, onGone }: OneProps) {
  const { chargerId } = line;
  const created = (ids: readonly string[]) => {
    onClose();
    onChanged(ids);
  };
  switch (deed) {
    case 'edit':
      return <EditCharger chargerId={chargerId} onClose={onClose} onChanged={onChanged} />;
    case 'clone':
      return <CloneCharger chargerId={chargerId} taken={taken} onClose={onClose} onCreated={created} />;
    case 'tags':
      return <TagsDialog chargers={[line]} onClose={onClose} onChanged={onChanged} />;
    case 'delete':
      return (
        <DeleteChargers
          chargers={[deletable(line)]}
          onClose={onClose}
          onDeleted={(ids) => ids.length > 0 && onGone()}
        />
      );
  }
}
