'use client';
// The command palette: type some letters, choose with the arrow keys, Enter. What it offers and how that is found is in palette-groups.ts.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { useRouter, useSearchParams } from 'next/navigation';
import { useId, useLayoutEffect, useState } from 'react';
import { type Command, useAllCommands } from '../../lib/commands';
import { Modal } from '../ui/modal';
import { type Group, groupsOf, useFoundChargers } from './palette-groups';

interface PaletteProps {
  /** What was typed while it was being loaded; from here on it takes the letters itself. */
  take: () => string;
  onClose: () => void;
}

export function Palette({ take, onClose }: PaletteProps) {
  const hint = useId();
  const router = useRouter();
  const here = useSearchParams().get('id') ?? '';
  const [text, setText] = useState('');
  useLayoutEffect(() => setText(take()), [take]);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const commands = useAllCommands();
  const chargers = useFoundChargers(words, here);
  const groups = groupsOf({ words, commands, ...chargers, go: (href) => router.push(href) });
  const count = groups.reduce((sum, { items }) => sum + items.length, 0);
  const pick = (command: Command) => {
    onClose();
    // After the palette has given the focus back: what is opened takes it from there.
    setTimeout(() => void command.run());
  };
  return (
    <Modal title="Command palette" className="palette" onClose={onClose}>
      <Autocomplete.Root
        inline
        open
        items={groups}
        filter={null}
        value={text}
        onValueChange={(value, { reason }) => {
          if (reason !== 'item-press') setText(value);
        }}
        itemToStringValue={({ label }: Command) => label}
        autoHighlight="always"
        keepHighlight
      >
        <Autocomplete.Input
          data-autofocus
          className="palette-input"
          aria-label="Search pages, chargers and what to do"
          aria-describedby={hint}
          placeholder="A page, a charger, what to do: “cp-1 start” …"
        />
        <span id={hint} className="hidden">
          Arrow keys move, Enter does what is marked, Escape closes.
        </span>
        <Autocomplete.Status className="dim palette-status">
          {chargers.searching ? 'Looking for chargers …' : count === 1 ? '1 found' : `${count} found`}
        </Autocomplete.Status>
        <Autocomplete.Empty>
          {!chargers.searching && (
            <p className="palette-empty">
              Nothing fits. An id of a charger is found by how it begins; after it comes what to do with it.
            </p>
          )}
        </Autocomplete.Empty>
        <Autocomplete.List className="palette-list">
          {(group: Group) => (
            <Autocomplete.Group key={group.value} items={group.items}>
              <Autocomplete.GroupLabel className="menu-label">{group.value}</Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(command: Command) => (
                  <Autocomplete.Item
                    key={command.id}
                    value={command}
                    className="menu-item row spread"
                    onClick={() => pick(command)}
                  >
                    <span className="break">{command.label}</span>
                    {command.keys && <kbd>{command.keys}</kbd>}
                  </Autocomplete.Item>
                )}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </Modal>
  );
}
