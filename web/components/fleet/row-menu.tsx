'use client';
// What is done with one charger of the table: one menu, opened at the button of any row. Rows come and go while the table scrolls, so their
// button is a plain one.
import { Menu } from '@base-ui/react/menu';
import { useRef } from 'react';
import type { FleetLine } from '../../lib/fleet';
import { type Deed, deeds } from './one-charger';

/** Which row's menu is open, and where. */
export interface OpenMenu {
  line: FleetLine;
  button: HTMLElement;
}

export function RowMenuButton({ line, onOpen }: { line: FleetLine; onOpen: (menu: OpenMenu) => void }) {
  return (
    <button
      type="button"
      className="row-menu"
      aria-haspopup="menu"
      aria-label={`Menu of ${line.chargerId}`}
      onClick={({ currentTarget }) => onOpen({ line, button: currentTarget })}
    >
      <span aria-hidden="true">⋯</span>
    </button>
  );
}

interface RowMenuProps {
  menu: OpenMenu | undefined;
  onClose: () => void;
  onDeed: (deed: Deed, line: FleetLine) => void;
}

export function RowMenu({ menu, onClose, onDeed }: RowMenuProps) {
  // While it closes it is still there, at its button.
  const last = useRef(menu);
  if (menu) last.current = menu;
  const { line, button } = last.current ?? {};
  return (
    <Menu.Root modal={false} open={menu !== undefined} onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={button ?? null} align="end" sideOffset={4} className="menu-place">
          <Menu.Popup
            className="menu"
            aria-label={`Menu of ${line?.chargerId ?? ''}`}
            finalFocus={() => button ?? null}
          >
            {line &&
              (Object.entries(deeds) as [Deed, string][]).map(([deed, title]) => (
                <Menu.Item key={deed} className="menu-item" onClick={() => onDeed(deed, line)}>
                  {title}
                </Menu.Item>
              ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
