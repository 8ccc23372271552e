'use client';
// What is done with one charger of the table: one menu, opened at the button of any row.
import { Menu } from '@base-ui/react/menu';
import type { FleetLine } from '../../lib/fleet';

export type Deed = 'edit' | 'clone' | 'tags' | 'delete';

const handle = Menu.createHandle<FleetLine>();

const items: readonly [Deed, string][] = [
  ['edit', 'Edit …'],
  ['clone', 'Clone …'],
  ['tags', 'Tags …'],
  ['delete', 'Delete …'],
];

export function RowMenuButton({ line }: { line: FleetLine }) {
  return (
    <Menu.Trigger handle={handle} payload={line} className="row-menu" aria-label={`Menu of ${line.chargerId}`}>
      <span aria-hidden="true">⋯</span>
    </Menu.Trigger>
  );
}

export function RowMenu({ onDeed }: { onDeed: (deed: Deed, line: FleetLine) => void }) {
  return (
    <Menu.Root handle={handle} modal={false}>
      {({ payload: line }) => (
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={4} className="menu-place">
            <Menu.Popup className="menu">
              {line &&
                items.map(([deed, title]) => (
                  <Menu.Item key={deed} className="menu-item" onClick={() => onDeed(deed, line)}>
                    {title}
                  </Menu.Item>
                ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      )}
    </Menu.Root>
  );
}
