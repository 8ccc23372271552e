'use client';
// Gives tags to chargers and takes them away.
import { useState } from 'react';
import type { Done } from '../../lib/bulk';
import { call } from '../../lib/client';
import type { FleetLine } from '../../lib/fleet';
import { splitWords } from '../ui/draft-fields';
import { Check, Field } from '../ui/field';
import { Modal } from '../ui/modal';
import { BulkProgress, useBulk } from './bulk';

interface TagsProps {
  chargers: readonly Pick<FleetLine, 'chargerId' | 'tags'>[];
  onClose: () => void;
  onChanged: () => void;
}

export function TagsDialog({ chargers, onClose, onChanged }: TagsProps) {
  const [typed, setTyped] = useState('');
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const bulk = useBulk();
  const added = splitWords(typed);
  const wrong = added.some((tag) => tag.length > 100) ? 'a tag has at most 100 characters' : undefined;
  const [first] = chargers;
  const whose = chargers.length === 1 ? (first?.chargerId ?? '') : `${chargers.length} chargers`;

  async function change({ chargerId, tags: before }: TagsProps['chargers'][number]): Promise<Done> {
    const tags = [...new Set([...before.filter((tag) => !removed.has(tag)), ...added])];
    if (tags.join('\n') === before.join('\n')) return { skipped: true };
    await call('updateCharger', { chargerId, tags });
    return undefined;
  }

  async function apply(): Promise<void> {
    const last = await bulk.perform('Tags', chargers, change);
    onChanged();
    if (last.state === 'over' && last.failed.length === 0) onClose();
  }

  return (
    <Modal title={`Tags of ${whose}`} onClose={bulk.running ? bulk.cancel : onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) void apply();
        }}
      >
        <Field label="Add" hint="Separated by commas" error={wrong}>
          {(props) => <input {...props} value={typed} onChange={({ target }) => setTyped(target.value)} />}
        </Field>
        <Present
          chargers={chargers}
          removed={removed}
          onToggle={(tag, gone) => {
            const next = new Set(removed);
            if (gone) next.add(tag);
            else next.delete(tag);
            setRemoved(next);
          }}
        />
        <BulkProgress bulk={bulk} />
        <div className="row end">
          <button
            type="submit"
            className="main"
            disabled={bulk.running || wrong !== undefined || (added.length === 0 && removed.size === 0)}
          >
            Change tags
          </button>
        </div>
      </form>
    </Modal>
  );
}

interface PresentProps {
  chargers: TagsProps['chargers'];
  removed: ReadonlySet<string>;
  onToggle: (tag: string, gone: boolean) => void;
}

/** Tags that some of them have, to be taken away. */
function Present({ chargers, removed, onToggle }: PresentProps) {
  const counts = new Map<string, number>();
  for (const tag of chargers.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  if (counts.size === 0) return <p className="dim">None of them has a tag yet.</p>;
  return (
    <fieldset>
      <legend>Take away</legend>
      {[...counts].map(([tag, count]) => (
        <Check
          key={tag}
          label={chargers.length === 1 ? tag : `${tag} (${count} of ${chargers.length} have it)`}
          checked={removed.has(tag)}
          onChange={(gone) => onToggle(tag, gone)}
        />
      ))}
    </fieldset>
  );
}
