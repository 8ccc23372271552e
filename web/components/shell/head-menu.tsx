'use client';
// The menu in the head: what is seldom needed.
import { applyTheme, type Theme, useTheme } from '../../lib/settings';
import { Menu, MenuChoice, MenuItem, MenuLine, MenuLink } from '../ui/menu';
import { themes } from './themes';

interface HeadMenuProps {
  docs: string;
  onHelp: () => void;
}

/** Opens at once: it is loaded when it is first wanted. */
export function HeadMenu({ docs, onHelp }: HeadMenuProps) {
  const theme = useTheme();
  return (
    <Menu label="Menu" open>
      <MenuLink href={docs}>API documentation</MenuLink>
      <MenuItem onPick={onHelp}>Keyboard shortcuts</MenuItem>
      <MenuLine />
      <MenuChoice<Theme> label="Theme" value={theme} options={themes} onChange={applyTheme} />
    </Menu>
  );
}
